package io.muster.support;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Random values made from a seed: texts over alphabets that break things, bytes, choices. The same seed makes the same values,
 * and {@link #repeat} names the seed of what failed:
 *
 * <pre>{@code
 * RandomTexts.repeat(1_000, random -> assertThat(read(write(random.text()))).isEqualTo(...));
 * }</pre>
 */
public final class RandomTexts {

    private static final String HOSTILE_ASCII = "\"\\/,;\t\n\r |'#\u0000\u0001\b\f\u001F\u007F";
    private static final List<String> PIECES = List.of(
            "\r\n", "é", "ß", "Ж", "小", "ソ", "表", "김", "😀", "𠀀", "\uFEFF", "\uFFFE", "\uFFFD", "\u00A0", "\u200D",
            "İ");

    private final Random random;

    /** Values of that seed. */
    public RandomTexts(long seed) {
        random = new Random(seed);
    }

    /** What is tried with random values. */
    public interface Trial {

        /** One try; fails by throwing. */
        void with(RandomTexts random) throws Exception;
    }

    /** Tries with the seeds 1, 2 and so on; a failure says with which. */
    public static void repeat(int tries, Trial trial) {
        for (long seed = 1; seed <= tries; seed++) {
            try {
                trial.with(new RandomTexts(seed));
            } catch (Exception | AssertionError e) {
                throw new AssertionError("Failed with seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /** A number from one to another, both included. */
    public int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    /** A number from one to another, both included. */
    public long between(long least, long most) {
        return random.nextLong(least, most + 1);
    }

    /** Any number; the edges come often. */
    public long number() {
        return switch (between(0, 5)) {
            case 0 -> one(List.of(0L, 1L, -1L, Long.MIN_VALUE, Long.MAX_VALUE));
            case 1 -> between(-1_000, 1_000);
            default -> random.nextLong();
        };
    }

    /** Yes or no. */
    public boolean yes() {
        return random.nextBoolean();
    }

    /** One of these. */
    public <T> T one(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** A list of that many values. */
    public <T> List<T> list(int size, Supplier<T> value) {
        List<T> values = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            values.add(value.get());
        }

        return values;
    }

    /** Up to twelve code points of all planes, never an unpaired surrogate. */
    public String text() {
        StringBuilder text = new StringBuilder();
        int length = between(0, 12);
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(codePoint());
        }

        return text.toString();
    }

    private int codePoint() {
        return switch (between(0, 11)) {
            case 0, 1, 2, 3, 4 -> between(' ', '~');
            case 5, 6 -> HOSTILE_ASCII.charAt(random.nextInt(HOSTILE_ASCII.length()));
            case 7, 8 -> between(0xA0, 0xD7FF);
            case 9 -> between(0xE000, 0xFFFF);
            default -> between(0x10000, 0x10FFFF);
        };
    }

    /** Any characters, unpaired surrogates too, short most times and longer than every limit now and then. */
    public String anyText() {
        StringBuilder text = new StringBuilder();
        int length = between(0, 20) == 0 ? between(200, 1_500) : between(0, 40);
        for (int i = 0; i < length; i++) {
            if (between(0, 3) == 0) {
                text.append((char) between(0, 0xFFFF));
            } else {
                text.appendCodePoint(codePoint());
            }
        }

        return text.toString();
    }

    /** Up to eight pieces that a charset can write. */
    public String text(Charset charset) {
        StringBuilder text = new StringBuilder();
        int pieces = between(0, 8);
        for (int i = 0; i < pieces; i++) {
            String piece = piece();
            if (charset.newEncoder().canEncode(piece) && new String(piece.getBytes(charset), charset).equals(piece)) {
                text.append(piece);
            }
        }

        return text.toString();
    }

    private String piece() {
        return switch (between(0, 3)) {
            case 0, 1 -> Character.toString("\",;\t\n\r |aZ0\\#".charAt(random.nextInt(13)));
            case 2 -> one(PIECES);
            default -> Character.toString(between(1, 0xD7FF));
        };
    }

    /** Up to so many bytes. */
    public byte[] bytes(int most) {
        byte[] bytes = new byte[between(0, most)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Up to so many bytes, a third of them what separates and quotes cells. */
    public byte[] hostileBytes(int most) {
        byte[] bytes = bytes(most);
        for (int i = 0; i < bytes.length; i++) {
            if (between(0, 2) == 0) {
                bytes[i] = (byte) ",\"\n\rax 1".charAt(random.nextInt(8));
            }
        }

        return bytes;
    }
}
