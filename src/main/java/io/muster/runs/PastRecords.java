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

    /** Tidies up what is on this machine alone, such as files without a record; every process that works asks for it. */
    default void tidy() {}
}
