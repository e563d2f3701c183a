package io.muster.runs;

import io.muster.dedup.merge.MergeRun;
import io.muster.dedup.merge.MergeScope;
import io.muster.directory.DirectorySettings;
import io.muster.directory.DirectorySettings.MergeMode;
import io.muster.directory.store.Directories;
import io.muster.jobs.Run;
import io.muster.jobs.RunLedger;
import io.muster.jobs.contactimport.ImportReport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Merges the duplicates of a directory that wants them merged (merge mode ALL_CONTACTS) after each import. The import
 * is complete by then whatever becomes of the merge; what the merge leaves, the next one does.
 */
final class MergeAfterImport implements AfterImport {

    private static final Logger LOG = LoggerFactory.getLogger(MergeAfterImport.class);

    private final Directories directories;
    private final Merging merging;
    private final RunLedger runs;
    private final JsonMapper json;

    MergeAfterImport(Directories directories, Merging merging, RunLedger runs, JsonMapper json) {
        this.directories = directories;
        this.merging = merging;
        this.runs = runs;
        this.json = json;
    }

    @Override
    public void completed(Run run, BooleanSupplier stop) {
        try {
            DirectorySettings settings =
                    directories.byNumber(run.directory()).orElseThrow().settings();
            if (settings.mergeMode() == MergeMode.ALL_CONTACTS) {
                merge(run, stop);
            }
        } catch (RuntimeException e) {
            // The run has completed and stays so; whoever looks at it is told.
            LOG.error("run={} is complete, but duplicates could not be merged", run.id(), e);
            warn(
                    run,
                    "Cannot merge the duplicates of the directory after this run: " + reason(e)
                            + " Merge them with 'muster duplicates merge'; the next import tries again as well.");
        }
    }

    private void merge(Run run, BooleanSupplier stop) {
        MergeRun.Progress done = merging.merge(run.directory(), MergeScope.ACTIVE_RULES, (steps, progress) -> {}, stop);
        if (done.merges() > 0) {
            LOG.info("run={} merged={} absorbed={} ahead={}", run.id(), done.merges(), done.absorbed(), done.ahead());
        }

        if (done.tooLarge() > 0) {
            warn(
                    run,
                    done.tooLarge() + (done.tooLarge() == 1 ? " group" : " groups")
                            + " of duplicates above the directory's limit were left alone."
                            + " See 'muster duplicates preview'.");
        }
    }

    private void warn(Run run, String warning) {
        String report = run.report();
        if (report != null) {
            String extended = json.writeValueAsString(
                    json.readValue(report, ImportReport.class).withWarning(warning));
            runs.report(run.number(), run.epoch(), extended);
        }
    }

    private static String reason(RuntimeException failure) {
        String message = String.valueOf(failure.getMessage())
                .replaceAll("\\s*\\R\\s*", " ")
                .strip();
        return message.endsWith(".") ? message : message + ".";
    }
}
