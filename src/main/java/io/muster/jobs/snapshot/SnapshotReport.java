package io.muster.jobs.snapshot;

import io.muster.snapshot.build.Published;
import java.util.List;

/**
 * What a run published; stored as JSON with the run.
 *
 * @param contacts contacts in the table of the directory
 * @param snapshots the projects with that table
 */
public record SnapshotReport(long contacts, List<Published> snapshots) {

    /** Copies the list. */
    public SnapshotReport {
        snapshots = List.copyOf(snapshots);
    }
}
