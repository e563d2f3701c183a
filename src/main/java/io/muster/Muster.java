package io.muster;

import io.muster.cli.Cli;

/** Entry point of every role of Muster. */
public final class Muster {

    private Muster() {}

    /** Runs one command line and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(Cli.run(args));
    }
}
