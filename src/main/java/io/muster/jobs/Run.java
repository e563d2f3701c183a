package io.muster.jobs;

import io.muster.load.OutcomeCounts;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run as the ledger has it: one execution of a job. Times are epoch milliseconds.
 *
 * @param number its numeric id
 * @param id its public id, {@code RN_…}
 * @param kind what it does
 * @param automation the id in the job file; null for runs without one
 * @param directory the directory's numeric id
 * @param spec what it was started with, as JSON
 * @param status its state; {@link RunStatus#DEAD} as soon as its heartbeat is overdue
 * @param step the step it is in or ended in
 * @param reason why it has not completed; null else
 * @param epoch 1, and one more with each time that a process took it over
 * @param directoryName the name of the directory; null when that is gone
 * @param asOf the moment that it writes or reads; null until a rebuild has fixed one
 * @param started when it was accepted, then when work on it began
 * @param heartbeat when its process was last heard of
 * @param owner the process that works on it, or did so last
 * @param done rows, contacts or groups done in its step
 * @param share done share of the step, 0 to 1
 * @param rate rows, contacts or groups a second in its step
 * @param leftMillis time left in its step; null while that cannot be told
 * @param workedMillis time worked, over all attempts
 * @param report findings of its kind, as JSON
 * @param prunedAt when its rejected cells and before-images were removed; null while they are kept
 * @param chained whether it is a task of a chain
 * @param rows delivery and rows of an import; null for other kinds
 */
public record Run(
        long number,
        String id,
        RunKind kind,
        @Nullable String automation,
        int directory,
        @Nullable String directoryName,
        String spec,
        RunStatus status,
        String step,
        @Nullable String reason,
        int epoch,
        @Nullable Long asOf,
        long started,
        @Nullable Long ended,
        long heartbeat,
        String owner,
        long done,
        double share,
        double rate,
        @Nullable Long leftMillis,
        long workedMillis,
        @Nullable String report,
        @Nullable Long prunedAt,
        boolean chained,
        @Nullable ImportedRows rows) {

    /**
     * What an import has beyond other runs.
     *
     * @param delivery the delivery's numeric id
     * @param file the delivered file's path
     * @param read rows read; as far as known while it runs
     * @param counts outcomes; as far as known while it runs
     * @param repeats public id of the run whose file it imports again; null for any other
     * @param settledBy public id of the run that has completed the same file since; null when none has
     * @param changes what differs from the settings of the run that it repeats, as JSON; null when it repeats none
     * @param undoneBy public id of the undo that takes it back or did; null when none does, or it was given up
     */
    public record ImportedRows(
            long delivery,
            String file,
            long read,
            OutcomeCounts counts,
            @Nullable String repeats,
            @Nullable String settledBy,
            @Nullable String changes,
            @Nullable String undoneBy) {

        ImportedRows withCounts(OutcomeCounts known) {
            return new ImportedRows(delivery, file, read, known, repeats, settledBy, changes, undoneBy);
        }
    }

    /** Whether its before-images and rejected cells are all there. */
    public boolean isWhole() {
        return prunedAt == null;
    }

    /** The moment that it writes or reads, once it is fixed. */
    public long moment() {
        return Objects.requireNonNull(asOf, "no moment yet");
    }

    /** Delivery and rows of an import. */
    public ImportedRows imported() {
        return Objects.requireNonNull(rows, "not an import");
    }
}
