package io.muster.segment.condition;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Numbers as conditions and values write them: ASCII digits with an optional sign, one decimal point, and an exponent of
 * at most three digits. No thousands separators, no units.
 */
public final class DecimalText {

    /** Longer texts are not numbers: no value needs more digits, and sums stay cheap. */
    public static final int LONGEST = 100;

    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?");

    private DecimalText() {}

    /** The number without trailing zeros; empty when the text is none. Outer white space is not expected. */
    public static Optional<BigDecimal> read(String text) {
        return text.length() <= LONGEST && NUMBER.matcher(text).matches()
                ? Optional.of(new BigDecimal(text).stripTrailingZeros())
                : Optional.empty();
    }

    /** The shortest text of a number that JSON can hold. */
    public static String write(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return Math.abs(stripped.scale()) > LONGEST / 2 ? stripped.toString() : stripped.toPlainString();
    }
}
