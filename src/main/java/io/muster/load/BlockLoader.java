package io.muster.load;

import io.muster.database.LockConflicts;
import io.muster.database.Outage;
import io.muster.support.Refusal;
import io.muster.support.Retry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The directory loader: writes one block in one transaction with its ledger row, so that rows and progress are
 * committed together or not at all.
 *
 * <p>Claims come first. A contact whose key was taken, or that was changed by somebody else since the survey, loses:
 * it is left out together with all contacts that exchange keys with it, its rows are entered as deferred and resolved
 * again in the next round. Safe for use by several threads; each call takes a connection of its own.
 */
public final class BlockLoader {

    // A new connection is waited for as long as the setting says; some of the pool may be broken when there are others
    // again.
    private static final int TRIES = 3;
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Retry whileLocked = LockConflicts.retry();
    private final Retry whileAway = Retry.times(TRIES, PAUSE, PAUSE.multipliedBy(2), Outage::isOutage);
    private final DataSource dataSource;
    private final BulkWriting bulk;
    private final LoadTask task;
    private final InstantSource clock;
    private final Consumer<SQLException> onFailure;
    private final @Nullable Settling settling;

    /**
     * A loader for the blocks of one round.
     *
     * @param onFailure told what a try to write a block has failed with, before it is tried again
     */
    public BlockLoader(
            DataSource dataSource,
            BulkWriting bulk,
            LoadTask task,
            InstantSource clock,
            Consumer<SQLException> onFailure) {
        this(dataSource, bulk, task, clock, onFailure, null);
    }

    /** A loader of blocks that belong to no run. */
    public BlockLoader(DataSource dataSource, BulkWriting bulk, LoadTask task, InstantSource clock, Settling settling) {
        this(dataSource, bulk, task, clock, failure -> {}, settling);
    }

    private BlockLoader(
            DataSource dataSource,
            BulkWriting bulk,
            LoadTask task,
            InstantSource clock,
            Consumer<SQLException> onFailure,
            @Nullable Settling settling) {
        this.settling = settling;
        this.dataSource = dataSource;
        this.bulk = bulk;
        this.task = task;
        this.clock = clock;
        this.onFailure = onFailure;
    }

    /** Writes a block; empty when it was in the ledger already. */
    public Optional<BlockResult> load(BlockFile.Content block) {
        Set<Long> left = new TreeSet<>();
        while (true) {
            Optional<Attempt> attempt;
            try {
                attempt = whileAway.call(() -> whileLocked.call(() -> inTransaction(block, left)));
            } catch (SQLException e) {
                throw cannotLoad(block, e);
            }

            if (attempt.isEmpty()) {
                return Optional.empty();
            }

            if (attempt.get().losers().isEmpty()) {
                return Optional.of(attempt.get().result());
            }

            left.addAll(attempt.get().losers());
            withGroups(left, block.keys());
        }
    }

    /** One try; committed when nobody lost. Whether a commit whose answer was lost has counted, the ledger tells the next. */
    private Optional<Attempt> inTransaction(BlockFile.Content block, Set<Long> left) throws SQLException {
        try {
            return committed(block, left);
        } catch (SQLException e) {
            onFailure.accept(e);
            throw e;
        }
    }

    private Optional<Attempt> committed(BlockFile.Content block, Set<Long> left) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            Optional<Attempt> attempt = attempt(connection, block, left);
            if (attempt.isPresent() && attempt.get().losers().isEmpty()) {
                connection.commit();
            } else {
                connection.rollback();
            }

            return attempt;
        }
    }

    /** What came of one try. */
    private record Attempt(BlockResult result, Set<Long> losers) {}

    private Optional<Attempt> attempt(Connection connection, BlockFile.Content block, Set<Long> left)
            throws SQLException {
        Ledger ledger =
                settling == null ? new BlockLedger(connection, task) : new SettledLedger(connection, task, settling);
        ledger.refuseWhenTakenOver();
        if (ledger.isDone(block.number())) {
            return Optional.empty();
        }

        List<NetWrite> writes = new ArrayList<>(block.writes().size());
        List<NetWrite> accounted = new ArrayList<>(block.writes().size());
        OutcomeCounts counts = OutcomeCounts.NONE;
        BitSet deferred = new BitSet();
        for (NetWrite write : block.writes()) {
            if (left.contains(write.ref())) {
                write.rows().forEach(row -> deferred.set((int) row.row()));
            } else {
                accounted.add(write);
                if (!write.changesNothing()) {
                    writes.add(write);
                }

                for (RowOutcome row : write.rows()) {
                    counts = counts.plus(row);
                }
            }
        }

        List<KeyChange> keys = block.keys().stream()
                .filter(change -> change.refs().stream().noneMatch(left::contains))
                .toList();
        BlockResult result = new BlockResult(counts, deferred);
        ClaimWriter claims = new ClaimWriter(connection, bulk, task);
        Set<Long> losers = claims.lockAndCompare(keys);
        if (losers.isEmpty()) {
            losers = claims.write(writes, keys);
        }

        ContactWriter contacts = new ContactWriter(connection, bulk, task);
        if (losers.isEmpty()) {
            losers = contacts.lockAndCompare(writes);
        }

        List<ContactImage> deleted = List.of();
        if (losers.isEmpty()) {
            // First: what the deleted ones held is free then, and rows after them may record it again.
            deleted = new ContactRemover(connection, task).remove(writes);
            losers = contacts.write(writes);
        }

        if (losers.isEmpty()) {
            ledger.enter(block.number(), accounted, keys, result, deleted, clock.millis());
        }

        return Optional.of(new Attempt(result, losers));
    }

    /** Contacts that exchange keys stay together. */
    private static void withGroups(Set<Long> left, List<KeyChange> keys) {
        boolean grown = true;
        while (grown) {
            grown = false;
            for (KeyChange change : keys) {
                Set<Long> refs = change.refs();
                if (refs.stream().anyMatch(left::contains)) {
                    grown |= left.addAll(refs);
                }
            }
        }
    }

    private Refusal cannotLoad(BlockFile.Content block, SQLException e) {
        String run = task.runId();
        if (Thread.currentThread().isInterrupted()) {
            return Refusal.failed(
                    "Cannot load a block of run " + run + ": the process was asked to stop. Resume the run.", e);
        }

        return Refusal.failed(
                "Cannot load block " + block.number() + " of run " + run + ": " + Outage.inWords(e)
                        + ". Nothing of the block was written; resume with 'muster runs resume " + run + "'.",
                e);
    }
}
