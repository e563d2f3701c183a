package io.muster.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.operator.RunAction;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

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
        @Nullable List<String> allowed) {

    private static final double MILLIS = 1000.0;

    /** The answer of a command that ran an import. */
    static RunAnswer ofImport(Run run, JsonMapper json) {
        return of(run, json, null, null);
    }

    /** The answer of {@code muster run}: with automation and file. */
    static RunAnswer ofAutomation(Run run, JsonMapper json) {
        return of(run, json, run.automation(), run.file());
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
                null);
    }

    /** The answer of {@code muster runs show}: everything. */
    static RunAnswer whole(Run run, JsonMapper json, List<RunAction> allowed) {
        RunAnswer some = of(run, json, run.automation(), run.file());
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
                allowed.stream().map(RunAction::key).toList());
    }

    /** One line for people. */
    String line() {
        String counts = "%s %s: read %,d, created %,d, updated %,d, unchanged %,d, rejected %,d, skipped %,d in %.1f s"
                .formatted(run, status, read, created, updated, unchanged, rejected, skipped, seconds);
        return counts + (Boolean.TRUE.equals(dryRun) ? " (dry run: nothing was changed)" : "");
    }

    /** One line that says why the run has not completed. */
    String why() {
        String told = reason == null ? "" : reason.strip().replaceAll("\\s*\\R\\s*", " ");
        return told.startsWith("Cannot ")
                ? told
                : "Cannot complete run %s: it is %s. %s"
                        .formatted(
                                run,
                                status,
                                told.isEmpty() ? "Look at it with 'muster runs show %s'.".formatted(run) : told)
                        .strip();
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
