package io.muster.dedup.resolve;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The digests of a whole directory, 17 bytes a contact. */
final class DigestTable implements Digests, AutoCloseable {

    private static final int BITS = 14;
    private static final int NUMBERS = 1 << BITS;
    private static final long FLAGS = 16L * NUMBERS;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final KeyMemory memory;
    // By parts, as numbers need not be dense.
    private KeyMemory.@Nullable Part[] parts = new KeyMemory.Part[16];

    DigestTable(KeyMemory memory) {
        this.memory = memory;
    }

    @Override
    public void put(long number, long high, long low, int flags) {
        KeyMemory.Part part = part(number);
        long at = place(number) * 16;
        part.entries().set(LONG, at, high);
        part.entries().set(LONG, at + 8, low);
        flag(number, flags);
    }

    @Override
    public void flag(long number, int flags) {
        KeyMemory.Part part = part(number);
        long at = FLAGS + place(number);
        byte before = part.entries().get(ValueLayout.JAVA_BYTE, at);
        part.entries().set(ValueLayout.JAVA_BYTE, at, (byte) (before | flags));
    }

    @Override
    public int flags(long number) {
        KeyMemory.Part part = known(number);
        return part == null ? 0 : part.entries().get(ValueLayout.JAVA_BYTE, FLAGS + place(number));
    }

    @Override
    public boolean has(long number, long high, long low) {
        KeyMemory.Part part = known(number);
        long at = place(number) * 16;
        return part != null
                && part.entries().get(LONG, at) == high
                && part.entries().get(LONG, at + 8) == low;
    }

    private static long place(long number) {
        return number & (NUMBERS - 1);
    }

    private KeyMemory.@Nullable Part known(long number) {
        long part = number >>> BITS;
        return part < parts.length ? parts[(int) part] : null;
    }

    private KeyMemory.Part part(long number) {
        KeyMemory.Part known = known(number);
        if (known != null) {
            return known;
        }

        int index = Math.toIntExact(number >>> BITS);
        if (index >= parts.length) {
            parts = Arrays.copyOf(parts, Math.max(index + 1, 2 * parts.length));
        }

        KeyMemory.Part made = memory.take(FLAGS + NUMBERS);
        parts[index] = made;
        return made;
    }

    /** Gives the memory back. */
    @Override
    public void close() {
        for (KeyMemory.Part part : parts) {
            if (part != null) {
                memory.giveBack(part);
            }
        }

        parts = new KeyMemory.Part[0];
    }
}
