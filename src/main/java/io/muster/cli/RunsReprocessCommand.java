package io.muster.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster runs reprocess}. */
@Command(
        name = "reprocess",
        description = "Import the whole file of a run again, as a run of its own.",
        footer = {"", "Examples:", "  muster runs reprocess RN_1a2B3c4D5e6F7g8"})
final class RunsReprocessCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private RunOption run;

    @Mixin
    private RunOption.ForceOption force;

    @Mixin
    private Output output;

    RunsReprocessCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return new RunSession(terminal)
                .one(
                        output,
                        (operator, progress) ->
                                operator.reprocess(run.id(), force.force(), RunSession.actor(), progress));
    }
}
