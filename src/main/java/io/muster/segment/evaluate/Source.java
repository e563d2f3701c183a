package io.muster.segment.evaluate;

/** Where a row has the value of a subject. */
sealed interface Source {

    /** A column of text. */
    record Text(String column, Comparison comparison) implements Source {}

    /** A column of whole numbers that are never missing; tested as epoch milliseconds. */
    record Whole(String column) implements Source {}

    /**
     * A name in the row's JSON object.
     *
     * @param name in its folded form
     */
    record Named(String name) implements Source {}
}
