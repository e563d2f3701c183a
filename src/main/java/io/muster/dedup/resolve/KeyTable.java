package io.muster.dedup.resolve;

import io.muster.directory.IdentityKey;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A map from 128-bit keys to numbers other than 0, outside the heap: 24 bytes an entry in open addressing, filled
 * up to 80 % and grown piece by piece, so that growing never needs twice the memory. Not safe for use by several threads.
 */
final class KeyTable implements AutoCloseable {

    private static final int PIECES = 256;
    private static final int FIRST_CAPACITY = 20;
    /** A piece below this capacity doubles, a larger one grows by a quarter. */
    private static final int LARGE = 8_192;

    private static final int ENTRY = 24;
    private static final long RULE_SPREAD = 0x9E3779B97F4A7C15L;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final KeyMemory memory;
    private final Piece[] pieces = new Piece[PIECES];
    private long size;

    KeyTable(KeyMemory memory) {
        this.memory = memory;
    }

    /** A part of the table with memory of its own, given back when the part has outgrown it. */
    private static final class Piece {
        private final KeyMemory.Part part;
        private final int capacity;
        private final MemorySegment entries;
        private int size;

        private Piece(KeyMemory memory, int capacity) {
            this.part = memory.take((long) capacity * ENTRY);
            this.capacity = capacity;
            this.entries = part.entries();
        }
    }

    /** The number under a key; 0 when there is none. */
    long get(IdentityKey key) {
        return get(spread(key), key.low());
    }

    /** The number under a pair of well-mixed values; 0 when there is none. */
    long get(long high, long low) {
        Piece piece = pieces[(int) (high >>> 56)];
        return piece == null ? 0 : piece.entries.get(LONG, slot(piece.entries, piece.capacity, high, low) + 16);
    }

    /** Puts a number other than 0 under a key. */
    void put(IdentityKey key, long value) {
        put(spread(key), key.low(), value);
    }

    /** Puts a number other than 0 under a pair of well-mixed values. */
    void put(long high, long low, long value) {
        int index = (int) (high >>> 56);
        Piece piece = pieces[index];
        if (piece == null) {
            piece = new Piece(memory, FIRST_CAPACITY);
            pieces[index] = piece;
        }

        long slot = slot(piece.entries, piece.capacity, high, low);
        if (piece.entries.get(LONG, slot + 16) == 0) {
            if (piece.size >= piece.capacity / 5 * 4) {
                piece = grow(piece);
                pieces[index] = piece;
                slot = slot(piece.entries, piece.capacity, high, low);
            }

            piece.entries.set(LONG, slot, high);
            piece.entries.set(LONG, slot + 8, low);
            piece.size++;
            size++;
        }

        piece.entries.set(LONG, slot + 16, value);
    }

    /** How many keys have a number. */
    long size() {
        return size;
    }

    /** Adds 1 to the number under a pair of well-mixed values; the result is the sum. */
    long count(long high, long low) {
        long sum = get(high, low) + 1;
        put(high, low, sum);
        return sum;
    }

    private static long spread(IdentityKey key) {
        return key.high() ^ key.rule() * RULE_SPREAD;
    }

    private static long slot(MemorySegment entries, int capacity, long high, long low) {
        // The upper half of a product spreads 32 mixed bits evenly over any capacity.
        int at = (int) ((((high ^ (low >>> 32)) & 0xFFFFFFFFL) * capacity) >>> 32);
        while (true) {
            long slot = (long) at * ENTRY;
            if (entries.get(LONG, slot + 16) == 0
                    || (entries.get(LONG, slot) == high && entries.get(LONG, slot + 8) == low)) {
                return slot;
            }

            at = at + 1 == capacity ? 0 : at + 1;
        }
    }

    private Piece grow(Piece piece) {
        int more = piece.capacity < LARGE ? piece.capacity : piece.capacity / 4;
        Piece larger = new Piece(memory, Math.addExact(piece.capacity, more));
        larger.size = piece.size;
        for (long at = 0; at < (long) piece.capacity * ENTRY; at += ENTRY) {
            long value = piece.entries.get(LONG, at + 16);
            if (value != 0) {
                long high = piece.entries.get(LONG, at);
                long low = piece.entries.get(LONG, at + 8);
                long slot = slot(larger.entries, larger.capacity, high, low);
                larger.entries.set(LONG, slot, high);
                larger.entries.set(LONG, slot + 8, low);
                larger.entries.set(LONG, slot + 16, value);
            }
        }

        memory.giveBack(piece.part);
        return larger;
    }

    /** Gives the memory back. */
    @Override
    public void close() {
        for (int i = 0; i < PIECES; i++) {
            if (pieces[i] != null) {
                memory.giveBack(pieces[i].part);
                pieces[i] = null;
            }
        }
    }
}
