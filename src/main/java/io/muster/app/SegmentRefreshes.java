package io.muster.app;

import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Run;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunStatus;
import io.muster.jobs.rebuild.RebuildRequest;
import io.muster.runs.RunRequest;
import io.muster.runs.RunService;
import io.muster.segment.Segment;
import io.muster.support.Refusal;
import java.util.List;
import java.util.Optional;

/** Rebuilds of single segments, begun by callers that do not wait for their end. */
public final class SegmentRefreshes {

    private final Directories directories;
    private final RunService runs;

    SegmentRefreshes(Directories directories, RunService runs) {
        this.directories = directories;
        this.runs = runs;
    }

    /**
     * How far a rebuild is.
     *
     * @param share done, 0 to 1; 1 when it has completed and not before
     */
    public record Refresh(RunStatus status, double share) {}

    /** Begins a rebuild of all segments of a directory, or joins one that is under way; the id of the run. */
    public String startAll(Actor actor, String directory) {
        RebuildRequest request = RebuildRequest.full(directories.find(directory).number(), actor.text());
        return runs.start(new RunRequest.Rebuild(request, Deliveries.NO_AUTOMATION), actor)
                .run()
                .id();
    }

    /** Begins a rebuild, or joins one that is under way; the id of the run. */
    public String start(Actor actor, Segment segment) {
        RebuildRequest request = RebuildRequest.alone(segment.directory(), List.of(segment.number()), actor.text());
        return runs.start(new RunRequest.Rebuild(request, Deliveries.NO_AUTOMATION), actor)
                .run()
                .id();
    }

    /** The rebuild of that run; empty when the directory has none of that id. */
    public Optional<Refresh> show(Directory directory, String id) {
        Run run;
        try {
            run = runs.show(id);
        } catch (Refusal refusal) {
            return Optional.empty();
        }

        return run.kind() == RunKind.SEGMENT_REBUILD && run.directory() == directory.number()
                ? Optional.of(new Refresh(
                        run.status(), run.status() == RunStatus.COMPLETED ? 1 : Math.min(0.99, run.share())))
                : Optional.empty();
    }
}
