package io.muster.jobs;

import io.muster.load.OutcomeCounts;
import io.muster.support.PublicId;
import org.jspecify.annotations.Nullable;

/**
 * A run as the ledger has it: one execution of a job over one delivery. Times are epoch milliseconds.
 *
 * @param number its numeric id
 * @param kind the kind of job
 * @param automation the id in the job file; null for imports without one
 * @param delivery the delivery's numeric id
 * @param file the delivered file's path
 * @param directory the directory's numeric id
 * @param spec what it was started with, as JSON
 * @param status how it stands; {@link RunStatus#DEAD} as soon as its heartbeat is overdue
 * @param step the step it is in or ended in
 * @param reason why it has not completed; null else
 * @param epoch how often a process took it over
 * @param asOf the moment written as time of everything it does
 * @param heartbeat when its process was last heard of
 * @param read rows read; as far as known while it runs
 * @param counts outcomes; as far as known while it runs
 * @param workedMillis time worked, over all attempts
 * @param report further findings, as JSON
 */
public record Run(
        long number,
        String kind,
        @Nullable String automation,
        long delivery,
        String file,
        int directory,
        String spec,
        RunStatus status,
        String step,
        @Nullable String reason,
        int epoch,
        long asOf,
        long started,
        @Nullable Long ended,
        long heartbeat,
        long read,
        OutcomeCounts counts,
        long workedMillis,
        @Nullable String report) {

    /** Its public id. */
    public String id() {
        return PublicId.RUN.of(number);
    }
}
