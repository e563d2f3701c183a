package io.muster.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster runs stop}. */
@Command(
        name = "stop",
        description = "Ask a running run to stop after its current blocks; it can be resumed.",
        footer = {"", "Examples:", "  muster runs stop RN_1a2B3c4D5e6F7g8"})
final class RunsStopCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private RunOption run;

    @Mixin
    private Output output;

    RunsStopCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return new RunSession(terminal).answer(output, operator -> operator.stop(run.id(), RunSession.actor()));
    }
}
