package io.muster.snapshot.feed;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last that an evaluator said of itself.
 *
 * @param name as it calls itself: host and port
 * @param lastSeen when it was heard last
 * @param silent whether it has not been heard for longer than it is silent in daily work
 * @param snapshots what it serves; of many only the oldest
 * @param projects how many projects it serves
 * @param requestsPerSecond requests for decisions
 * @param refusals requests that it refused since it was started, since there were too many
 * @param refusedSnapshots projects whose newest snapshot it refuses
 * @param stale whether contacts that it serves are older than it was told
 * @param behind whether only a new table brings it all changes
 * @param behindSince since when; null when it is not
 */
public record EvaluatorReport(
        String name,
        Instant lastSeen,
        boolean silent,
        List<Snapshot> snapshots,
        int projects,
        long requestsPerSecond,
        long refusals,
        int refusedSnapshots,
        boolean stale,
        boolean behind,
        @Nullable Instant behindSince) {

    /** Copies the list. */
    public EvaluatorReport {
        snapshots = List.copyOf(snapshots);
    }

    /**
     * A snapshot that is served.
     *
     * @param age of its contacts when the evaluator was heard last, seconds
     */
    public record Snapshot(String project, String version, long age) {}
}
