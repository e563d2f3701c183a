package io.muster.snapshot.format;

import io.muster.support.SipHash;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Where things are in the file of a table; docs/snapshots.md has the same as a picture. All numbers are little-endian.
 *
 * @param audienceWords words of memberships in an entry
 * @param timeSlots next eligible times in an entry
 * @param buckets entries come in buckets of {@link #entriesPerBucket()}; the fingerprint says in which a search begins
 * @param hash the keyed hash that makes fingerprints
 * @param mask the bits of the hash that are used: all of them, except where a test wants collisions
 */
record TableShape(int audienceWords, int timeSlots, long buckets, SipHash hash, long mask) {

    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** "MUSTERCT" read as a little-endian number. */
    static final long MAGIC = 0x544352455453554DL;

    static final int FORMAT = 1;

    /** Entries begin at a page, so that a bucket never lies on two cache lines. */
    static final long ENTRIES_AT = 4_096;

    /** An entry whose fingerprint several references share; they are found by their full text. */
    static final long SHARED = -1;

    private static final int CACHE_LINE = 64;
    private static final int FINGERPRINT_AND_CONTACT = 16;

    /** At most 70 % of the entries are in use. */
    private static final int USED_OF_TEN = 7;

    static TableShape of(TableDescription description, long references, SipHash hash, long mask) {
        TableShape shape = new TableShape(
                description.audienceWords(), description.surveys().size(), 0, hash, mask);
        long entries = references * 10 / USED_OF_TEN + 1;
        int perBucket = shape.entriesPerBucket();
        return new TableShape(shape.audienceWords, shape.timeSlots, (entries + perBucket - 1) / perBucket, hash, mask);
    }

    int entryBytes() {
        return FINGERPRINT_AND_CONTACT + Long.BYTES * (audienceWords + timeSlots);
    }

    int entriesPerBucket() {
        return Math.max(1, CACHE_LINE / entryBytes());
    }

    long entriesEnd() {
        return ENTRIES_AT + buckets * entriesPerBucket() * entryBytes();
    }

    /** The fingerprint of a hash; 0 marks an entry without content. */
    long fingerprint(long hashed) {
        long masked = hashed & mask;
        return masked == 0 ? 1 : masked;
    }

    /** The offset at which the search for a fingerprint begins. */
    long start(long fingerprint) {
        // Spread once more, so that few bits of a hash (in tests) spread over the table as well.
        long bucket = Math.unsignedMultiplyHigh(fingerprint * 0x9E3779B97F4A7C15L, buckets);
        return ENTRIES_AT + bucket * entriesPerBucket() * entryBytes();
    }

    /** The offset of the fingerprint's entry, or of the free one where it would go, as {@code -1 - offset}. */
    long locate(MemorySegment table, long fingerprint) {
        int step = entryBytes();
        long end = entriesEnd();
        for (long at = start(fingerprint); ; at = at + step == end ? ENTRIES_AT : at + step) {
            long there = table.get(LONG, at);
            if (there == fingerprint) {
                return at;
            }

            if (there == 0) {
                return -1 - at;
            }
        }
    }

    /**
     * The numbers at the beginning of the file.
     *
     * @param shape the shape of the entries
     * @param contacts how many contacts the table was made of
     * @param references how many references it holds
     * @param shared how many of them share their fingerprint with another one
     * @param length the length of the whole file
     */
    record Header(TableShape shape, long contacts, long references, long shared, long length) {

        private static final int DESCRIPTION_LENGTH_AT = 112;

        void write(MemorySegment file, int descriptionBytes) {
            file.set(LONG, 0, MAGIC);
            file.set(INT, 8, FORMAT);
            file.set(INT, 12, shape.entryBytes());
            file.set(INT, 16, shape.audienceWords);
            file.set(INT, 20, shape.timeSlots);
            file.set(LONG, 24, shape.buckets);
            file.set(LONG, 32, shape.hash.first());
            file.set(LONG, 40, shape.hash.second());
            file.set(LONG, 48, shape.mask);
            file.set(LONG, 56, contacts);
            file.set(LONG, 64, references);
            file.set(LONG, 72, shared);
            file.set(LONG, 80, length);
            file.set(INT, DESCRIPTION_LENGTH_AT, descriptionBytes);
        }

        /** Reads a header; null when the file is none of this format. */
        static @Nullable Header read(MemorySegment file) {
            if (file.byteSize() < ENTRIES_AT || file.get(LONG, 0) != MAGIC || file.get(INT, 8) != FORMAT) {
                return null;
            }

            TableShape shape = new TableShape(
                    file.get(INT, 16),
                    file.get(INT, 20),
                    file.get(LONG, 24),
                    new SipHash(file.get(LONG, 32), file.get(LONG, 40)),
                    file.get(LONG, 48));
            return new Header(shape, file.get(LONG, 56), file.get(LONG, 64), file.get(LONG, 72), file.get(LONG, 80));
        }

        static int descriptionBytes(MemorySegment file) {
            return file.get(INT, DESCRIPTION_LENGTH_AT);
        }
    }
}
