package io.muster.cli;

import io.muster.app.RunView;
import io.muster.app.RunViews;
import io.muster.app.RunViewsConfiguration;
import io.muster.jobs.Run;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster runs watch}. */
@Command(
        name = "watch",
        description = {
            "Follow a run until it ends, wherever it is worked on: rows, rows a second and time left.",
            "",
            "A line is written whenever something has changed, with --json an object a line. The exit code is that of the"
                    + " run: 0 when it has completed, else 1."
        },
        footer = {"", "Examples:", "  muster runs watch RN_1a2B3c4D5e6F7g8"})
final class RunsWatchCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private RunOption run;

    @Mixin
    private Output output;

    RunsWatchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (AppContext context = AppContext.open(terminal, RunViewsConfiguration.class)) {
            AtomicReference<String> written = new AtomicReference<>("");
            Run ended = context.get(RunViews.class).follow(run.id(), view -> write(view, written));
            return new RunSession(terminal).exit(ended);
        }
    }

    /** What says nothing new is not written. */
    private void write(RunView view, AtomicReference<String> written) {
        String line = view.run().status().isOver() ? RunText.line(view) : RunText.underWay(view);
        if (!line.equals(written.getAndSet(line))) {
            output.print(view, () -> line);
            terminal.flush();
        }
    }
}
