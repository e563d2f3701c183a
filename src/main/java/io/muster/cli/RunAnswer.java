package io.muster.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportReport;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.runs.RunAction;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A run as commands answer it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RunAnswer(
        String run,
        @Nullable String automation,
        @Nullable String file,
        RunStatus status,
        long read,
        long created,
        long updated,
        long unchanged,
        long rejected,
        long skipped,
        double seconds,
        @Nullable Boolean dryRun,
        @Nullable String reason,
        @Nullable String started,
        @Nullable String ended,
        @Nullable String heartbeat,
        @Nullable String step,
        @Nullable List<String> allowed,
        @Nullable List<List<String>> rules,
        @Nullable List<String> newEmbedded,
        @Nullable List<String> warnings) {

    private static final double MILLIS = 1000.0;
    private static final Set<String> ALWAYS = Set.of("automation", "ended");

    /** The answer of a command that ran an import. */
    static RunAnswer ofImport(Run run, JsonMapper json) {
        return of(run, json, null, null);
    }

    /** The answer of {@code muster run}: with automation and file. */
    static RunAnswer ofAutomation(Run run, JsonMapper json) {
        return of(run, json, run.automation(), name(run.file()));
    }

    private static RunAnswer of(Run run, JsonMapper json, @Nullable String automation, @Nullable String file) {
        boolean dryRun = json.readValue(run.spec(), ImportSpec.class).dryRun();
        return new RunAnswer(
                run.id(),
                automation,
                file,
                run.status(),
                run.read(),
                run.counts().created(),
                run.counts().updated(),
                run.counts().unchanged(),
                run.counts().rejected(),
                run.counts().skipped(),
                run.workedMillis() / MILLIS,
                dryRun ? Boolean.TRUE : null,
                run.status() == RunStatus.COMPLETED ? null : run.reason(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** The answer of {@code muster runs show}: everything. */
    static RunAnswer whole(Run run, JsonMapper json, List<RunAction> allowed) {
        RunAnswer some = of(run, json, run.automation(), name(run.file()));
        ImportReport report = report(run, json);
        return new RunAnswer(
                some.run,
                some.automation,
                some.file,
                some.status,
                some.read,
                some.created,
                some.updated,
                some.unchanged,
                some.rejected,
                some.skipped,
                some.seconds,
                some.dryRun,
                some.reason,
                time(run.started()),
                run.ended() == null ? null : time(run.ended()),
                time(run.heartbeat()),
                run.step(),
                allowed.stream().map(RunAction::key).toList(),
                report == null ? null : report.rules(),
                report == null ? null : report.newNames(),
                report == null ? null : report.warnings());
    }

    private static @Nullable ImportReport report(Run run, JsonMapper json) {
        return run.report() == null ? null : json.readValue(run.report(), ImportReport.class);
    }

    /** What a person should know of a run beyond its counts, one line each. */
    static List<String> notes(Run run, JsonMapper json) {
        ImportReport report = report(run, json);
        if (report == null) {
            return List.of();
        }

        List<String> notes = new ArrayList<>();
        String rules =
                report.rules().stream().map(fields -> String.join(",", fields)).collect(Collectors.joining(" | "));
        notes.add("Identity rules in force: " + (rules.isEmpty() ? "none" : rules) + ".");
        if (!report.newNames().isEmpty()) {
            notes.add("New embedded data: " + String.join(", ", report.newNames()) + ".");
        }

        notes.addAll(report.warnings());
        return notes;
    }

    /** As JSON of {@code muster runs}: an automation and an end that there is none of are null, not absent. */
    JsonNode complete(JsonMapper json) {
        ObjectNode written = json.valueToTree(this);
        ObjectNode complete = json.createObjectNode();
        for (RecordComponent component : RunAnswer.class.getRecordComponents()) {
            String name = component.getName();
            if (written.has(name)) {
                complete.set(name, written.get(name));
            } else if (ALWAYS.contains(name)) {
                complete.putNull(name);
            }
        }

        return complete;
    }

    /** The line for people, and why the run has not completed behind it. */
    String lines() {
        return reason == null ? line() : line() + System.lineSeparator() + reason;
    }

    /** One line for people. */
    String line() {
        String counts = "%s %s: read %,d, created %,d, updated %,d, unchanged %,d, rejected %,d, skipped %,d in %.1f s"
                .formatted(run, status, read, created, updated, unchanged, rejected, skipped, seconds);
        return counts + (Boolean.TRUE.equals(dryRun) ? " (dry run: nothing was changed)" : "");
    }

    private static String name(String path) {
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
