package io.muster.cli;

import io.muster.app.RunView;
import io.muster.jobs.Run;
import io.muster.jobs.Run.ImportedRows;
import io.muster.jobs.contactimport.ImportReport;
import io.muster.load.TakenAway;
import io.muster.runs.RunAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A run in words. */
final class RunText {

    private RunText() {}

    /** What may be done with the run. */
    static String allowed(RunView view) {
        RunView.Whole all = view.all();
        return all == null || all.allowed().isEmpty()
                ? "-"
                : all.allowed().stream().map(RunAction::key).collect(Collectors.joining(", "));
    }

    /** What a person should know of a run beyond its counts, one line each. */
    static List<String> notes(RunView view) {
        ImportReport report = view.imported();
        if (report == null) {
            return view.warnings();
        }

        List<String> notes = new ArrayList<>();
        String rules =
                report.rules().stream().map(fields -> String.join(",", fields)).collect(Collectors.joining(" | "));
        notes.add("Identity rules in force: " + (rules.isEmpty() ? "none" : rules) + ".");
        notes.addAll(view.warnings());
        return notes;
    }

    /** How far a run that is under way has come. */
    static String underWay(RunView view) {
        Run run = view.run();
        Long left = run.leftMillis();
        return run.id() + " " + run.status() + ", "
                + pace(
                        run.step(),
                        run.done(),
                        run.share(),
                        run.rate(),
                        left == null ? Optional.empty() : Optional.of(Duration.ofMillis(left)));
    }

    /** How far a step has come, how fast it goes, and how long it still takes. */
    static String pace(String step, long done, double share, double rate, Optional<Duration> left) {
        return "%s: %,d rows, %.0f %%, %,.0f rows/s%s"
                .formatted(
                        step,
                        done,
                        share * 100,
                        rate,
                        left.map(time -> ", about %,d s left".formatted(Math.max(1, time.toSeconds())))
                                .orElse(""));
    }

    /** The line for people, and why the run has not completed after it. */
    static String lines(RunView view) {
        return view.reason() == null ? line(view) : line(view) + System.lineSeparator() + view.reason();
    }

    /** One line for people. */
    static String line(RunView view) {
        Run run = view.run();
        ImportedRows rows = run.rows();
        if (rows == null) {
            String found = view.findings().entrySet().stream()
                    .filter(entry -> !(entry.getValue() instanceof List))
                    .map(entry -> entry.getKey() + " " + entry.getValue())
                    .collect(Collectors.joining(", "));
            return "%s %s: %s%s in %.1f s"
                    .formatted(
                            run.id(),
                            run.status(),
                            run.kind().key(),
                            found.isEmpty() ? "" : ", " + found,
                            view.seconds());
        }

        String counts =
                "%s %s: read %,d, created %,d, updated %,d%s, unchanged %,d, rejected %,d, skipped %,d in %.1f s"
                        .formatted(
                                run.id(),
                                run.status(),
                                rows.read(),
                                rows.counts().created(),
                                rows.counts().updated(),
                                takenAway(rows.counts().takenAway()),
                                rows.counts().unchanged(),
                                rows.counts().rejected(),
                                rows.counts().skipped(),
                                view.seconds());
        return counts + (view.dryRun() ? " (dry run: nothing was changed)" : "");
    }

    /** What those of the updated rows did that took something away. */
    private static String takenAway(TakenAway rows) {
        return rows.equals(TakenAway.NONE)
                ? ""
                : " (left %,d, opted out %,d, deleted %,d)".formatted(rows.left(), rows.optedOut(), rows.deleted());
    }
}
