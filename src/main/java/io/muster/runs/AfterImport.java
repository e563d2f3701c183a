package io.muster.runs;

import io.muster.jobs.Run;
import java.util.function.BooleanSupplier;

/** Told of every import that has completed in this process and was no dry run. It cannot make the run fail any more. */
@FunctionalInterface
interface AfterImport {

    /**
     * A run has completed.
     *
     * @param stop whether this process is to stop
     */
    void completed(Run run, BooleanSupplier stop);
}
