package io.muster.cli;

import io.muster.app.EventRuns;
import io.muster.app.RunView;
import io.muster.app.RunViews;
import io.muster.app.RunViewsConfiguration;
import io.muster.jobs.Run;
import io.muster.jobs.Run.ImportedRows;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster runs}. */
@Command(
        name = "runs",
        description = "List runs, newest first, and work on them.",
        subcommands = {
            RunsShowCommand.class,
            RunsWatchCommand.class,
            RunsRejectsCommand.class,
            RunsVerbCommand.Resume.class,
            RunsReprocessCommand.class,
            RunsVerbCommand.Stop.class,
            RunsVerbCommand.Abandon.class,
            RunsUndoCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  muster runs",
            "  muster runs --directory Customers --json",
            "  muster runs --kind merge",
            "  muster runs --kind event --automation shop-orders",
            "  muster runs show RN_1a2B3c4D5e6F7g8",
            "  muster runs rejects RN_1a2B3c4D5e6F7g8 --format csv > rejects.csv",
            "  muster runs resume RN_1a2B3c4D5e6F7g8",
            "  muster runs undo RN_1a2B3c4D5e6F7g8 --preview"
        })
final class RunsCommand implements Runnable {

    private final Terminal terminal;

    @Option(
            names = {"-d", "--directory"},
            paramLabel = "DIRECTORY",
            description = "Only runs into this directory, by id or name.")
    private @Nullable String directory;

    @Option(
            names = {"-a", "--automation"},
            paramLabel = "AUTOMATION",
            description = "Only runs of this automation, by the id in its job file.")
    private @Nullable String automation;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "Only runs of this kind: contact-import, segment-rebuild, merge, re-key, deletion, undo or"
                    + " file-out; event: JSON events, which are listed only so.")
    private @Nullable String kind;

    @Option(names = "--most", paramLabel = "N", defaultValue = "100", description = "At most so many; default: 100.")
    private int most;

    @Mixin
    private Output output;

    RunsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, RunViewsConfiguration.class)) {
            if (EventRuns.KIND.equals(kind)) {
                EventRunText.print(output, context.get(EventRuns.class).list(automation, most));
                return;
            }

            List<RunView> views = context.get(RunViews.class).list(directory, automation, kind, most);
            output.print(views, () -> table(views));
        }
    }

    private static String table(List<RunView> views) {
        if (views.isEmpty()) {
            return "No runs yet.";
        }

        TextTable table = new TextTable(
                "RUN",
                "KIND",
                "STATUS",
                "STARTED",
                "FILE",
                "READ",
                "CREATED",
                "UPDATED",
                "UNCHANGED",
                "REJECTED",
                "SETTLED BY");
        for (RunView view : views) {
            Run run = view.run();
            ImportedRows rows = run.rows();
            table.row(
                    run.id(),
                    run.kind().key(),
                    run.status(),
                    RunView.time(run.started()),
                    view.file(),
                    rows == null ? "" : rows.read(),
                    rows == null ? "" : rows.counts().created(),
                    rows == null ? "" : rows.counts().updated(),
                    rows == null ? "" : rows.counts().unchanged(),
                    rows == null ? "" : rows.counts().rejected(),
                    rows == null || rows.settledBy() == null ? "" : rows.settledBy());
        }

        return table.toString();
    }
}
