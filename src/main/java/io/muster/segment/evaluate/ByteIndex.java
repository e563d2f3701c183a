package io.muster.segment.evaluate;

import java.util.Arrays;

/** Byte strings numbered in the order they were added. Compares bytes, never hashes alone. */
final class ByteIndex {

    private static final long MIX = 0x9E3779B97F4A7C15L;
    private static final int FIRST_SLOTS = 64;

    /**
     * Per slot two words. The second is the string's number plus one and, in the upper half, its length; 0 in an empty slot.
     * The first is the string's key, which says all of it where it is short.
     */
    private long[] slots = new long[2 * FIRST_SLOTS];

    private int[] ends = new int[FIRST_SLOTS / 2];
    private byte[] arena = new byte[1024];
    private int size;

    int size() {
        return size;
    }

    /** Bytes that the strings take. */
    int bytes() {
        return size == 0 ? 0 : ends[size - 1];
    }

    void clear() {
        Arrays.fill(slots, 0);
        size = 0;
    }

    /** The number of a string; -1 when it was not added. */
    int find(byte[] bytes, int from, int length) {
        return find(Bytes.key(bytes, from, length), bytes, from, length);
    }

    /** As {@link #find(byte[], int, int)}, with the string's key worked out already. */
    int find(long key, byte[] bytes, int from, int length) {
        long[] table = slots;
        int mask = table.length - 2;
        int slot = slot(key, length) & mask;
        while (true) {
            long found = table[slot + 1];
            if (found == 0) {
                return -1;
            }

            if (table[slot] == key
                    && (int) (found >>> 32) == length
                    && (length <= Bytes.FEW || isAt((int) found - 1, bytes, from, length))) {
                return (int) found - 1;
            }

            slot = slot + 2 & mask;
        }
    }

    /** Adds a string that is not there yet. */
    int add(byte[] bytes, int from, int length) {
        return add(Bytes.key(bytes, from, length), bytes, from, length);
    }

    /** As {@link #add(byte[], int, int)}; the strings of an index have their keys from the same method. */
    int add(long key, byte[] bytes, int from, int length) {
        int start = bytes();
        if (start + length > arena.length) {
            arena = Arrays.copyOf(arena, Math.max(2 * arena.length, start + length));
        }

        System.arraycopy(bytes, from, arena, start, length);
        if (size == ends.length) {
            ends = Arrays.copyOf(ends, 2 * size);
        }

        ends[size] = start + length;
        size++;
        if (4 * size > slots.length) {
            grow();
        }

        put(slots, key, (long) length << 32 | size);
        return size - 1;
    }

    private void grow() {
        long[] larger = new long[2 * slots.length];
        for (int slot = 0; slot < slots.length; slot += 2) {
            if (slots[slot + 1] != 0) {
                put(larger, slots[slot], slots[slot + 1]);
            }
        }

        slots = larger;
    }

    private static void put(long[] table, long key, long value) {
        int mask = table.length - 2;
        int slot = slot(key, (int) (value >>> 32)) & mask;
        while (table[slot + 1] != 0) {
            slot = slot + 2 & mask;
        }

        table[slot] = key;
        table[slot + 1] = value;
    }

    private static int slot(long key, int length) {
        return (int) (((key + length) * MIX) >>> 31);
    }

    private boolean isAt(int number, byte[] bytes, int from, int length) {
        return Bytes.equal(arena, number == 0 ? 0 : ends[number - 1], bytes, from, length);
    }
}
