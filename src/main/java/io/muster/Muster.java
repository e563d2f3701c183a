package io.muster;

import io.muster.cli.Cli;
import io.muster.evaluator.Evaluator;
import java.util.Arrays;

/** Entry point of every role of Muster. */
public final class Muster {

    private Muster() {}

    /** Runs one command line and ends the process with its exit code. */
    public static void main(String[] args) {
        // Before any class of the command line, which would bring all others with it.
        if (args.length > 0 && args[0].equals("evaluator")) {
            System.exit(
                    Evaluator.run(Arrays.asList(args).subList(1, args.length), System::getenv, System.out, System.err));
        }

        System.exit(Cli.run(args));
    }
}
