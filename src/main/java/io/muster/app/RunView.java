package io.muster.app;

import com.fasterxml.jackson.annotation.JsonValue;
import io.muster.directory.store.AuditEntry;
import io.muster.jobs.Deliveries.Listed;
import io.muster.jobs.Run;
import io.muster.jobs.Run.ImportedRows;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportReport;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.runs.RunAction;
import io.muster.runs.RunWarnings;
import io.muster.runs.SettingChange;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A run as it is shown everywhere.
 *
 * @param dryRun whether it was an import that was to change nothing
 * @param imported what an import found out about its file; null before that and for other kinds
 * @param findings what a run of another kind reports
 * @param all what is told of a run that was asked for; null where it is told by what has just worked on it
 */
public record RunView(
        Run run,
        boolean dryRun,
        @Nullable ImportReport imported,
        Map<String, Object> findings,
        @Nullable Whole all) {

    private static final double MILLIS = 1000.0;

    /**
     * What is told of a run that was asked for.
     *
     * @param allowed what may be done with the run now
     * @param acts what people did with it, oldest first; null in lists of runs
     * @param chain the tasks that it is one of; null for a run that is none, and in lists of runs
     */
    public record Whole(
            List<RunAction> allowed,
            @Nullable List<Act> acts,
            @Nullable ChainView chain) {

        /** What is told of a run in a list. */
        static Whole listed(List<RunAction> allowed) {
            return new Whole(allowed, null, null);
        }
    }

    /**
     * What somebody did with the run.
     *
     * @param actor who, as one text
     */
    public record Act(Instant at, String action, String actor) {

        static Act of(AuditEntry entry) {
            return new Act(
                    Instant.ofEpochMilli(entry.actedAt()),
                    entry.action(),
                    entry.actor().text());
        }
    }

    /**
     * How far a run that is under way has come in its step.
     *
     * @param done rows, contacts or groups done
     * @param share done share of the step, 0 to 1
     * @param rate rows, contacts or groups a second
     * @param secondsLeft time left in the step; null while that cannot be told
     */
    public record Progress(
            long done, double share, double rate, @Nullable Double secondsLeft) {}

    /** The view of a run that was worked on. */
    static RunView of(Run run, JsonMapper json) {
        return of(run, json, null);
    }

    /** The view of a run that was asked for. */
    static RunView whole(Run run, JsonMapper json, Whole all) {
        return of(run, json, all);
    }

    private static RunView of(Run run, JsonMapper json, @Nullable Whole all) {
        String report = run.report();
        if (run.kind() == RunKind.CONTACT_IMPORT) {
            return new RunView(
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

        // The merges themselves are listed among the duplicates.
        findings.remove("first");
        return new RunView(run, false, null, findings, all);
    }

    /** The keys of an answer, in order. */
    @JsonValue
    public Map<String, @Nullable Object> json() {
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
            keys.put("left", rows.counts().takenAway().left());
            keys.put("optedOut", rows.counts().takenAway().optedOut());
            keys.put("deleted", rows.counts().takenAway().deleted());
        }

        keys.put("seconds", seconds());
        if (dryRun) {
            keys.put("dryRun", true);
        }

        if (reason() != null) {
            keys.put("reason", reason());
        }

        if (rows != null && rows.repeats() != null) {
            keys.put("reprocesses", rows.repeats());
            keys.put("changes", changes());
        }

        if (rows != null && all != null) {
            keys.put("settledBy", rows.settledBy());
            keys.put("undoneBy", rows.undoneBy());
        }

        List<String> warnings = imported == null ? warnings() : imported.warnings();
        if (all != null || !warnings.isEmpty()) {
            keys.put("warnings", warnings);
        }

        if (imported != null && (all != null || !imported.newNames().isEmpty())) {
            keys.put("newEmbedded", imported.newNames());
        }

        if (!run.status().isOver()) {
            keys.put("progress", progress());
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
            keys.put("matched", imported.matched());
        }

        Long pruned = run.prunedAt();
        if (all != null && pruned != null) {
            keys.put("pruned", time(pruned));
        }

        if (all != null && all.chain() != null) {
            keys.put("chain", all.chain());
        }

        if (all != null && all.acts() != null) {
            keys.put("acts", all.acts());
        }

        return keys;
    }

    /** What differs from the settings of the run that it repeats. */
    public List<SettingChange> changes() {
        ImportedRows rows = run.rows();
        String changes = rows == null ? null : rows.changes();
        return changes == null
                ? List.of()
                : JsonMapper.shared().readValue(changes, new TypeReference<List<SettingChange>>() {});
    }

    /** What a person should know of it, one sentence each. */
    public List<String> warnings() {
        return RunWarnings.of(run);
    }

    private Progress progress() {
        Long left = run.leftMillis();
        return new Progress(run.done(), run.share(), run.rate(), left == null ? null : left / MILLIS);
    }

    /** The same with automation and file, for a run of an automation that was told to run. */
    public Map<String, @Nullable Object> ofAutomation() {
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

    /** Why the run has not completed; null else. */
    public @Nullable String reason() {
        return run.status() == RunStatus.COMPLETED ? null : run.reason();
    }

    /** The file's name; empty for runs without one. */
    public String file() {
        ImportedRows rows = run.rows();
        return rows == null ? "" : Listed.nameOf(rows.file());
    }

    /** Time worked. */
    public double seconds() {
        return run.workedMillis() / MILLIS;
    }

    /** A moment, given in epoch milliseconds, as answers write it. */
    public static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
