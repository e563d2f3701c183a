package io.muster.jobs.rebuild;

import io.muster.directory.Directory;
import io.muster.jobs.Progress;
import io.muster.jobs.RunLease;

/**
 * One attempt at a rebuild.
 *
 * @param lease the hold on its run
 * @param version the version that it builds
 * @param request what it was asked for
 */
public record RebuildWork(
        RunLease lease,
        long version,
        RebuildRequest request,
        Directory directory,
        RebuildPace pace,
        Progress progress) {}
