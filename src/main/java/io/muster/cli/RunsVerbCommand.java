package io.muster.cli;

import io.muster.directory.Actor;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.runs.RunService;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster runs resume}, {@code stop} and {@code abandon}: one act on one run. */
abstract sealed class RunsVerbCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private RunOption run;

    @Mixin
    private Output output;

    private RunsVerbCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Acts on the run; the result is the run to be shown, ended or not. */
    abstract Run act(RunService runs, String id, Actor actor, Progress progress);

    /** Whether the command waits for the end of the run. */
    boolean awaits() {
        return false;
    }

    @Override
    public final Integer call() {
        RunSession session = new RunSession(terminal);
        return awaits()
                ? session.one(output, (runs, progress) -> act(runs, run.id(), RunSession.person(), progress))
                : session.answer(output, runs -> act(runs, run.id(), RunSession.person(), Progress.NONE));
    }

    @Command(
            name = "resume",
            description = {
                "Go on with a run where it stopped; what it has done is never done again.",
                "",
                "A process that was lost holds its run for up to 20 seconds: the command says so and waits. A run whose"
                        + " process lives is refused."
            },
            footer = {"", "Examples:", "  muster runs resume RN_1a2B3c4D5e6F7g8"})
    static final class Resume extends RunsVerbCommand {

        @Mixin
        private RunOption.ForceOption force;

        @Option(names = "--no-wait", description = "Do not wait for a run that a process may still hold.")
        private boolean noWait;

        Resume(Terminal terminal) {
            super(terminal);
        }

        @Override
        Run act(RunService runs, String id, Actor actor, Progress progress) {
            runs.awaitRelease(id, noWait ? RunService.Patience.NONE : RunService.Patience.UNTIL_FREE, progress);
            return runs.resume(id, force.force(), actor, progress);
        }

        @Override
        boolean awaits() {
            return true;
        }
    }

    @Command(
            name = "stop",
            description = "Ask the process that works on a run to stop at the next safe place.",
            footer = {"", "Examples:", "  muster runs stop RN_1a2B3c4D5e6F7g8"})
    static final class Stop extends RunsVerbCommand {

        Stop(Terminal terminal) {
            super(terminal);
        }

        @Override
        Run act(RunService runs, String id, Actor actor, Progress progress) {
            return runs.stop(id, actor);
        }
    }

    @Command(
            name = "abandon",
            description = "Give a run up",
            footer = {"", "Examples:", "  muster runs abandon RN_1a2B3c4D5e6F7g8"})
    static final class Abandon extends RunsVerbCommand {

        Abandon(Terminal terminal) {
            super(terminal);
        }

        @Override
        Run act(RunService runs, String id, Actor actor, Progress progress) {
            return runs.abandon(id, actor);
        }
    }
}
