package io.muster.snapshot.build;

import io.muster.directory.changes.ChangeFeedReader;
import io.muster.directory.changes.FeedPosition;
import io.muster.frequency.EligibleTimes;
import io.muster.frequency.EligibleTimes.Computed;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.frequency.rules.FrequencyRules;
import io.muster.segment.members.PublishedBlocks;
import io.muster.snapshot.format.TableDescription;
import io.muster.snapshot.format.TableFile;
import io.muster.snapshot.format.TableWriter;
import io.muster.support.Ids;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The table of a directory's contacts: references and aliases, memberships in the published versions of segments, next eligible
 * times, all of one moment. Read block by block of {@value PublishedBlocks#NUMBERS} contact numbers, so that memory stays small
 * whatever the directory's size.
 */
public final class DirectoryTable {

    private static final String LAST = "SELECT COALESCE(MAX(number), -1) FROM contact WHERE directory_id = ?";

    private static final String CONTACTS = """
        SELECT number, ext_ref FROM contact
        WHERE directory_id = ? AND number BETWEEN ? AND ?
        ORDER BY number
        """;

    private static final String ALIASES = """
        SELECT number, ext_ref FROM contact_alias
        WHERE directory_id = ? AND number BETWEEN ? AND ?
        """;

    private final JdbcClient jdbc;
    private final FrequencyUpkeep upkeep;
    private final EligibleTimes times;
    private final ChangeFeedReader feed;
    private final TransactionTemplate snapshot;
    private final InstantSource clock;
    private final Ids ids;

    /** Hears how far a table has come. */
    @FunctionalInterface
    public interface Watcher {

        /**
         * Some contacts are in the table.
         *
         * @param share of the directory, 0 to 1
         */
        void reached(long contacts, double share);
    }

    /** Reads that database. */
    public DirectoryTable(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            FrequencyUpkeep upkeep,
            InstantSource clock,
            Ids ids) {
        this.jdbc = jdbc;
        this.upkeep = upkeep;
        this.clock = clock;
        this.ids = ids;
        times = new EligibleTimes(jdbc);
        feed = new ChangeFeedReader(jdbc, transactions, clock);
        snapshot = new TransactionTemplate(transactions);
        snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        snapshot.setReadOnly(true);
    }

    /**
     * Builds the table as it is now.
     *
     * @param audiences numeric ids of the segments whose members it holds
     * @param folder where its file will be
     */
    public TableFile build(int directory, SortedSet<Long> audiences, Path folder, Watcher watcher) {
        // What changes from before the snapshot on is recorded, so that the feed goes on from it.
        feed.start(directory);
        upkeep.complete(directory);
        return Objects.requireNonNull(snapshot.execute(status -> {
            try {
                // Before the first statement, which fixes what the transaction sees: nothing older is missing.
                long moment = clock.millis();
                return new Building(directory, List.copyOf(audiences), watcher).build(folder, moment);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
    }

    /** One table in the making, within the transaction whose snapshot it shows. */
    private final class Building {

        private final int directory;
        private final List<Long> audiences;
        private final Watcher watcher;
        private final PublishedBlocks members;
        private final @Nullable Computed computed;
        private final long[] unlimited;

        Building(int directory, List<Long> audiences, Watcher watcher) {
            this.directory = directory;
            this.audiences = audiences;
            this.watcher = watcher;
            members = PublishedBlocks.of(jdbc, directory, audiences);
            computed = times.computed(directory).orElse(null);
            unlimited = new long[computed == null ? 0 : computed.surveys().size()];
            Arrays.fill(unlimited, FrequencyRules.ALWAYS);
        }

        TableFile build(Path folder, long moment) throws IOException {
            FeedPosition position = feed.now(directory);
            TableDescription description = new TableDescription(
                    ids.directory(directory),
                    moment,
                    position.version(),
                    position.text(),
                    audiences.stream().map(ids::segment).toList(),
                    computed == null ? List.of() : computed.surveys());
            long last = jdbc.sql(LAST).param(directory).query(Long.class).single();
            long written = 0;
            try (TableWriter writer = new TableWriter(folder, description)) {
                for (long first = 0; first <= last; first += PublishedBlocks.NUMBERS) {
                    written += block(writer, first);
                    watcher.reached(written, Math.min(1, (first + PublishedBlocks.NUMBERS) / (last + 1.0)));
                }

                return writer.finish();
            }
        }

        private long block(TableWriter writer, long first) throws IOException {
            long end = first + PublishedBlocks.NUMBERS - 1;
            int block = (int) (first / PublishedBlocks.NUMBERS);
            List<RoaringBitmap> bitmaps = new ArrayList<>();
            for (long audience : audiences) {
                bitmaps.add(members.members(jdbc, audience, block));
            }

            Map<Long, long[]> eligible = new HashMap<>();
            if (computed != null) {
                times.forEach(directory, computed, first, end, eligible::put);
            }

            Map<Long, List<String>> aliases = aliases(first, end);
            List<Held> contacts = jdbc.sql(CONTACTS)
                    .params(directory, first, end)
                    .query((row, index) -> new Held(row.getLong(1), Optional.ofNullable(row.getString(2))))
                    .list();
            for (Held contact : contacts) {
                writer.add(
                        contact.number(),
                        contact.reference().orElse(null),
                        aliases.getOrDefault(contact.number(), List.of()),
                        words(bitmaps, (int) (contact.number() - first)),
                        eligible.getOrDefault(contact.number(), unlimited));
            }

            return contacts.size();
        }

        private Map<Long, List<String>> aliases(long first, long end) {
            Map<Long, List<String>> aliases = new HashMap<>();
            jdbc.sql(ALIASES).params(directory, first, end).query(row -> {
                aliases.computeIfAbsent(row.getLong(1), number -> new ArrayList<>())
                        .add(row.getString(2));
            });
            return aliases;
        }

        private long[] words(List<RoaringBitmap> bitmaps, int position) {
            long[] words = new long[(bitmaps.size() + Long.SIZE - 1) / Long.SIZE];
            for (int i = 0; i < bitmaps.size(); i++) {
                if (bitmaps.get(i).contains(position)) {
                    words[i / Long.SIZE] |= 1L << (i % Long.SIZE);
                }
            }

            return words;
        }
    }

    private record Held(long number, Optional<String> reference) {}
}
