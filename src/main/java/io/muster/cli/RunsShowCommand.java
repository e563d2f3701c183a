package io.muster.cli;

import io.muster.app.EventRuns;
import io.muster.app.RunView;
import io.muster.app.RunViews;
import io.muster.app.RunViewsConfiguration;
import io.muster.jobs.Run;
import io.muster.jobs.Run.ImportedRows;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster runs show}. */
@Command(
        name = "show",
        description = "Show a run: how it stands, its counts, and what may be done with it.",
        footer = {"", "Examples:", "  muster runs show RN_1a2B3c4D5e6F7g8 --json"})
final class RunsShowCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private RunOption run;

    @Mixin
    private Output output;

    RunsShowCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, RunViewsConfiguration.class)) {
            EventRuns events = context.get(EventRuns.class);
            if (events.isEvent(run.id())) {
                EventRunText.print(output, events.show(run.id()));
                return;
            }

            RunView view = context.get(RunViews.class).show(run.id());
            output.print(view, () -> text(view));
        }
    }

    private static String text(RunView view) {
        Run run = view.run();
        StringBuilder text = new StringBuilder(RunText.lines(view)).append('\n');
        line(text, "kind", run.kind().key());
        if (run.rows() != null) {
            line(text, "file", view.file());
        }

        if (run.automation() != null) {
            line(text, "automation", run.automation());
        }

        Long ended = run.ended();
        line(text, "step", run.step());
        if (!run.status().isOver()) {
            line(text, "progress", RunText.underWay(view));
            line(text, "process", run.owner());
        }

        line(text, "started", RunView.time(run.started()));
        line(text, "ended", ended == null ? "-" : RunView.time(ended));
        line(text, "heartbeat", RunView.time(run.heartbeat()));
        line(text, "allowed", RunText.allowed(view));
        RunView.Whole all = view.all();
        if (all != null && all.chain() != null) {
            line(text, "chain", all.chain().state() + ": " + all.chain().text());
        }

        repeats(text, view);
        RunText.notes(view).forEach(note -> text.append(note).append('\n'));
        if (all != null && all.acts() != null) {
            all.acts().forEach(act -> text.append("%s %s by %s%n".formatted(act.at(), act.action(), act.actor())));
        }

        return text.toString();
    }

    private static void repeats(StringBuilder text, RunView view) {
        ImportedRows rows = view.run().rows();
        if (rows == null) {
            return;
        }

        if (rows.settledBy() != null) {
            line(text, "settled by", rows.settledBy());
        }

        if (rows.undoneBy() != null) {
            line(text, "undone by", rows.undoneBy());
        }

        if (rows.repeats() != null) {
            line(text, "repeats", rows.repeats());
            view.changes()
                    .forEach(change -> text.append("  ").append(change.text()).append('\n'));
        }
    }

    private static void line(StringBuilder text, String label, @Nullable String value) {
        text.append("%-11s%s%n".formatted(label, value));
    }
}
