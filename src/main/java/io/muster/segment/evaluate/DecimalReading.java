package io.muster.segment.evaluate;

import io.muster.segment.condition.DecimalText;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The last number read from bytes. Short ones are read without making objects. */
final class DecimalReading {

    /** Digits that always fit into 64 bits. */
    static final int DIGITS = 18;

    private long unscaled;
    private int scale;
    private @Nullable BigDecimal big;

    /** Reads a number; false when the bytes are none. */
    boolean read(byte[] bytes, int start, int end) {
        big = null;
        int at = start;
        boolean negative = false;
        if (at < end && (bytes[at] == '-' || bytes[at] == '+')) {
            negative = bytes[at] == '-';
            at++;
        }

        int first = at;
        int point = -1;
        long digits = 0;
        while (at < end) {
            int digit = bytes[at] - '0';
            if (digit >= 0 && digit <= 9) {
                digits = digits * 10 + digit;
            } else if (digit == '.' - '0' && point < 0) {
                point = at;
            } else {
                return readSlowly(bytes, start, end);
            }

            at++;
        }

        int count = end - first - (point < 0 ? 0 : 1);
        if (count == 0) {
            return false;
        }

        if (count > DIGITS) {
            return readSlowly(bytes, start, end);
        }

        unscaled = negative ? -digits : digits;
        scale = point < 0 ? 0 : end - point - 1;
        return true;
    }

    /** Takes a number with that many digits behind the point, at most {@link #DIGITS}. */
    void set(long number, int digits) {
        big = null;
        unscaled = number;
        scale = digits;
    }

    /** Takes any number. */
    void set(BigDecimal number) {
        big = number;
    }

    private boolean readSlowly(byte[] bytes, int start, int end) {
        big = end - start > DecimalText.LONGEST
                ? null
                : DecimalText.read(new String(bytes, start, end - start, StandardCharsets.UTF_8))
                        .orElse(null);
        return big != null;
    }

    /** Whether the number fits into 64 bits with that many digits behind the point. */
    boolean fits(int digits) {
        return big == null && scale <= digits && Math.abs(unscaled) < Powers.TEN[DIGITS - (digits - scale)];
    }

    /** The number times ten to the power of the digits; only when it {@link #fits}. */
    long scaled(int digits) {
        return unscaled * Powers.TEN[digits - scale];
    }

    BigDecimal value() {
        return big == null ? BigDecimal.valueOf(unscaled, scale) : big;
    }

    private static final class Powers {

        private static final long[] TEN = new long[DIGITS + 1];

        static {
            TEN[0] = 1;
            for (int i = 1; i <= DIGITS; i++) {
                TEN[i] = TEN[i - 1] * 10;
            }
        }
    }
}
