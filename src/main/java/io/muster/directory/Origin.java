package io.muster.directory;

/** Where the value of a field comes from. */
public sealed interface Origin {

    /** The as-of of a row that has none: earlier than every other. */
    long NO_AS_OF = Long.MIN_VALUE;

    /** The moment at which the value was true, in epoch milliseconds; {@link #NO_AS_OF} when nobody said. */
    long asOf();

    /**
     * A row of an import.
     *
     * @param run the numeric id of the run
     * @param row its record number in the file; the first data row is 1
     * @param asOf what the row said in its as-of column, or {@link #NO_AS_OF}
     */
    record Row(long run, long row, long asOf) implements Origin {}

    /**
     * An edit of the one contact, by a person or a program. The audit log says who.
     *
     * @param at epoch milliseconds
     */
    record Edit(long at) implements Origin {

        @Override
        public long asOf() {
            return at;
        }
    }
}
