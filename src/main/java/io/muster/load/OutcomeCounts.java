package io.muster.load;

/** How many rows had which outcome. */
public record OutcomeCounts(long created, long updated, long unchanged, long rejected, long skipped) {

    /** No rows. */
    public static final OutcomeCounts NONE = new OutcomeCounts(0, 0, 0, 0, 0);

    /** Both together. */
    public OutcomeCounts plus(OutcomeCounts other) {
        return new OutcomeCounts(
                created + other.created,
                updated + other.updated,
                unchanged + other.unchanged,
                rejected + other.rejected,
                skipped + other.skipped);
    }

    /** One more row of a kind. */
    public OutcomeCounts plus(RowOutcome.Kind kind) {
        return switch (kind) {
            case CREATED -> new OutcomeCounts(created + 1, updated, unchanged, rejected, skipped);
            case UPDATED -> new OutcomeCounts(created, updated + 1, unchanged, rejected, skipped);
            case UNCHANGED -> new OutcomeCounts(created, updated, unchanged + 1, rejected, skipped);
            case REJECTED -> new OutcomeCounts(created, updated, unchanged, rejected + 1, skipped);
            case SKIPPED -> new OutcomeCounts(created, updated, unchanged, rejected, skipped + 1);
        };
    }

    /** All rows. */
    public long total() {
        return created + updated + unchanged + rejected + skipped;
    }
}
