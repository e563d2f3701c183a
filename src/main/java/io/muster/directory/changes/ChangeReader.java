package io.muster.directory.changes;

import io.muster.directory.changes.DirectoryGate.Recording;
import io.muster.directory.changes.ReaderRows.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.roaringbitmap.longlong.Roaring64NavigableMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * One named reader of the change streams of directories, with a position of its own in each. It reads what changed since
 * its position, does its work, and moves the position in the transaction that stores the result. A reader that is killed
 * before that commits reads the same again, so every change is read at least once and the work must bear repetition.
 *
 * <p><b>Order.</b> A row's id is taken when it is written and the row is seen when its transaction commits, so a row with
 * a lower id may appear after rows with higher ones were read. A position is therefore an id up to which everything has
 * been read (the low id) and the set of ids read above it. Every reading looks at all rows above the low id and leaves out
 * those it knows.
 *
 * <p><b>When the low id may move.</b> An id that does not appear may belong to a transaction that has not ended, to one
 * that was rolled back, or to another directory, and the id does not say which. The gate does: a writer shares the
 * directory's gate before it takes an id and keeps it until it ends. So while somebody holds the gate exclusively, every
 * id of this directory taken so far belongs to a transaction that has ended, and an id taken later is greater. The
 * greatest id committed at that moment is kept as the directory's settled id: nothing can appear up to it any more. A
 * reading fetches the settled id before it looks for rows, so it sees every row up to it, and the low id moves there.
 *
 * <p><b>How the gate is asked.</b> No reader waits for the gate in a loop. When a row has been unsettled for
 * {@link #SETTLE_AFTER}, a reader asks for the gate without waiting; if a writer is in it, nothing happens and readings
 * go on as they are, with a longer set of ids. When that has not worked for {@link #UPKEEP_EVERY}, it waits for at most a
 * second, in which new writers wait as well. All readers of a directory use the same settled id.
 *
 * <p><b>Limits.</b> A row is removed when every reader has passed it, and in any case when a million newer ones have
 * come or after seven days. A reader that had not passed it is then {@link State#BEHIND}: its next reading says so, and it
 * starts over.
 */
public final class ChangeReader {

    /** How old a row is before a reader tries to settle it. */
    static final Duration SETTLE_AFTER = Duration.ofSeconds(10);

    /** How often a polling reader removes rows that are no longer needed. */
    static final Duration UPKEEP_EVERY = Duration.ofMinutes(1);

    private final String name;
    private final Set<ChangeKind> kinds;
    private final InstantSource clock;
    private final DirectoryGate gate;
    private final ReaderRows readers;
    private final ChangeRows rows;
    private final ChangeUpkeep upkeep;
    private final Map<Integer, Long> keptUp = new ConcurrentHashMap<>();

    /** Whether a reader has a position. */
    public enum State {
        /** It has one. */
        READING,
        /** It had one, and rows that it had not read were removed. It has to start over. */
        BEHIND,
        /** Nobody reads under its name. */
        ENDED
    }

    /**
     * @param name at most 40 characters; a position belongs to a name, whichever process reads
     * @param kinds the kinds of changes it is interested in; {@link ChangeKind#GONE} is always one of them
     * @param jdbc the store of record
     * @param manager its transactions
     * @param clock tells how old rows are
     */
    public ChangeReader(
            String name,
            Set<ChangeKind> kinds,
            JdbcClient jdbc,
            PlatformTransactionManager manager,
            InstantSource clock) {
        this.name = name;
        this.kinds = EnumSet.of(ChangeKind.GONE);
        this.kinds.addAll(kinds);
        this.clock = clock;
        gate = new DirectoryGate(jdbc);
        readers = new ReaderRows(jdbc);
        rows = new ChangeRows(jdbc);
        upkeep = new ChangeUpkeep(jdbc, manager, clock);
    }

    /**
     * Within a transaction of its own: gives the reader a position after everything that is committed when the
     * transaction commits, and a new epoch. A reader that has a position keeps it. What is computed from contacts read
     * after the commit can be carried on by reading the stream.
     */
    public void start(int directory) {
        if (state(directory) == State.READING) {
            return;
        }

        gate.lockExclusive(directory);
        if (readers.lock(directory, name)
                .filter(row -> row.state() == State.READING)
                .isEmpty()) {
            long now = clock.millis();
            readers.start(directory, name, upkeep.settleAlone(directory), now);
            gate.record(directory, Recording.ON);
        }
    }

    /** Within a transaction of its own: the reader gives up its position. Without any reader nothing is recorded. */
    public void end(int directory) {
        gate.lockExclusive(directory);
        readers.end(directory, name);
        if (readers.lowest(directory).isEmpty()) {
            gate.record(directory, Recording.OFF);
        }
    }

    /** Whether the reader has a position in the stream of that directory. */
    public State state(int directory) {
        return readers.read(directory, name).map(Row::state).orElse(State.ENDED);
    }

    /**
     * What has been committed since the position; outside of any transaction. When the answer does not move the position,
     * it need not be given to {@link #done}.
     *
     * @param limit how many rows to read at most; one row is one transaction of a writer
     */
    public Reading poll(int directory, int limit) {
        Row position = readers.read(directory, name).orElse(null);
        if (position == null || position.state() != State.READING) {
            return new Reading.StartOver(position == null ? State.ENDED : position.state());
        }

        // The settled id was read before the rows, so every row up to it is among them.
        List<ChangeRows.Row> listed =
                rows.list(directory, position.low(), limit + position.seen().getLongCardinality());
        List<Long> fresh = new ArrayList<>();
        boolean more = listed.size() == limit + position.seen().getLongCardinality();
        for (ChangeRows.Row row : listed) {
            if (!position.seen().contains(row.id())) {
                if (fresh.size() == limit) {
                    more = true;
                    break;
                }

                fresh.add(row.id());
            }
        }

        Reading.Next next = next(
                directory,
                position,
                fresh,
                more && !fresh.isEmpty() ? fresh.getLast() : Long.MAX_VALUE,
                rows.contacts(directory, fresh, kinds),
                more);
        keepUp(directory, position, listed);
        return next;
    }

    /** The position after the reading; the low id moves to the settled one, or to the last row read before a limit. */
    private static Reading.Next next(
            int directory, Row position, List<Long> fresh, long limit, ContactChanges contacts, boolean more) {
        long low = Math.max(position.low(), Math.min(position.settled(), limit));
        Roaring64NavigableMap seen = above(low, position.seen());
        fresh.stream().filter(id -> id > low).forEach(seen::addLong);
        boolean moves = low > position.low() || !fresh.isEmpty();
        return new Reading.Next(directory, position.epoch(), contacts, low, seen, moves, more);
    }

    private static Roaring64NavigableMap above(long low, Roaring64NavigableMap ids) {
        Roaring64NavigableMap above = new Roaring64NavigableMap();
        ids.forEach(id -> {
            if (id > low) {
                above.addLong(id);
            }
        });
        return above;
    }

    private void keepUp(int directory, Row position, List<ChangeRows.Row> listed) {
        long now = clock.millis();
        long unsettled = listed.stream()
                .filter(row -> row.id() > position.settled())
                .mapToLong(ChangeRows.Row::changedAt)
                .min()
                .orElse(now);
        if (now - unsettled >= SETTLE_AFTER.toMillis()) {
            upkeep.settleIfIdle(directory);
        }

        long last = keptUp.computeIfAbsent(directory, absent -> now);
        if (now - last >= UPKEEP_EVERY.toMillis()) {
            keptUp.put(directory, now);
            upkeep.run(directory);
        }
    }

    /**
     * All that was committed since the position, as a snapshot shows it. The snapshot must have been opened while its
     * owner held the gate exclusively: then no writer was half done, and the position moves to the last row in it.
     */
    public Reading readAll(Connection snapshot, int directory) throws SQLException {
        Row position = ReaderRows.read(snapshot, directory, name).orElse(null);
        if (position == null || position.state() != State.READING) {
            return new Reading.StartOver(position == null ? State.ENDED : position.state());
        }

        ContactChanges contacts = new ContactChanges();
        long last = ChangeRows.readAll(
                snapshot,
                directory,
                position.low(),
                kinds,
                id -> !position.seen().contains(id),
                contacts);
        long low = Math.max(last, position.settled());
        return new Reading.Next(
                directory, position.epoch(), contacts, low, new Roaring64NavigableMap(), low > position.low(), false);
    }

    /**
     * Within the transaction that stores what was made of a reading, as its last statement: moves the position past it.
     *
     * @return whether the position moved; false when the reader has started over or was overtaken meanwhile, so that its
     *     next reading is not a continuation of this one
     */
    public boolean done(Reading.Next reading) {
        Row position = readers.lock(reading.directory(), name).orElse(null);
        if (position == null || position.state() != State.READING || position.epoch() != reading.epoch()) {
            return false;
        }

        // Another process may read under the same name: what either has read has been read.
        long low = Math.max(position.low(), reading.low());
        Roaring64NavigableMap seen = above(low, position.seen());
        seen.or(above(low, reading.seen()));
        if (low > position.low() || !seen.equals(position.seen())) {
            readers.move(reading.directory(), name, low, seen, clock.millis());
        }

        return true;
    }

    /** Removes rows that are no longer needed and enforces the limits of the stream; in transactions of its own. */
    public void keepUp(int directory) {
        upkeep.run(directory);
    }
}
