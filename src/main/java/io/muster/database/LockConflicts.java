package io.muster.database;

import io.muster.support.Retry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Transactions that the server gave up because of others: deadlocks (1213), lock waits that timed out (1205), and on
 * MariaDB rows that changed after they were read (1020, with innodb_snapshot_isolation). The whole transaction is
 * rolled back and done again, since MySQL rolls back only the statement on a timeout.
 */
public final class LockConflicts {

    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final int DEADLOCK = 1213;
    private static final int RECORD_CHANGED = 1020;
    private static final Set<Integer> CODES = Set.of(LOCK_WAIT_TIMEOUT, DEADLOCK, RECORD_CHANGED);

    private static final int ATTEMPTS = 40;
    /** Longer than the server keeps the locks of a process that is stopped, whatever that setting says. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(4);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private LockConflicts() {}

    /** How every transaction is tried again that meets others: 40 times and for three minutes at least. */
    public static Retry retry() {
        return Retry.atLeast(ATTEMPTS, PATIENCE, FIRST_PAUSE, LONGEST_PAUSE, LockConflicts::isConflict);
    }

    /** How work is done again for a reason of its own: 40 times at most, which is about 17 seconds of pauses. */
    public static Retry retry(Class<? extends Throwable> reason) {
        return Retry.times(ATTEMPTS, FIRST_PAUSE, LONGEST_PAUSE, reason::isInstance);
    }

    /** Whether the failure, or a cause of it, is a wait for a lock that somebody else did not give back in time. */
    public static boolean isLockWait(Throwable failure) {
        return code(failure).orElse(0) == LOCK_WAIT_TIMEOUT;
    }

    /** Whether the failure, or a cause of it, is a lock conflict. */
    public static boolean isConflict(Throwable failure) {
        return code(failure).isPresent();
    }

    /** The server's number of the lock conflict that the failure, or a cause of it, is; empty when it is none. */
    public static OptionalInt code(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                for (SQLException next = sql; next != null; next = next.getNextException()) {
                    if (CODES.contains(next.getErrorCode())) {
                        return OptionalInt.of(next.getErrorCode());
                    }
                }
            }
        }

        return OptionalInt.empty();
    }
}
