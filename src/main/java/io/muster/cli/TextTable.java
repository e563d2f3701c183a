package io.muster.cli;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacter.EastAsianWidth;
import com.ibm.icu.lang.UCharacterCategory;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.BreakIterator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Rows in columns as wide as their widest cell, for people. */
final class TextTable {

    private static final String GAP = "  ";
    /** Asks for the coloured form of the character before. */
    private static final char EMOJI_STYLE = '\uFE0F';

    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... headers) {
        rows.add(List.of(headers));
    }

    /** Adds a row; null cells are empty. */
    TextTable row(@Nullable Object... cells) {
        rows.add(Arrays.stream(cells)
                .map(cell -> cell == null ? "" : cell.toString())
                .toList());
        return this;
    }

    @Override
    public String toString() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], length(row.get(i)));
            }
        }

        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i))
                        .repeat(' ', widths[i] - length(row.get(i)))
                        .append(GAP);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }

        return text.toString();
    }

    /** Columns of a terminal: wide East Asian characters and emoji take two, marks and joiners none. */
    private static int length(String cell) {
        int columns = 0;
        BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
        characters.setText(cell);
        int from = characters.first();
        for (int to = characters.next(); to != BreakIterator.DONE; to = characters.next()) {
            columns += width(cell.substring(from, to));
            from = to;
        }

        return columns;
    }

    private static int width(String character) {
        int first = character.codePointAt(0);
        boolean emoji =
                UCharacter.hasBinaryProperty(first, UProperty.EMOJI_PRESENTATION) || character.indexOf(EMOJI_STYLE) > 0;
        int east = UCharacter.getIntPropertyValue(first, UProperty.EAST_ASIAN_WIDTH);
        if (emoji || east == EastAsianWidth.WIDE || east == EastAsianWidth.FULLWIDTH) {
            return 2;
        }

        return switch (UCharacter.getType(first)) {
            case UCharacterCategory.CONTROL,
                    UCharacterCategory.FORMAT,
                    UCharacterCategory.NON_SPACING_MARK,
                    UCharacterCategory.ENCLOSING_MARK -> 0;
            default -> 1;
        };
    }
}
