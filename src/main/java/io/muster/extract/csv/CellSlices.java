package io.muster.extract.csv;

import io.muster.support.CharSlice;
import io.muster.support.Fold;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * The cells of a record as stretches of one array, which records before and after it share. A cell becomes a text only
 * where it is asked for as one. Unmodifiable.
 */
public final class CellSlices extends AbstractList<String> implements RandomAccess {

    private final char[] chars;
    private final int[] bounds;

    /** @param bounds where each cell begins, and where the last one ends */
    CellSlices(char[] chars, int[] bounds) {
        this.chars = chars;
        this.bounds = bounds;
    }

    /** These cells as slices. */
    public static CellSlices of(List<String> cells) {
        if (cells instanceof CellSlices slices) {
            return slices;
        }

        int[] bounds = new int[cells.size() + 1];
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            all.append(cells.get(i));
            bounds[i + 1] = all.length();
        }

        char[] chars = new char[all.length()];
        all.getChars(0, chars.length, chars, 0);
        return new CellSlices(chars, bounds);
    }

    /** The array that the cells are stretches of; not to be written to. */
    public char[] chars() {
        return chars;
    }

    /** Moves a slice to the cell at that index. */
    public CharSlice at(int index, CharSlice slice) {
        return slice.at(chars, bounds[index], bounds[index + 1]);
    }

    /** How many characters the cells have together. */
    int length() {
        return bounds[bounds.length - 1] - bounds[0];
    }

    /** Whether all cells are empty or white space. */
    boolean isBlank() {
        return Fold.isBlank(new CharSlice().at(chars, bounds[0], bounds[bounds.length - 1]));
    }

    @Override
    public String get(int index) {
        return new String(chars, bounds[index], bounds[index + 1] - bounds[index]);
    }

    @Override
    public int size() {
        return bounds.length - 1;
    }
}
