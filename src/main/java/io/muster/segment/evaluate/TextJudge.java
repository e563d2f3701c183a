package io.muster.segment.evaluate;

import com.google.re2j.Pattern;
import io.muster.segment.condition.ValueTest;
import io.muster.support.Fold;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Judges all text tests of one subject at once. Immutable once made. */
final class TextJudge {

    /** A part of a text to look for, and the test that it decides. */
    private static final class Needle {

        private final byte[] text;
        private final int bit;

        Needle(byte[] text, int bit) {
            this.text = text;
            this.bit = bit;
        }
    }

    private record Regex(Pattern pattern, int bit) {}

    private final Comparison comparison;
    private final ByteIndex values = new ByteIndex();
    private final List<long[]> bitsOfValue = new ArrayList<>();
    private final int words;
    private Needle[] starts = new Needle[0];
    private Needle[] ends = new Needle[0];
    private Needle[] parts = new Needle[0];
    private final List<Regex> patterns = new ArrayList<>();

    TextJudge(Comparison comparison, int words) {
        this.comparison = comparison;
        this.words = words;
    }

    /** The text as tests of the subject compare it. */
    static String comparable(String text, Comparison comparison) {
        return comparison == Comparison.EXACT ? text : Fold.fold(text);
    }

    /** Adds a test, which decides a bit; complements and tests for being empty are made elsewhere. */
    void add(ValueTest test, int bit) {
        for (String text : test.texts()) {
            switch (test.operator()) {
                case IS, IN -> value(text, bit);
                case CONTAINS -> parts = with(parts, text, bit);
                case STARTS_WITH -> starts = with(starts, text, bit);
                case ENDS_WITH -> ends = with(ends, text, bit);
                case MATCHES -> patterns.add(new Regex(pattern(text), bit));
                default -> throw new IllegalArgumentException("Invalid test of a text: " + test.operator());
            }
        }
    }

    private Needle[] with(Needle[] needles, String text, int bit) {
        Needle[] more = Arrays.copyOf(needles, needles.length + 1);
        more[needles.length] = new Needle(bytes(text), bit);
        return more;
    }

    private Pattern pattern(String pattern) {
        // Values are matched in composed form; a decomposed pattern would match none of them.
        return comparison == Comparison.EXACT
                ? Pattern.compile(pattern, Pattern.DOTALL)
                : Pattern.compile(
                        Normalizer.normalize(pattern, Normalizer.Form.NFC), Pattern.DOTALL | Pattern.CASE_INSENSITIVE);
    }

    private byte[] bytes(String text) {
        return comparable(text, comparison).getBytes(StandardCharsets.UTF_8);
    }

    private void value(String text, int bit) {
        byte[] bytes = bytes(text);
        int number = values.find(bytes, 0, bytes.length);
        if (number < 0) {
            number = values.add(bytes, 0, bytes.length);
            bitsOfValue.add(new long[words]);
        }

        set(bitsOfValue.get(number), bit);
    }

    /** Sets the bits of the tests that the value passes. */
    void judge(JudgedValue value, long[] bits) {
        value.fold(comparison);
        byte[] text = value.comparable(comparison);
        int from = value.from();
        int to = value.to();
        if (values.size() > 0) {
            int number = values.find(text, from, to - from);
            if (number >= 0) {
                long[] found = bitsOfValue.get(number);
                for (int i = 0; i < words; i++) {
                    bits[i] |= found[i];
                }
            }
        }

        for (Needle needle : starts) {
            if (isAt(needle.text, text, from, to)) {
                set(bits, needle.bit);
            }
        }

        for (Needle needle : ends) {
            int at = to - needle.text.length;
            if (at >= from && isAt(needle.text, text, at, to)) {
                set(bits, needle.bit);
            }
        }

        for (Needle needle : parts) {
            if (isWithin(needle.text, text, from, to)) {
                set(bits, needle.bit);
            }
        }

        if (!patterns.isEmpty()) {
            match(comparison == Comparison.EXACT ? value.text() : value.composed(), bits);
        }
    }

    private void match(String text, long[] bits) {
        for (Regex regex : patterns) {
            if (regex.pattern.matches(text)) {
                set(bits, regex.bit);
            }
        }
    }

    private static boolean isAt(byte[] needle, byte[] text, int at, int to) {
        int last = at + needle.length - 1;
        if (last >= to || text[last] != needle[needle.length - 1]) {
            return false;
        }

        for (int i = 0; i < needle.length - 1; i++) {
            if (text[at + i] != needle[i]) {
                return false;
            }
        }

        return true;
    }

    private static boolean isWithin(byte[] needle, byte[] text, int from, int to) {
        byte first = needle[0];
        for (int at = from; at <= to - needle.length; at++) {
            if (text[at] == first && isAt(needle, text, at, to)) {
                return true;
            }
        }

        return false;
    }

    private static void set(long[] bits, int bit) {
        bits[bit >>> 6] |= 1L << bit;
    }
}
