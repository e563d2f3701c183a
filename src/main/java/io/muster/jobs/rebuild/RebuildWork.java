package io.muster.jobs.rebuild;

import io.muster.directory.Directory;
import io.muster.jobs.Progress;

/**
 * One attempt at a rebuild.
 *
 * @param lease the hold on it
 * @param request what is wished for
 */
public record RebuildWork(
        RebuildLease lease, RebuildRequest request, Directory directory, RebuildPace pace, Progress progress) {}
