package io.muster;

/** Entry point of every role of Muster. */
public final class Muster {

    private Muster() {}

    /** Runs one command line and ends the process with its exit code. */
    public static void main(String[] args) {}
}
