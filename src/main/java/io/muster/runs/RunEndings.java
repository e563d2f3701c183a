package io.muster.runs;

import io.muster.jobs.Run;

/** Told of every run of an automation that ends in this process, whoever started it. */
public interface RunEndings {

    /** A run has ended. */
    void ended(Run run);
}
