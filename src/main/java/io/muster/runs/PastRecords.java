package io.muster.runs;

import java.time.Instant;

/** Records that are kept as long as the history, beyond those of runs. */
public interface PastRecords {

    /**
     * Forgets records of before that time.
     *
     * @return how many, at most 10,000 at once
     */
    int forget(Instant before);
}
