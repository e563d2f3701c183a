package io.muster.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster runs abandon}. */
@Command(
        name = "abandon",
        description = "Give a run up",
        footer = {"", "Examples:", "  muster runs abandon RN_1a2B3c4D5e6F7g8"})
final class RunsAbandonCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private RunOption run;

    @Mixin
    private Output output;

    RunsAbandonCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return new RunSession(terminal).answer(output, operator -> operator.abandon(run.id(), RunSession.actor()));
    }
}
