package io.muster.dedup.resolve;

/** A map from contact numbers to positions in the log. */
final class NumberTable implements AutoCloseable {

    private final KeyTable table;

    NumberTable(KeyMemory memory) {
        this.table = new KeyTable(memory);
    }

    /** The position under a number; -1 when there is none. */
    long get(long number) {
        return table.get(mix(number), number) - 1;
    }

    void put(long number, long position) {
        table.put(mix(number), number, position + 1);
    }

    // The finalizer of MurmurHash3 (Austin Appleby, public domain).
    private static long mix(long value) {
        long h = value;
        h ^= h >>> 33;
        h *= 0xFF51AFD7ED558CCDL;
        h ^= h >>> 33;
        h *= 0xC4CEB9FE1A85EC53L;
        return h ^ (h >>> 33);
    }

    @Override
    public void close() {
        table.close();
    }
}
