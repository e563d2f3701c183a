package io.muster.cli;

import com.fasterxml.jackson.annotation.JsonValue;
import io.muster.jobs.Run;
import io.muster.jobs.Run.ImportedRows;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportReport;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.runs.RunAction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A run as commands answer it.
 *
 * @param dryRun whether it was an import that was to change nothing
 * @param imported what an import found out about its file; null before that and for other kinds
 * @param findings what a run of another kind reports
 * @param all whether everything is told, as {@code muster runs} does; null where a command has just worked on the run
 */
record RunAnswer(
        Run run,
        boolean dryRun,
        @Nullable ImportReport imported,
        Map<String, Object> findings,
        @Nullable Whole all) {

    private static final double MILLIS = 1000.0;

    /**
     * What only {@code muster runs} answers.
     *
     * @param allowed what may be done with the run now
     */
    record Whole(List<RunAction> allowed) {}

    /** The answer of a command that worked on a run. */
    static RunAnswer of(Run run, JsonMapper json) {
        return of(run, json, null);
    }

    /** The answer of {@code muster runs}: everything. */
    static RunAnswer whole(Run run, JsonMapper json, List<RunAction> allowed) {
        return of(run, json, new Whole(allowed));
    }

    private static RunAnswer of(Run run, JsonMapper json, @Nullable Whole all) {
        String report = run.report();
        if (run.kind() == RunKind.CONTACT_IMPORT) {
            return new RunAnswer(
                    run,
                    json.readValue(run.spec(), ImportSpec.class).dryRun(),
                    report == null ? null : json.readValue(report, ImportReport.class),
                    Map.of(),
                    all);
        }

        Map<String, Object> findings = new LinkedHashMap<>();
        if (report != null) {
            findings.putAll(json.readValue(report, new TypeReference<LinkedHashMap<String, Object>>() {}));
        }

        // The merges themselves are what 'duplicates list' shows.
        findings.remove("first");
        return new RunAnswer(run, false, null, findings, all);
    }

    /** The keys of an answer, in order. */
    @JsonValue
    Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> keys = new LinkedHashMap<>();
        keys.put("run", run.id());
        if (all != null || run.kind() != RunKind.CONTACT_IMPORT) {
            keys.put("kind", run.kind().key());
        }

        if (all != null) {
            keys.put("automation", run.automation());
        }

        ImportedRows rows = run.rows();
        if (rows != null && all != null) {
            keys.put("file", file());
        }

        keys.put("status", run.status().name());
        if (rows == null) {
            keys.putAll(findings);
        } else {
            keys.put("read", rows.read());
            keys.put("created", rows.counts().created());
            keys.put("updated", rows.counts().updated());
            keys.put("unchanged", rows.counts().unchanged());
            keys.put("rejected", rows.counts().rejected());
            keys.put("skipped", rows.counts().skipped());
        }

        keys.put("seconds", seconds());
        if (dryRun) {
            keys.put("dryRun", true);
        }

        if (reason() != null) {
            keys.put("reason", reason());
        }

        if (all != null) {
            keys.put("started", time(run.started()));
            Long ended = run.ended();
            keys.put("ended", ended == null ? null : time(ended));
            keys.put("heartbeat", time(run.heartbeat()));
            keys.put("step", run.step());
            keys.put("allowed", all.allowed().stream().map(RunAction::key).toList());
        }

        if (all != null && imported != null) {
            keys.put("rules", imported.rules());
            keys.put("newEmbedded", imported.newNames());
            keys.put("warnings", imported.warnings());
        }

        return keys;
    }

    /** The same with automation and file, as {@code muster run} answers. */
    Map<String, @Nullable Object> ofAutomation() {
        Map<String, @Nullable Object> keys = new LinkedHashMap<>();
        json().forEach((key, value) -> {
            keys.put(key, value);
            if (key.equals("run")) {
                keys.put("automation", run.automation());
                keys.put("file", file());
            }
        });
        return keys;
    }

    /** What may be done with the run, in words. */
    String allowed() {
        return all == null || all.allowed().isEmpty()
                ? "-"
                : all.allowed().stream().map(RunAction::key).collect(Collectors.joining(", "));
    }

    /** Why the run has not completed; null else. */
    @Nullable
    String reason() {
        return run.status() == RunStatus.COMPLETED ? null : run.reason();
    }

    /** What a person should know of a run beyond its counts, one line each. */
    List<String> notes() {
        ImportReport report = imported;
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

    /** The line for people, and why the run has not completed after it. */
    String lines() {
        return reason() == null ? line() : line() + System.lineSeparator() + reason();
    }

    /** One line for people. */
    String line() {
        ImportedRows rows = run.rows();
        if (rows == null) {
            String found = findings.entrySet().stream()
                    .filter(entry -> !(entry.getValue() instanceof List))
                    .map(entry -> entry.getKey() + " " + entry.getValue())
                    .collect(Collectors.joining(", "));
            return "%s %s: %s%s in %.1f s"
                    .formatted(
                            run.id(), run.status(), run.kind().key(), found.isEmpty() ? "" : ", " + found, seconds());
        }

        String counts = "%s %s: read %,d, created %,d, updated %,d, unchanged %,d, rejected %,d, skipped %,d in %.1f s"
                .formatted(
                        run.id(),
                        run.status(),
                        rows.read(),
                        rows.counts().created(),
                        rows.counts().updated(),
                        rows.counts().unchanged(),
                        rows.counts().rejected(),
                        rows.counts().skipped(),
                        seconds());
        return counts + (dryRun ? " (dry run: nothing was changed)" : "");
    }

    /** The file's name; empty for runs without one. */
    String file() {
        ImportedRows rows = run.rows();
        String path = rows == null ? "" : rows.file();
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }

    private double seconds() {
        return run.workedMillis() / MILLIS;
    }

    /** A moment as answers write it. */
    static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
