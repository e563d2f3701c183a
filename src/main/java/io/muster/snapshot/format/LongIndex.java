package io.muster.snapshot.format;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Values by number for one writer and any number of readers, who never wait and make no objects. Nothing is ever taken out.
 *
 * @param <V> the values
 */
final class LongIndex<V> {

    private static final int FIRST_ROOM = 64;

    private volatile Entries<V> entries = new Entries<>(FIRST_ROOM);
    private int size;

    /** Numbers and values at the same places; a place without a value is free. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Entries<V>(long[] keys, AtomicReferenceArray<V> values) {

        Entries(int room) {
            this(new long[room], new AtomicReferenceArray<>(room));
        }

        int place(long key) {
            int mask = keys.length - 1;
            int place = (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & mask;
            while (values.getAcquire(place) != null && keys[place] != key) {
                place = place + 1 & mask;
            }

            return place;
        }

        void put(long key, V value) {
            int place = place(key);
            keys[place] = key;
            // Released after the number: who sees the value sees the number.
            values.setRelease(place, value);
        }
    }

    @Nullable
    V get(long key) {
        Entries<V> now = entries;
        return now.values.getAcquire(now.place(key));
    }

    /** Puts a value, in place of one that is there. */
    void put(long key, V value) {
        if (get(key) == null && ++size > entries.keys.length / 2) {
            Entries<V> larger = new Entries<>(2 * entries.keys.length);
            for (int i = 0; i < entries.keys.length; i++) {
                V there = entries.values.get(i);
                if (there != null) {
                    larger.put(entries.keys[i], there);
                }
            }

            larger.put(key, value);
            entries = larger;
            return;
        }

        entries.put(key, value);
    }
}
