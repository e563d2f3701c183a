package io.muster.runs;

import io.muster.directory.Actor;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.snapshot.build.SnapshotStore;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import tools.jackson.databind.json.JsonMapper;

/**
 * Publishes the snapshots of a directory that projects are linked to, after a rebuild of its segments and after what changed
 * many of its contacts. The run that was complete stays so, whatever happens to the snapshot; that is a run of its own, and the
 * snapshot before serves on.
 */
final class SnapshotAfterChange {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotAfterChange.class);
    private static final Actor ACTOR = Actor.system("snapshot after change");

    private static final Set<RunKind> CHANGING =
            EnumSet.of(RunKind.CONTACT_IMPORT, RunKind.SEGMENT_REBUILD, RunKind.MERGE, RunKind.UNDO);

    private final SnapshotStore snapshots;
    private final RunService service;
    private final JsonMapper json;

    SnapshotAfterChange(SnapshotStore snapshots, RunService service, JsonMapper json) {
        this.snapshots = snapshots;
        this.service = service;
        this.json = json;
    }

    /** After what else is done about the end of the run. */
    @EventListener
    @Order(2)
    void on(RunEnded event) {
        Run run = event.run();
        if (!CHANGING.contains(run.kind())
                || run.status() != RunStatus.COMPLETED
                || service.isStopping()
                || isDryRun(run)
                || snapshots.linkedTo(run.directory()).isEmpty()) {
            return;
        }

        try {
            var ignored = service.run(new RunRequest.Snapshot(run.directory(), false), ACTOR, Progress.NONE);
        } catch (RuntimeException e) {
            LOG.error("run={} is complete, but no snapshot could be published", run.id(), e);
        }
    }

    private boolean isDryRun(Run run) {
        return run.kind() == RunKind.CONTACT_IMPORT
                && json.readValue(run.spec(), ImportSpec.class).dryRun();
    }
}
