package io.muster.directory.changes;

import io.muster.directory.changes.ChangeRows.Numbers;
import io.muster.directory.changes.FeedPosition.Interval;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.roaringbitmap.longlong.Roaring64NavigableMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads the stream for any number of followers who keep their positions themselves. The reader {@code feed} of a directory keeps
 * what they may still ask for: it has read nothing, and its position only says which rows are there.
 *
 * <p><b>Versions.</b> Every state of a directory's stream has a number: how many rows have been committed. It is kept up to the
 * settled id and counted above it, so a row that commits late makes the next state as well, which the greatest id would not
 * show. All reads that belong together are done in one snapshot; the number then says how new what is read in it is.
 */
public final class ChangeFeedReader {

    /** The name of the reader of the stream. */
    public static final String NAME = "feed";

    /** What of a contact a table shows. Touchpoints are not among it: the times that follow from them come after. */
    private static final Set<ChangeKind> OF_TABLES =
            Set.of(ChangeKind.VALUES, ChangeKind.KEYS, ChangeKind.GONE, ChangeKind.ELIGIBILITY);

    /** Rows are kept for followers for this long … */
    static final Duration KEPT_FOR = Duration.ofDays(6);

    /** … and as many of them as this, within the limits of the stream. */
    static final long KEPT_ROWS = ChangeUpkeep.MOST_ROWS / 10 * 9;

    /** The most rows that are looked at for one answer. */
    private static final int ROWS_AT_ONCE = 1_000;

    private static final int IDS_AT_ONCE = 50;

    private static final Numbers NOBODY = new Numbers(0, new Roaring64NavigableMap());

    private static final String STANDING = """
        SELECT g.settled_id, g.settled_rows, r.low_id, COALESCE(r.epoch, 0)
        FROM identity_gate g
        LEFT JOIN change_reader r ON r.directory_id = g.directory_id AND r.name = :name AND r.state = 'READING'
        WHERE g.directory_id = :directory
        """;

    private static final String ABOVE =
            "SELECT COUNT(*), COALESCE(MAX(id), 0) FROM contact_change WHERE directory_id = :directory AND id > :id";

    private static final String VERSIONS = """
        SELECT g.directory_id, g.settled_rows, (
            SELECT COUNT(*) FROM contact_change c WHERE c.directory_id = g.directory_id AND c.id > g.settled_id)
        FROM identity_gate g
        WHERE g.directory_id IN (:directories)
        """;

    private static final String IDS = """
        SELECT id FROM contact_change
        WHERE directory_id = :directory AND id > :after AND id <= :upTo
        ORDER BY id
        LIMIT :limit
        """;

    private static final String READ_BY_FEED =
            "SELECT directory_id, low_id FROM change_reader WHERE name = :name AND state = 'READING'";

    private static final String MOVE = """
        UPDATE change_reader SET low_id = :low, moved_at = :now
        WHERE directory_id = :directory AND name = :name AND state = 'READING' AND low_id < :low
        """;

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final TransactionTemplate transactions;
    private final ChangeReader reader;
    private final ChangeRows rows;
    private final ChangeUpkeep upkeep;
    private final long keptRows;

    /** What somebody who follows finds. */
    public sealed interface Found {

        /**
         * The position after it.
         *
         * @return where the next reading begins
         */
        FeedPosition position();
    }

    /**
     * Contacts that changed.
     *
     * @param contacts their numbers
     * @param isWhole whether nothing was left out
     * @param more whether there is more to read at once
     * @param changedAt when the last of them changed, epoch milliseconds; 0 for none
     */
    public record Changed(
            FeedPosition position, Roaring64NavigableMap contacts, boolean isWhole, boolean more, long changedAt)
            implements Found {}

    /** Rows after the position asked for are gone, so nobody knows what changed. */
    public record Lost(FeedPosition position) implements Found {}

    /**
     * How much of the stream one answer takes.
     *
     * @param contacts after this many no further transaction is read
     * @param ofOneTransaction contacts of a transaction that changed more are left out
     */
    public record Portion(long contacts, long ofOneTransaction) {}

    private record Standing(long settled, long settledRows, Optional<Long> floor, int epoch) {}

    /** Follows what tables show. */
    public ChangeFeedReader(JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock) {
        this(jdbc, manager, clock, KEPT_ROWS);
    }

    ChangeFeedReader(JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock, long keptRows) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.keptRows = keptRows;
        transactions = new TransactionTemplate(manager);
        transactions.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
        transactions.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        reader = new ChangeReader(NAME, OF_TABLES, jdbc, manager, clock);
        rows = new ChangeRows(jdbc);
        upkeep = new ChangeUpkeep(jdbc, manager, clock);
    }

    /** Begins to record what changes in a directory, or sees that it is recorded; in a transaction of its own. */
    public void start(int directory) {
        if (reader.state(directory) != ChangeReader.State.READING) {
            transactions.executeWithoutResult(status -> reader.start(directory));
        }
    }

    /** Nobody follows the directory any more; in a transaction of its own. */
    public void end(int directory) {
        transactions.executeWithoutResult(status -> reader.end(directory));
    }

    /** Whether what changes in the directory is recorded for those who follow. */
    public boolean isRecording(int directory) {
        return reader.state(directory) == ChangeReader.State.READING;
    }

    /** Within a snapshot: the position after all that it shows. */
    public FeedPosition now(int directory) {
        return now(directory, standing(directory));
    }

    private FeedPosition now(int directory, Standing standing) {
        return jdbc.sql(ABOVE)
                .param("directory", directory)
                .param("id", standing.settled())
                .query((row, index) -> new FeedPosition(
                        directory,
                        standing.epoch(),
                        standing.settled(),
                        standing.settledRows() + row.getLong(1),
                        row.getLong(1) == 0 ? List.of() : List.of(new Interval(row.getLong(2), row.getLong(1)))))
                .single();
    }

    private Standing standing(int directory) {
        return jdbc.sql(STANDING)
                .param("directory", directory)
                .param("name", NAME)
                .query((row, index) -> new Standing(
                        row.getLong(1),
                        row.getLong(2),
                        Optional.ofNullable(row.getObject(3, Long.class)),
                        row.getInt(4)))
                .optional()
                .orElse(new Standing(0, 0, Optional.empty(), 0));
    }

    /** The number of the newest state of each of some directories. */
    public Map<Integer, Long> versions(Collection<Integer> directories) {
        Map<Integer, Long> versions = new HashMap<>();
        jdbc.sql(VERSIONS).param("directories", directories).query(row -> {
            versions.put(row.getInt(1), row.getLong(2) + row.getLong(3));
        });
        return versions;
    }

    /** Tries to settle the stream without waiting for anybody, so that positions stay short and readings quick. */
    public void settleIfIdle(int directory) {
        upkeep.settleIfIdle(directory);
    }

    /** Within a snapshot: what changed after a position. */
    public Found read(FeedPosition position, Portion portion) {
        int directory = position.directory();
        Standing standing = standing(directory);
        FeedPosition now = now(directory, standing);
        // A position from after what is there now is one from before the database was put back.
        if (standing.floor().filter(floor -> floor <= position.low()).isEmpty()
                || position.epoch() != now.epoch()
                || position.last() > now.last()
                || position.version() > now.version()) {
            return new Lost(now);
        }

        List<Long> known = ids(directory, position.low(), position.last(), Integer.MAX_VALUE);
        List<Long> fresh = ids(directory, position.last(), Long.MAX_VALUE, ROWS_AT_ONCE);
        TreeSet<Long> unread = new TreeSet<>(fresh);
        Set<Long> late = late(position, known);
        unread.addAll(late);
        return take(position, portion, new Visible(standing, now, known, fresh, late), unread);
    }

    /** What a snapshot shows of the rows after a position; {@code late} are those of intervals in which one came late. */
    private record Visible(Standing standing, FeedPosition now, List<Long> known, List<Long> fresh, Set<Long> late) {

        /** How many rows are in an interval. */
        long count(long after, long upTo) {
            return known.stream().filter(id -> id > after && id <= upTo).count()
                    + fresh.stream().filter(id -> id > after && id <= upTo).count();
        }
    }

    private Found take(FeedPosition position, Portion portion, Visible visible, Set<Long> unread) {
        Roaring64NavigableMap contacts = new Roaring64NavigableMap();
        boolean whole = true;
        long last = position.low();
        boolean more = false;
        long changedAt = 0;
        List<Long> ids = List.copyOf(unread);
        for (int from = 0; from < ids.size() && !more; from += IDS_AT_ONCE) {
            List<Long> some = ids.subList(from, Math.min(ids.size(), from + IDS_AT_ONCE));
            Map<Long, Numbers> changed = rows.numbers(position.directory(), some, OF_TABLES);
            for (long id : some) {
                if (contacts.getLongCardinality() >= portion.contacts()) {
                    more = true;
                    break;
                }

                Numbers numbers = changed.getOrDefault(id, NOBODY);
                changedAt = Math.max(changedAt, numbers.changedAt());
                if (numbers.contacts().getLongCardinality() > portion.ofOneTransaction()) {
                    whole = false;
                } else {
                    contacts.or(numbers.contacts());
                }

                last = id;
            }
        }

        more |= visible.fresh().size() == ROWS_AT_ONCE;
        return new Changed(after(position, visible, more ? last : Long.MAX_VALUE), contacts, whole, more, changedAt);
    }

    /** The position when all rows up to an id were read, and above it what was read before. */
    private static FeedPosition after(FeedPosition position, Visible visible, long readUpTo) {
        long low = Math.max(position.low(), Math.min(visible.standing().settled(), readUpTo));
        TreeSet<Long> ends = new TreeSet<>();
        position.above().forEach(one -> ends.add(one.end()));
        long lastFresh = visible.fresh().isEmpty() ? low : visible.fresh().getLast();
        ends.add(Math.min(readUpTo, Math.max(position.last(), lastFresh)));
        List<Interval> above = new ArrayList<>();
        long before = low;
        for (long end : ends.tailSet(low, false)) {
            long from = before;
            boolean unread = end > readUpTo && visible.late().stream().anyMatch(id -> id > from && id <= end);
            // A number that is not right has the interval read again.
            above.add(new Interval(end, unread ? 0 : visible.count(from, end)));
            before = end;
        }

        while (above.size() > FeedPosition.MOST_INTERVALS) {
            Interval first = above.removeFirst();
            Interval second = above.removeFirst();
            boolean unread = first.rows() == 0 || second.rows() == 0;
            above.addFirst(new Interval(second.end(), unread ? 0 : first.rows() + second.rows()));
        }

        long version = readUpTo == Long.MAX_VALUE ? visible.now().version() : 0;
        return new FeedPosition(position.directory(), position.epoch(), low, version, above);
    }

    /** The rows of intervals in which there are more than were read. */
    private static Set<Long> late(FeedPosition position, List<Long> known) {
        Set<Long> late = new TreeSet<>();
        long before = position.low();
        for (Interval one : position.above()) {
            long from = before;
            List<Long> there =
                    known.stream().filter(id -> id > from && id <= one.end()).toList();
            if (there.size() != one.rows()) {
                late.addAll(there);
            }

            before = one.end();
        }

        return late;
    }

    private List<Long> ids(int directory, long after, long upTo, int limit) {
        return upTo <= after
                ? List.of()
                : jdbc.sql(IDS)
                        .param("directory", directory)
                        .param("after", after)
                        .param("upTo", upTo)
                        .param("limit", limit)
                        .query(Long.class)
                        .list();
    }

    /** Lets go of rows that are kept no longer, before the limits of the stream take them. */
    public void keepUp() {
        Map<Integer, Long> lows = new HashMap<>();
        jdbc.sql(READ_BY_FEED).param("name", NAME).query(row -> {
            lows.put(row.getInt(1), row.getLong(2));
        });
        lows.forEach(this::keepUp);
    }

    private void keepUp(int directory, long low) {
        long now = clock.millis();
        long let = rows.lastBefore(directory, now - KEPT_FOR.toMillis());
        // Ids are those of all directories, so there are at most as many rows as ids in between.
        if (rows.last(directory) - low > keptRows) {
            let = Math.max(
                    let,
                    Optional.ofNullable(rows.fromTheEnd(directory, keptRows)).orElse(0L));
        }

        let = Math.min(let, standing(directory).settled());
        if (let > low) {
            jdbc.sql(MOVE)
                    .param("low", let)
                    .param("now", now)
                    .param("directory", directory)
                    .param("name", NAME)
                    .update();
        }
    }

    /** The directories in which changes are recorded for those who follow. */
    public List<Integer> directories() {
        return jdbc.sql(READ_BY_FEED)
                .param("name", NAME)
                .query((row, index) -> row.getInt(1))
                .list();
    }
}
