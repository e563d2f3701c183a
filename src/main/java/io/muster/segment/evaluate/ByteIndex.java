package io.muster.segment.evaluate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Byte strings numbered in the order they were added. Compares bytes, never hashes alone. */
final class ByteIndex {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MIX = 0x9E3779B97F4A7C15L;
    private static final int FIRST_SLOTS = 64;

    /** Per slot the string's hash and, behind it, its number plus one; 0 in an empty slot. */
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
        long[] table = slots;
        long hash = hash(bytes, from, length);
        int mask = table.length - 2;
        int slot = (int) (hash >>> 31) & mask;
        while (true) {
            int number = (int) table[slot + 1] - 1;
            if (number < 0) {
                return -1;
            }

            if (table[slot] == hash) {
                int start = number == 0 ? 0 : ends[number - 1];
                if (ends[number] - start == length
                        && Arrays.equals(arena, start, start + length, bytes, from, from + length)) {
                    return number;
                }
            }

            slot = slot + 2 & mask;
        }
    }

    /** Adds a string that is not there yet. */
    int add(byte[] bytes, int from, int length) {
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

        put(slots, hash(bytes, from, length), size);
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

    private static void put(long[] table, long hash, long value) {
        int mask = table.length - 2;
        int slot = (int) (hash >>> 31) & mask;
        while (table[slot + 1] != 0) {
            slot = slot + 2 & mask;
        }

        table[slot] = hash;
        table[slot + 1] = value;
    }

    private static long hash(byte[] bytes, int from, int length) {
        long hash = length * MIX;
        int at = from;
        int end = from + length;
        while (end - at > 8) {
            hash = step(hash, (long) LONG.get(bytes, at));
            at += 8;
        }

        long last;
        if (length >= 8) {
            last = (long) LONG.get(bytes, end - 8);
        } else if (length >= 4) {
            last = ((int) INT.get(bytes, from) & 0xFFFFFFFFL) | ((long) (int) INT.get(bytes, end - 4) << 32);
        } else if (length > 0) {
            last = bytes[from] | (long) bytes[from + (length >>> 1)] << 16 | (long) bytes[end - 1] << 32;
        } else {
            last = 0;
        }

        hash = step(hash, last);
        return hash ^ hash >>> 29;
    }

    private static long step(long hash, long bits) {
        long product = (hash ^ bits) * MIX;
        return product ^ product >>> 32;
    }
}
