package io.muster.cli;

import io.muster.app.EvaluatorService;
import io.muster.snapshot.feed.EvaluatorReport;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster evaluators}. */
@Command(
        name = "evaluators",
        description = {
            "List the evaluators that take snapshots from a server, each with its last report.",
            "",
            "Those that read a folder report to nobody."
        },
        footer = {"", "Examples:", "  muster evaluators", "  muster evaluators --json"})
final class EvaluatorsCommand extends AppCommands implements Runnable {

    private static final Listing<EvaluatorReport> EVALUATORS = new Listing<EvaluatorReport>(
                    "No evaluator was heard in the last seven days.")
            .column("NAME", EvaluatorReport::name)
            .column("PROJECTS", EvaluatorReport::projects)
            .column("OLDEST, SECONDS", EvaluatorsCommand::oldest)
            .column("REQUESTS/S", EvaluatorReport::requestsPerSecond)
            .column("REFUSALS", EvaluatorReport::refusals)
            .column("LAST SEEN", EvaluatorReport::lastSeen)
            .column("", EvaluatorsCommand::state);

    @Mixin
    private Output output;

    EvaluatorsCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public void run() {
        ask(EvaluatorService.class, service -> {
            List<EvaluatorReport> all = service.all();
            output.print(all, () -> EVALUATORS.text(all));
        });
    }

    private static @Nullable Long oldest(EvaluatorReport report) {
        OptionalLong oldest = report.snapshots().stream()
                .mapToLong(EvaluatorReport.Snapshot::age)
                .max();
        return oldest.isPresent() ? oldest.getAsLong() : null;
    }

    private static String state(EvaluatorReport report) {
        if (report.silent()) {
            return "silent";
        }

        if (report.behind()) {
            return "behind";
        }

        return report.stale() ? "stale" : "";
    }
}
