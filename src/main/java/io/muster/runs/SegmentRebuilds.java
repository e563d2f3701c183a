package io.muster.runs;

import io.muster.directory.Actor;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.rebuild.Rebuild;
import io.muster.jobs.rebuild.RebuildRequest;
import io.muster.jobs.rebuild.Rebuilds;
import io.muster.runs.RunService.Started;
import io.muster.segment.publish.Built;
import io.muster.segment.publish.RebuildResults;
import io.muster.support.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rebuilds of segments with their results: also of segments that were edited while they were built. */
public final class SegmentRebuilds {

    /** Segments that are edited again and again while they are built are left to the next rebuild. */
    private static final int FOLLOW_UPS = 5;

    private final RunService runs;
    private final Rebuilds rebuilds;
    private final RebuildResults results;

    SegmentRebuilds(RunService runs, Rebuilds rebuilds, RebuildResults results) {
        this.runs = runs;
        this.rebuilds = rebuilds;
        this.results = results;
    }

    /**
     * Rebuilds, or waits for the rebuild that does, and returns when readers see the result.
     *
     * @throws Refusal (failed) when it failed or was stopped; readers see what they saw before
     */
    public RebuildAnswer rebuild(RebuildRequest request, Actor actor, Progress progress) {
        return rebuild(request, Deliveries.NO_AUTOMATION, actor, progress);
    }

    /** The same for an automation, by its numeric id. */
    public RebuildAnswer rebuild(RebuildRequest request, long automation, Actor actor, Progress progress) {
        RebuildAnswer first = once(new RunRequest.Rebuild(request, automation), actor, progress);
        Map<Long, Built> built = new LinkedHashMap<>();
        first.segments().forEach(one -> built.put(one.segment(), one));
        for (int round = 0; round < FOLLOW_UPS; round++) {
            List<Long> missing =
                    results.missing(request.directory(), first.rebuild().version(), request.segments());
            if (missing.isEmpty()) {
                break;
            }

            // Changed while it was built, or new since: built alone, from a moment of its own.
            RebuildRequest alone = RebuildRequest.alone(request.directory(), missing, request.cause());
            once(new RunRequest.Rebuild(alone, automation), actor, progress)
                    .segments()
                    .forEach(one -> built.put(one.segment(), one));
        }

        return new RebuildAnswer(first.rebuild(), first.origin(), List.copyOf(built.values()));
    }

    private RebuildAnswer once(RunRequest.Rebuild request, Actor actor, Progress progress) {
        while (true) {
            Started started = runs.start(request, actor, progress);
            if (started.origin() == Origin.OWN) {
                Run ended = runs.await(started.run());
                if (ended.status() == RunStatus.COMPLETED) {
                    return answer(ended, Origin.OWN);
                }

                throw refusal(ended);
            }

            progress.step("waiting for " + started.run().id());
            Run ended = runs.await(started.run(), progress);
            // One that did not complete answers nothing; the request is made again.
            if (ended.status() == RunStatus.COMPLETED) {
                return answer(ended, Origin.JOINED);
            }
        }
    }

    private RebuildAnswer answer(Run run, Origin origin) {
        Rebuild rebuild = rebuilds.of(run).orElseThrow();
        return new RebuildAnswer(rebuild, origin, results.of(rebuild.directory(), rebuild.version()));
    }

    private Refusal refusal(Run run) {
        String which =
                rebuilds.of(run).map(Rebuild::version).map(Object::toString).orElse(run.id());
        return Refusal.failed(
                run.status() == RunStatus.FAILED
                        ? String.valueOf(run.reason())
                        : "Cannot finish rebuild " + which + ": it was "
                                + (run.status() == RunStatus.STOPPED ? "stopped" : "taken over by another process")
                                + ". Rebuild again; readers see what they saw before.");
    }

    /** The rebuilds of a directory, newest first. */
    public List<Rebuild> latest(int directory, int most) {
        return rebuilds.latest(directory, most);
    }

    /** The rebuild that runs in a directory; null when none does. */
    public @Nullable Rebuild running(int directory) {
        return latest(directory, 1).stream()
                .filter(rebuild -> rebuild.status() == RunStatus.RUNNING)
                .findFirst()
                .orElse(null);
    }
}
