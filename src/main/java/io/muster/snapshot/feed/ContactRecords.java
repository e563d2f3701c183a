package io.muster.snapshot.feed;

import io.muster.frequency.EligibleTimes;
import io.muster.frequency.EligibleTimes.Computed;
import io.muster.frequency.rules.FrequencyRules;
import io.muster.segment.members.PublishedBlocks;
import io.muster.snapshot.format.FeedRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.longlong.LongIterator;
import org.roaringbitmap.longlong.Roaring64NavigableMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The records of contacts as a snapshot of the database shows them: the same of each contact as a table that is built in that
 * snapshot. Within the transaction of the snapshot.
 */
final class ContactRecords {

    private static final String REFERENCES = """
        SELECT number, ext_ref FROM contact
        WHERE directory_id = :directory AND number IN (:numbers)
        """;

    private static final String ALIASES = """
        SELECT number, ext_ref FROM contact_alias
        WHERE directory_id = :directory AND number IN (:numbers)
        ORDER BY number, created_at, ref_key
        """;

    private static final int AT_ONCE = 1_000;

    private final JdbcClient jdbc;
    private final int directory;
    private final List<Long> audiences;
    private final PublishedBlocks members;
    private final EligibleTimes times;
    private final @Nullable Computed computed;
    private final long[] unlimited;

    ContactRecords(JdbcClient jdbc, int directory, List<Long> audiences) {
        this.jdbc = jdbc;
        this.directory = directory;
        this.audiences = audiences;
        members = PublishedBlocks.of(jdbc, directory, audiences);
        times = new EligibleTimes(jdbc);
        computed = times.computed(directory).orElse(null);
        unlimited = new long[surveys().size()];
        Arrays.fill(unlimited, FrequencyRules.ALWAYS);
    }

    /** What each time of the records is for. */
    List<String> surveys() {
        return computed == null ? List.of() : computed.surveys();
    }

    /** The records of contacts, in the order of their numbers; those that are gone have one that says so. */
    List<FeedRecord> of(Roaring64NavigableMap numbers, long version) {
        List<FeedRecord> records = new ArrayList<>();
        List<Long> some = new ArrayList<>();
        long block = 0;
        for (LongIterator each = numbers.getLongIterator(); each.hasNext(); ) {
            long number = each.next();
            if (number / PublishedBlocks.NUMBERS != block || some.size() == AT_ONCE) {
                read(some, block, version, records);
                some.clear();
                block = number / PublishedBlocks.NUMBERS;
            }

            some.add(number);
        }

        read(some, block, version, records);
        return records;
    }

    private void read(List<Long> numbers, long block, long version, List<FeedRecord> into) {
        if (numbers.isEmpty()) {
            return;
        }

        SortedMap<Long, List<String>> references = references(numbers);
        Map<Long, long[]> eligible = new HashMap<>();
        if (computed != null) {
            times.forSome(directory, computed, numbers, eligible::put);
        }

        List<RoaringBitmap> bitmaps = new ArrayList<>();
        for (long audience : audiences) {
            bitmaps.add(members.members(jdbc, audience, (int) block));
        }

        for (long number : numbers) {
            List<String> known = references.getOrDefault(number, List.of());
            into.add(
                    known.isEmpty()
                            ? FeedRecord.gone(number, version)
                            : new FeedRecord(
                                    number,
                                    version,
                                    known,
                                    words(bitmaps, (int) (number % PublishedBlocks.NUMBERS)),
                                    eligible.getOrDefault(number, unlimited)));
        }
    }

    private SortedMap<Long, List<String>> references(List<Long> numbers) {
        SortedMap<Long, List<String>> references = new TreeMap<>();
        for (String sql : List.of(REFERENCES, ALIASES)) {
            jdbc.sql(sql)
                    .param("directory", directory)
                    .param("numbers", numbers)
                    .query(row -> {
                        String reference = row.getString(2);
                        if (reference != null) {
                            references
                                    .computeIfAbsent(row.getLong(1), absent -> new ArrayList<>())
                                    .add(reference);
                        }
                    });
        }

        return references;
    }

    private static long[] words(List<RoaringBitmap> bitmaps, int position) {
        long[] words = new long[(bitmaps.size() + Long.SIZE - 1) / Long.SIZE];
        for (int i = 0; i < bitmaps.size(); i++) {
            if (bitmaps.get(i).contains(position)) {
                words[i / Long.SIZE] |= 1L << i;
            }
        }

        return words;
    }
}
