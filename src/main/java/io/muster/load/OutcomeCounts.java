package io.muster.load;

/**
 * How many rows had which outcome.
 *
 * @param takenAway what those of the updated ones did that took something away
 */
public record OutcomeCounts(
        long created, long updated, long unchanged, long rejected, long skipped, TakenAway takenAway) {

    /** No rows. */
    public static final OutcomeCounts NONE = new OutcomeCounts(0, 0, 0, 0, 0);

    /** Counts without rows that take away. */
    public OutcomeCounts(long created, long updated, long unchanged, long rejected, long skipped) {
        this(created, updated, unchanged, rejected, skipped, TakenAway.NONE);
    }

    /** Both together. */
    public OutcomeCounts plus(OutcomeCounts other) {
        return new OutcomeCounts(
                created + other.created,
                updated + other.updated,
                unchanged + other.unchanged,
                rejected + other.rejected,
                skipped + other.skipped,
                takenAway.plus(other.takenAway));
    }

    /** One more row. */
    public OutcomeCounts plus(RowOutcome row) {
        return plus(row.kind(), takenAway.plus(row.changed()));
    }

    /** One more row of a kind, which took nothing away. */
    public OutcomeCounts plus(RowOutcome.Kind kind) {
        return plus(kind, takenAway);
    }

    private OutcomeCounts plus(RowOutcome.Kind kind, TakenAway taken) {
        return switch (kind) {
            case CREATED -> new OutcomeCounts(created + 1, updated, unchanged, rejected, skipped, taken);
            case UPDATED -> new OutcomeCounts(created, updated + 1, unchanged, rejected, skipped, taken);
            case UNCHANGED -> new OutcomeCounts(created, updated, unchanged + 1, rejected, skipped, taken);
            case REJECTED -> new OutcomeCounts(created, updated, unchanged, rejected + 1, skipped, taken);
            case SKIPPED -> new OutcomeCounts(created, updated, unchanged, rejected, skipped + 1, taken);
        };
    }

    /** All rows. */
    public long total() {
        return created + updated + unchanged + rejected + skipped;
    }
}
