package io.muster.jobs.rebuild;

import io.muster.support.KnownSettings;

/**
 * How a rebuild is cut into portions.
 *
 * @param lanes ranges of contacts evaluated at once, 1 to 16
 * @param partitionsPerLane into how many ranges the share of each lane is cut: more of them even out better
 */
public record RebuildPace(int lanes, int partitionsPerLane) {

    /** Two at once, four ranges each. */
    public static RebuildPace usual() {
        return new RebuildPace(KnownSettings.REBUILD_THREADS.usual(), 4);
    }

    /** Into how many blocks a range is cut, of so many. */
    int blocksPerPartition(int blocks) {
        int partitions = lanes * partitionsPerLane;
        return Math.max(1, (blocks + partitions - 1) / partitions);
    }
}
