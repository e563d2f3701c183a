package io.muster.automation;

import java.time.Instant;

/** The duties of the server that belong to runs. Implemented where runs are known; safe on several servers at once. */
public interface RunUpkeep {

    /** Marks runs whose heartbeat has fallen silent as dead, and returns how many it marked. */
    int markDead();

    /** Deletes history of runs that ended before that: rejects, journals, reports; returns how many runs it pruned. */
    int prune(Instant endedBefore);
}
