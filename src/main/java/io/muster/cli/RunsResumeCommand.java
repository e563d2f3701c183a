package io.muster.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster runs resume}. */
@Command(
        name = "resume",
        description = "Go on with a run where it stopped; rows already loaded are never judged again.",
        footer = {"", "Examples:", "  muster runs resume RN_1a2B3c4D5e6F7g8"})
final class RunsResumeCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private RunOption run;

    @Mixin
    private RunOption.ForceOption force;

    @Mixin
    private Output output;

    RunsResumeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return new RunSession(terminal)
                .one(
                        output,
                        (operator, progress) -> operator.resume(run.id(), force.force(), RunSession.actor(), progress));
    }
}
