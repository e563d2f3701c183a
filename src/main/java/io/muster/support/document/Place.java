package io.muster.support.document;

/**
 * Where something begins in a text.
 *
 * @param line the line, from 1
 * @param column the column, from 1
 */
public record Place(int line, int column) {

    /** The first character. */
    public static final Place START = new Place(1, 1);
}
