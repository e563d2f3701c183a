package io.muster.load;

/** How many rows took what away; each of them also counts as updated. */
public record TakenAway(long left, long optedOut, long deleted) {

    /** No rows. */
    public static final TakenAway NONE = new TakenAway(0, 0, 0);

    /** Both together. */
    public TakenAway plus(TakenAway other) {
        return new TakenAway(left + other.left, optedOut + other.optedOut, deleted + other.deleted);
    }

    /** One more row that changed this, as bits of {@link RowOutcome.Changed}. */
    TakenAway plus(int changed) {
        int kinds =
                RowOutcome.Changed.LEFT.bit() | RowOutcome.Changed.OPTED_OUT.bit() | RowOutcome.Changed.DELETED.bit();
        return (changed & kinds) == 0
                ? this
                : new TakenAway(
                        left + RowOutcome.Changed.LEFT.in(changed),
                        optedOut + RowOutcome.Changed.OPTED_OUT.in(changed),
                        deleted + RowOutcome.Changed.DELETED.in(changed));
    }
}
