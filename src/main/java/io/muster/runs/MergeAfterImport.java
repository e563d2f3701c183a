package io.muster.runs;

import io.muster.dedup.merge.MergeScope;
import io.muster.directory.Actor;
import io.muster.directory.DirectorySettings;
import io.muster.directory.DirectorySettings.MergeMode;
import io.muster.directory.store.Directories;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportReport;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.merge.MergeReport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import tools.jackson.databind.json.JsonMapper;

/**
 * Merges the duplicates of a directory that wants them merged (merge mode ALL_CONTACTS) after each import, as a run of
 * its own. The import is complete by then, whatever happens to the merge; what the merge leaves, the next one does.
 */
final class MergeAfterImport {

    private static final Logger LOG = LoggerFactory.getLogger(MergeAfterImport.class);
    private static final Actor ACTOR = Actor.system("merge after import");

    private final Directories directories;
    private final RunService service;
    private final RunLedger runs;
    private final JsonMapper json;

    MergeAfterImport(Directories directories, RunService service, RunLedger runs, JsonMapper json) {
        this.directories = directories;
        this.service = service;
        this.runs = runs;
        this.json = json;
    }

    /** Before all others: what is reported about the import includes the warnings of the merge. */
    @EventListener
    @Order(0)
    void on(RunEnded event) {
        Run run = event.run();
        if (run.kind() != RunKind.CONTACT_IMPORT
                || run.status() != RunStatus.COMPLETED
                || service.isStopping()
                || json.readValue(run.spec(), ImportSpec.class).dryRun()) {
            return;
        }

        try {
            DirectorySettings settings =
                    directories.byNumber(run.directory()).orElseThrow().settings();
            if (settings.mergeMode() == MergeMode.ALL_CONTACTS) {
                merge(run);
            }
        } catch (RuntimeException e) {
            // The import has completed and stays so; its warnings say what is left to do.
            LOG.error("run={} is complete, but duplicates could not be merged", run.id(), e);
            warn(run, RunWarnings.couldNotMerge(String.valueOf(e.getMessage())));
        }
    }

    private void merge(Run run) {
        Run merge = service.run(new RunRequest.Merge(run.directory(), MergeScope.ACTIVE_RULES), ACTOR, Progress.NONE);
        if (merge.status() != RunStatus.COMPLETED) {
            warn(
                    run,
                    RunWarnings.couldNotMerge(
                            merge.reason() == null ? "run " + merge.id() + " is " + merge.status() : merge.reason()));
            return;
        }

        MergeReport report = json.readValue(merge.report(), MergeReport.class);
        if (report.tooLarge() > 0) {
            warn(run, RunWarnings.tooLarge(report.tooLarge()));
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
}
