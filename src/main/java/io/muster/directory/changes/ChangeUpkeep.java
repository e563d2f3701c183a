package io.muster.directory.changes;

import io.muster.directory.changes.DirectoryGate.Recording;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalLong;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps the streams of directories short: finds up to where it is settled, removes what every reader has passed, overtakes
 * readers that stay too far behind, and ends the recording when none is left.
 */
public final class ChangeUpkeep {

    /** How many rows a directory's stream holds at most. */
    static final long MOST_ROWS = 1_000_000;

    /** How long a row is kept for a reader. */
    static final Duration KEPT_FOR = Duration.ofDays(7);

    private static final int REMOVED_AT_A_TIME = 1_000;

    private final InstantSource clock;
    private final TransactionTemplate transactions;
    private final DirectoryGate gate;
    private final ReaderRows readers;
    private final ChangeRows rows;
    private final long mostRows;

    /**
     * @param jdbc the store of record
     * @param manager its transactions
     * @param clock tells how old rows are
     */
    public ChangeUpkeep(JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock) {
        this(jdbc, manager, clock, MOST_ROWS);
    }

    ChangeUpkeep(JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock, long mostRows) {
        this.clock = clock;
        this.mostRows = mostRows;
        transactions = new TransactionTemplate(manager);
        transactions.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
        transactions.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        gate = new DirectoryGate(jdbc);
        readers = new ReaderRows(jdbc);
        rows = new ChangeRows(jdbc);
    }

    /** Within a transaction that holds the gate exclusively: everything committed by now is settled; the settled id. */
    long settleAlone(int directory) {
        long settled = gate.settled(directory);
        long last = rows.last(directory);
        if (last <= settled) {
            return settled;
        }

        gate.settle(directory, last, rows.count(directory, settled, last));
        return last;
    }

    /** Settles if no writer is in the gate at this moment; waits for nobody. */
    void settleIfIdle(int directory) {
        transactions.executeWithoutResult(status -> {
            if (gate.lockExclusiveIfIdle(directory)) {
                settleAlone(directory);
            }
        });
    }

    /** All of it for every directory whose stream has rows. */
    public void run() {
        rows.directories().forEach(this::run);
    }

    /** All of it for one directory, in transactions of its own. Cheap when there is nothing to do. */
    public void run(int directory) {
        ChangeRows.Row first = rows.first(directory).orElse(null);
        if (first == null) {
            return;
        }

        overtake(directory, first);
        // In this order: a reader that starts meanwhile starts at the last row at least.
        long last = rows.last(directory);
        OptionalLong passed = readers.lowest(directory);
        if (passed.isEmpty() || isLongUnsettled(directory)) {
            settleSoon(directory);
        } else if (passed.getAsLong() > gate.settled(directory)) {
            settleIfIdle(directory);
        }

        // What is not settled is not counted yet either: removed, it would be missing from the number of the state.
        long settled = gate.settled(directory);
        while (remove(directory, Math.min(passed.orElse(last), settled)) == REMOVED_AT_A_TIME) {
            // The next some; locks are let go in between.
        }
    }

    private int remove(int directory, long id) {
        Integer removed = transactions.execute(status -> rows.remove(directory, id, REMOVED_AT_A_TIME));
        return removed == null ? 0 : removed;
    }

    private boolean isLongUnsettled(int directory) {
        long old = clock.millis() - ChangeReader.UPKEEP_EVERY.toMillis();
        return rows.list(directory, gate.settled(directory), 1).stream().anyMatch(row -> row.changedAt() <= old);
    }

    /** Waits a second for the writers in the gate. A writer that takes longer goes first: the next upkeep tries again. */
    private void settleSoon(int directory) {
        try {
            transactions.executeWithoutResult(status -> {
                gate.lockExclusiveSoon(directory);
                settleAlone(directory);
                if (readers.lowest(directory).isEmpty()) {
                    gate.record(directory, Recording.OFF);
                }
            });
        } catch (PessimisticLockingFailureException busy) {
            return;
        }
    }

    private void overtake(int directory, ChangeRows.Row first) {
        long id = 0;
        // Ids are those of all directories, so there are at most as many rows as ids in between.
        if (rows.last(directory) - first.id() >= mostRows) {
            Long tooMany = rows.fromTheEnd(directory, mostRows);
            id = tooMany == null ? 0 : tooMany;
        }

        long tooOld = clock.millis() - KEPT_FOR.toMillis();
        if (first.changedAt() < tooOld) {
            id = Math.max(id, rows.lastBefore(directory, tooOld));
        }

        if (id > 0) {
            readers.overtake(directory, id);
        }
    }
}
