package io.muster.segment.evaluate;

import io.muster.segment.condition.Moment;
import io.muster.segment.condition.MomentText;
import io.muster.support.Fold;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.LocalDate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The value that is being judged, without outer white space, in the forms that judges ask for. Reused for every value. */
final class JudgedValue {

    private static final int ISO_DATE = 10;

    private final DecimalReading number = new DecimalReading();
    private byte[] bytes = new byte[0];
    private int start;
    private int end;
    private @Nullable String text;

    private byte[] folded = new byte[256];
    private int foldedStart;
    private int foldedEnd;

    /** Takes a value; false when it is blank. */
    boolean take(byte[] value, int from, int length) {
        bytes = value;
        start = from;
        end = from + length;
        text = null;
        while (start < end && isSpace(bytes[start])) {
            start++;
        }

        while (end > start && isSpace(bytes[end - 1])) {
            end--;
        }

        if (start < end && (bytes[start] < 0 || bytes[end - 1] < 0)) {
            trimBeyondAscii();
        }

        return start < end;
    }

    /** White space of ASCII, as {@link Fold#trim} knows it: other control characters belong to the value. */
    private static boolean isSpace(byte b) {
        return b <= ' ' && (b == ' ' || (b >= '\t' && b <= '\r'));
    }

    /** White space of other scripts is recognised in characters only. */
    private void trimBeyondAscii() {
        String all = new String(bytes, start, end - start, StandardCharsets.UTF_8);
        String trimmed = Fold.trim(all);
        if (trimmed.length() < all.length()) {
            bytes = trimmed.getBytes(StandardCharsets.UTF_8);
            start = 0;
            end = bytes.length;
        }

        text = trimmed;
    }

    /** The value as text. */
    String text() {
        String made = text;
        if (made == null) {
            made = new String(bytes, start, end - start, StandardCharsets.UTF_8);
            text = made;
        }

        return made;
    }

    /** The value as text in composed form. */
    String composed() {
        return Normalizer.normalize(text(), Normalizer.Form.NFC);
    }

    /** Makes the bytes to compare texts by: {@link #comparable} from {@link #from} to {@link #to}. */
    void fold(Comparison comparison) {
        if (comparison == Comparison.EXACT) {
            foldedStart = start;
            foldedEnd = end;
            return;
        }

        int length = end - start;
        if (folded.length < length) {
            folded = new byte[2 * length];
        }

        foldedStart = 0;
        foldedEnd = length;
        if (Bytes.lower(bytes, start, length, folded) < 0) {
            byte[] whole = Fold.fold(text()).getBytes(StandardCharsets.UTF_8);
            if (folded.length < whole.length) {
                folded = new byte[2 * whole.length];
            }

            System.arraycopy(whole, 0, folded, 0, whole.length);
            foldedEnd = whole.length;
        }
    }

    byte[] comparable(Comparison comparison) {
        return comparison == Comparison.EXACT ? bytes : folded;
    }

    int from() {
        return foldedStart;
    }

    int to() {
        return foldedEnd;
    }

    /** The value as a number; empty when it is none. */
    @Nullable
    DecimalReading number() {
        return number.read(bytes, start, end) ? number : null;
    }

    /** The value as a moment; null when it is none. */
    @Nullable
    Moment moment() {
        int length = end - start;
        if (length < ISO_DATE || length > MomentText.LONGEST || bytes[start + 4] != '-' || bytes[start + 7] != '-') {
            return null;
        }

        if (length == ISO_DATE) {
            int year = digits(start, 4);
            int month = digits(start + 5, 2);
            int day = digits(start + 8, 2);
            // Days that every month has; the others are left to the calendar.
            if (year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= 28) {
                return new Moment.Day(LocalDate.of(year, month, day));
            }
        }

        Optional<Moment> moment = MomentText.read(text());
        return moment.orElse(null);
    }

    private int digits(int at, int count) {
        int number = 0;
        for (int i = at; i < at + count; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }

            number = number * 10 + digit;
        }

        return number;
    }
}
