package io.muster.frequency;

import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeReader;
import io.muster.directory.changes.ChangeStream;
import io.muster.directory.changes.ContactChanges;
import io.muster.directory.changes.Reading;
import io.muster.frequency.EligibleTimes.Computed;
import io.muster.frequency.EligibleTimes.Standing;
import io.muster.frequency.TimeRows.Patience;
import io.muster.frequency.rules.FrequencyRules;
import io.muster.frequency.rules.FrequencyUse;
import io.muster.support.Ids;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.longlong.LongIterator;
import org.roaringbitmap.longlong.Roaring64NavigableMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Keeps the next eligible times of contacts in step with touchpoints, reservations, rules and segments. It is the reader
 * {@code frequency} of the change stream: whatever wrote, the times change here and nowhere else.
 *
 * <p><b>Changes of contacts</b> are read from the stream. A transaction locks the directory's row of
 * {@code frequency_computed}, computes the times of the contacts anew from what is stored now, and moves the reader's
 * position. A change that commits meanwhile is in the stream and is read next.
 *
 * <p><b>Changed rules and newly published segments</b> change the text that the times were computed with. Then all of them
 * are computed, block by block, as a new generation, which is put in force at once; readers go on with the old one until
 * then. The same happens when the reader has to start over.
 *
 * <p>Any number of processes may call this. One of them computes at a time; another leaves it to that one, or waits.
 */
public final class FrequencyUpkeep {

    private static final Logger LOG = LoggerFactory.getLogger(FrequencyUpkeep.class);

    /** The name of the reader of the change stream. */
    static final String READER = "frequency";

    /** Rows of the stream that one transaction makes up for while each holds the contacts of a block of an import … */
    private static final int LARGE_ROWS = 8;

    /** … and while they hold a few contacts each. */
    private static final int SMALL_ROWS = 256;

    /** From this many contacts in a transaction on, its rows were large ones. */
    private static final int MANY_CONTACTS = 20_000;

    /** Contacts in one row of the stream, as many as a block of an import has. */
    private static final int NOTED_AT_ONCE = 20_000;

    private static final String KEEP_ALIVE = "SELECT 1";

    /**
     * Where something may be due: rules but no times, times computed with other rules or segments than those in force, or
     * changes that were not read. The text that they were computed with is the revision, then segments and versions.
     */
    private static final String DUE = """
        SELECT v.directory_id
        FROM frequency_revision v
        LEFT JOIN frequency_computed c ON c.directory_id = v.directory_id AND c.generation > 0
        LEFT JOIN change_reader r ON r.directory_id = v.directory_id AND r.name = :reader AND r.state = 'READING'
        WHERE (c.directory_id IS NULL
            AND EXISTS (SELECT 1 FROM frequency_rule f WHERE f.directory_id = v.directory_id AND f.list_id IS NULL))
          OR (c.directory_id IS NOT NULL AND (
            r.directory_id IS NULL
            OR SUBSTRING_INDEX(c.computed_with, ' ', 1) <> v.revision
            OR EXISTS (
              SELECT 1 FROM frequency_rule f
              JOIN segment s ON s.id = f.segment_id
              WHERE f.directory_id = v.directory_id AND s.published_version IS NOT NULL
                AND CONCAT(c.computed_with, ' ') NOT LIKE CONCAT('% ', s.id, ':', s.published_version, ' %'))
            OR EXISTS (SELECT 1 FROM contact_change n WHERE n.directory_id = v.directory_id AND n.id > r.low_id)))
        ORDER BY v.directory_id
        """;

    private static final String RANGE =
            "SELECT COALESCE(MIN(number), 0), COALESCE(MAX(number), -1) FROM contact WHERE directory_id = ?";

    private final JdbcClient jdbc;
    private final DataSource dataSource;
    private final PlatformTransactionManager manager;
    private final InstantSource clock;
    private final Ids ids;
    private final EligibleTimes times;
    private final TimeRows rows;
    private final ChangeStream changes;
    private final Reservations reservations;
    private final Snapshots transactions;
    private final Map<Boolean, ChangeReader> readers = new HashMap<>();
    private volatile int rowsAtOnce = LARGE_ROWS;

    /** What a step has led to. */
    private enum Step {
        /** Something was done; there may be more. */
        DONE,
        /** Nothing is to be done. */
        IDLE,
        /** Another process is at it. */
        BUSY
    }

    /**
     * What a computation of all times made.
     *
     * @param contacts contacts with a time at which they are eligible again, or never
     * @param surveys the surveys with rules of their own, folded
     */
    public record Recomputed(long contacts, List<String> surveys) {

        /** Copies the list. */
        public Recomputed {
            surveys = List.copyOf(surveys);
        }
    }

    /**
     * A stored time that is not as it would be computed. Times are epoch milliseconds,
     * {@link FrequencyRules#ALWAYS} or {@link FrequencyRules#NEVER}.
     *
     * @param number the contact
     * @param survey what the time is for; empty for all surveys
     */
    public record Difference(long number, String survey, long stored, long computed) {}

    /**
     * What a comparison found.
     *
     * @param contacts contacts with times, stored or computed
     * @param differing how many times differ
     * @param differences the first of them, {@value #SHOWN} at most
     */
    public record Verified(long contacts, long differing, List<Difference> differences) {

        /** The most differences that are kept. */
        static final int SHOWN = 1_000;

        /** Copies the list. */
        public Verified {
            differences = List.copyOf(differences);
        }
    }

    /** Works on that database. */
    public FrequencyUpkeep(DataSource dataSource, InstantSource clock, Ids ids) {
        this.dataSource = dataSource;
        this.clock = clock;
        jdbc = JdbcClient.create(dataSource);
        manager = new JdbcTransactionManager(dataSource);
        this.ids = ids;
        times = new EligibleTimes(jdbc);
        rows = new TimeRows(jdbc);
        changes = new ChangeStream(jdbc);
        reservations = new Reservations(jdbc);
        transactions = new Snapshots(manager);
    }

    /** Does what is due in every directory; leaves to another process what that one works on. Cheap when nothing is due. */
    public void run() {
        jdbc.sql(DUE).param("reader", READER).query(Integer.class).list().forEach(this::run);
        reservations.prune(clock.millis());
    }

    /** Does what is due in one directory; leaves it to another process that works on it. */
    public void run(int directory) {
        repeat(directory, Patience.LEAVE);
    }

    /** Does what is due in one directory: afterwards the times are those of everything that was committed before. */
    public void complete(int directory) {
        repeat(directory, Patience.WAIT);
    }

    private void repeat(int directory, Patience patience) {
        Step step = Step.DONE;
        while (step == Step.DONE) {
            step = step(directory, patience);
        }
    }

    private Step step(int directory, Patience patience) {
        RuleSet now = rules(directory);
        Standing standing = times.standing(directory).orElse(null);
        if (now.rules().isUnlimited(FrequencyUse.INTERCEPT)) {
            return standing == null ? Step.IDLE : end(directory, patience);
        }

        Reading reading = reader(now).poll(directory, rowsAtOnce);
        return switch (reading) {
            case Reading.StartOver over -> recompute(directory, patience);
            case Reading.Next next -> {
                if (standing == null
                        || standing.readerEpoch() != next.epoch()
                        || !standing.computedWith().equals(now.fingerprint())) {
                    yield recompute(directory, patience);
                }

                yield next.moves() ? follow(next, standing, patience) : Step.IDLE;
            }
        };
    }

    private RuleSet rules(int directory) {
        return transactions.inSnapshot(status -> RuleSet.read(jdbc, ids, directory));
    }

    /** Only a rule that forbids concerns contacts whom nobody contacted: then new ones matter as well. */
    private synchronized ChangeReader reader(RuleSet now) {
        return readers.computeIfAbsent(
                now.canForbid(),
                forbids -> new ChangeReader(
                        READER,
                        forbids
                                ? EnumSet.of(ChangeKind.TOUCHPOINTS, ChangeKind.VALUES)
                                : EnumSet.of(ChangeKind.TOUCHPOINTS),
                        jdbc,
                        manager,
                        clock));
    }

    /** Makes up for what a reading says, in one transaction with the reader's position. */
    private Step follow(Reading.Next next, Standing expected, Patience patience) {
        int directory = next.directory();
        return transactions.inSnapshot(status -> {
            // The snapshot begins with the first statement after this one.
            Standing held = rows.lock(directory, patience).orElse(null);
            if (held == null) {
                return Step.BUSY;
            }

            RuleSet now = RuleSet.read(jdbc, ids, directory);
            if (!held.equals(expected) || !held.computedWith().equals(now.fingerprint())) {
                return Step.DONE;
            }

            List<Long> changed = new ArrayList<>();
            next.contacts().numbers().forEach(changed::add);
            rowsAtOnce = changed.size() < MANY_CONTACTS ? SMALL_ROWS : LARGE_ROWS;
            long at = clock.millis();
            for (List<Long> some : blocks(changed)) {
                long generation = held.computed().generation();
                NumberSpan span = NumberSpan.some(some);
                SortedMap<Long, long[]> computed = TimesOfContacts.compute(jdbc, now, span, at);
                computed.keySet().retainAll(new HashSet<>(some));
                rows.remove(directory, generation, some);
                rows.insert(directory, generation, computed);
            }

            note(directory, next.contacts().numbers(), at);

            if (!reader(now).done(next)) {
                status.setRollbackOnly();
            }

            return Step.DONE;
        });
    }

    /** Some contacts at a time, so that whoever reads the stream can take them piece by piece. */
    private void note(int directory, Roaring64NavigableMap numbers, long at) {
        ContactChanges some = new ContactChanges();
        int size = 0;
        for (LongIterator each = numbers.getLongIterator(); each.hasNext(); ) {
            some.add(each.next(), Set.of(ChangeKind.ELIGIBILITY));
            if (++size == NOTED_AT_ONCE || !each.hasNext()) {
                ContactChanges noted = some;
                changes.note(directory, () -> noted, at);
                some = new ContactChanges();
                size = 0;
            }
        }
    }

    private static Iterable<List<Long>> blocks(List<Long> numbers) {
        Map<Long, List<Long>> blocks = new TreeMap<>();
        numbers.forEach(number -> blocks.computeIfAbsent(number / NumberSpan.SIZE, absent -> new ArrayList<>())
                .add(number));
        return blocks.values();
    }

    /** No rule limits intercepts any more: nothing is stored and nothing is read. */
    private Step end(int directory, Patience patience) {
        ChangeReader reader = reader(rules(directory));
        Step step = transactions.inTransaction(status -> {
            if (rows.lock(directory, patience).isEmpty()) {
                return Step.BUSY;
            }

            rows.forget(directory);
            reader.end(directory);
            return Step.IDLE;
        });
        if (step == Step.IDLE) {
            removeOthers(directory, 0);
        }

        return step;
    }

    /** Computes all times of a directory, whatever is stored; waits for another process that computes. */
    public Recomputed recompute(int directory) {
        if (!rules(directory).rules().isUnlimited(FrequencyUse.INTERCEPT)) {
            recompute(directory, Patience.WAIT);
        }

        complete(directory);
        Optional<Computed> computed = times.computed(directory);
        List<String> surveys = computed.map(Computed::surveys).orElse(List.of());
        long[] contacts = new long[1];
        computed.ifPresent(made -> times.forEach(directory, made, (number, ignored) -> contacts[0]++));
        return new Recomputed(contacts[0], surveys.isEmpty() ? surveys : surveys.subList(1, surveys.size()));
    }

    private Step recompute(int directory, Patience patience) {
        transactions.inTransaction(status -> {
            rows.make(directory);
            return status;
        });
        Step step = transactions.inTransaction(status -> rows.lock(directory, patience)
                .map(held -> recompute(directory, held))
                .orElse(Step.BUSY));
        times.computed(directory).ifPresent(made -> removeOthers(directory, made.generation()));
        return step;
    }

    /** Within a transaction that has locked the directory's row. */
    private Step recompute(int directory, Standing held) {
        long started = clock.millis();
        RuleSet first = rules(directory);
        ChangeReader reader = reader(first);
        transactions.inTransaction(status -> {
            reader.start(directory);
            return status;
        });
        Reading reading = reader.poll(directory, 1);
        if (!(reading instanceof Reading.Next next)) {
            return Step.DONE;
        }

        // Greater than all before, also those of a process that was paused and goes on with its own.
        long generation = Math.max(clock.millis(), held.computed().generation() + 1);
        removeOthers(directory, held.computed().generation());
        Roaring64NavigableMap numbers = new Roaring64NavigableMap();
        for (long block : blocks(directory)) {
            SortedMap<Long, long[]> computed = block(directory, first, generation, block);
            if (computed == null) {
                return Step.DONE;
            }

            computed.keySet().forEach(numbers::addLong);
            jdbc.sql(KEEP_ALIVE).query(Integer.class).single();
        }

        times.forEach(directory, held.computed(), (number, ignored) -> numbers.addLong(number));
        rows.publish(
                directory,
                new Standing(new Computed(generation, first.slots(), started), next.epoch(), first.fingerprint()));
        note(directory, numbers, clock.millis());
        LOG.info(
                "Computed next eligible times: directory={} contacts={} seconds={}",
                directory,
                numbers.getLongCardinality(),
                (clock.millis() - started) / 1_000.0);
        return Step.DONE;
    }

    /** Computes and stores a block; null when rules or segments have changed since the first one. */
    private @Nullable SortedMap<Long, long[]> block(int directory, RuleSet first, long generation, long block) {
        return transactions
                .inSnapshot(status -> {
                    RuleSet now = RuleSet.read(jdbc, ids, directory);
                    if (!now.fingerprint().equals(first.fingerprint())) {
                        return Optional.<SortedMap<Long, long[]>>empty();
                    }

                    SortedMap<Long, long[]> computed =
                            TimesOfContacts.compute(jdbc, now, NumberSpan.block(block), clock.millis());
                    rows.insert(directory, generation, computed);
                    return Optional.of(computed);
                })
                .orElse(null);
    }

    private List<Long> blocks(int directory) {
        return jdbc.sql(RANGE)
                .param(directory)
                .query((row, index) -> LongStream.rangeClosed(
                                row.getLong(1) / NumberSpan.SIZE, Math.floorDiv(row.getLong(2), NumberSpan.SIZE))
                        .boxed()
                        .toList())
                .single();
    }

    private void removeOthers(int directory, long generation) {
        int removed = 1;
        while (removed > 0) {
            removed = transactions.inTransaction(status -> rows.removeSomeOthers(directory, generation));
        }
    }

    /** Brings the stored times in step, computes all of them once more, and compares. Nothing else is changed. */
    public Verified verify(int directory) {
        Optional<Verified> verified = Optional.empty();
        while (verified.isEmpty()) {
            complete(directory);
            verified = transactions.inSnapshot(status -> compare(directory));
        }

        return verified.get();
    }

    /** Empty when rules or segments changed meanwhile. */
    private Optional<Verified> compare(int directory) {
        Standing held = rows.lock(directory, Patience.WAIT).orElse(null);
        RuleSet now = RuleSet.read(jdbc, ids, directory);
        if (held == null || held.computed().generation() == 0) {
            return now.rules().isUnlimited(FrequencyUse.INTERCEPT)
                    ? Optional.of(new Verified(0, 0, List.of()))
                    : Optional.empty();
        }

        Reading unread = unread(now, directory);
        if (!held.computedWith().equals(now.fingerprint()) || !(unread instanceof Reading.Next next)) {
            return Optional.empty();
        }

        Roaring64NavigableMap pending = next.contacts().numbers();
        long at = clock.millis();
        long contacts = 0;
        long differing = 0;
        List<Difference> shown = new ArrayList<>();
        for (long block : blocks(directory)) {
            NumberSpan span = NumberSpan.block(block);
            SortedMap<Long, long[]> computed = TimesOfContacts.compute(jdbc, now, span, at);
            Map<Long, long[]> stored = new HashMap<>();
            times.forEach(directory, held.computed(), span.first(), span.last(), stored::put);
            Set<Long> numbers = new HashSet<>(computed.keySet());
            numbers.addAll(stored.keySet());
            contacts += numbers.size();
            List<Difference> differences = numbers.stream()
                    .filter(number -> !pending.contains(number))
                    .sorted()
                    .flatMap(number ->
                            differences(number, now.slots(), stored.get(number), computed.get(number), at).stream())
                    .toList();
            differing += differences.size();
            differences.stream().limit(Verified.SHOWN - shown.size()).forEach(shown::add);
        }

        return Optional.of(new Verified(contacts, differing, shown));
    }

    /** What the reader has not read of this snapshot. */
    private Reading unread(RuleSet now, int directory) {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            return reader(now).readAll(connection, directory);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot read the change stream", e);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    private static List<Difference> differences(
            long number, List<String> slots, long @Nullable [] stored, long @Nullable [] computed, long at) {
        List<Difference> differences = new ArrayList<>();
        for (int slot = 0; slot < slots.size(); slot++) {
            // What was over when it was computed is not stored; what is over since means the same.
            long before = stored == null || stored[slot] <= at ? FrequencyRules.ALWAYS : stored[slot];
            long after = computed == null ? FrequencyRules.ALWAYS : computed[slot];
            if (before != after) {
                differences.add(new Difference(number, Objects.requireNonNull(slots.get(slot)), before, after));
            }
        }

        return differences;
    }
}
