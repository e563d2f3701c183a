package io.muster.cli;

import io.muster.evaluator.Evaluator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * {@code muster evaluator} in the list of commands. The process starts the evaluator before any class of the command line is
 * loaded, so this is what documents and help know of it.
 */
@Command(
        name = "evaluator",
        description = "Answer decisions from snapshots, without a database, until asked to stop.",
        footer = {"", "Examples:", "  muster evaluator"})
final class EvaluatorCommand implements Callable<Integer> {

    @Unmatched
    private final List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() {
        return Evaluator.run(arguments, System::getenv, System.out, System.err);
    }
}
