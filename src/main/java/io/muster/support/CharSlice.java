package io.muster.support;

/** A stretch of an array of characters, moved from one to the next without making texts. Not safe for several threads. */
public final class CharSlice implements CharSequence {

    private char[] chars = {};
    private int from;
    private int to;

    /** Moves to the characters from one index on up to another, which is not included. */
    public CharSlice at(char[] source, int start, int end) {
        chars = source;
        from = start;
        to = end;
        return this;
    }

    /** Leaves outer white space out, as {@link Fold#trim} does. */
    public CharSlice trim() {
        while (from < to && Fold.isOuterSpace(chars[from])) {
            from++;
        }

        while (to > from && Fold.isOuterSpace(chars[to - 1])) {
            to--;
        }

        return this;
    }

    /** Where it begins in its array. */
    public int from() {
        return from;
    }

    /** Where it ends in its array: the first index that is not part of it. */
    public int to() {
        return to;
    }

    @Override
    public int length() {
        return to - from;
    }

    @Override
    public char charAt(int index) {
        return chars[from + index];
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return new String(chars, from + start, end - start);
    }

    @Override
    public String toString() {
        return new String(chars, from, to - from);
    }
}
