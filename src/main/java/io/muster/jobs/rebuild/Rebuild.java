package io.muster.jobs.rebuild;

import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;

/**
 * A rebuild: a run and the version it builds.
 *
 * @param version its number in the directory, which is the version of everything it builds
 * @param request what it was asked for
 * @param contacts contacts read, as far as known
 */
public record Rebuild(Run run, long version, RebuildRequest request, long contacts) {

    /** The directory's number. */
    public int directory() {
        return run.directory();
    }

    /** What it covers. */
    public RebuildKind kind() {
        return request.kind();
    }

    /** Its state. */
    public RunStatus status() {
        return run.status();
    }

    /** Whether readers see what it built. */
    public boolean isDone() {
        return run.status() == RunStatus.COMPLETED;
    }
}
