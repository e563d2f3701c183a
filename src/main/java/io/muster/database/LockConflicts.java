package io.muster.database;

import io.muster.support.Retry;
import java.sql.SQLException;
import java.time.Duration;
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

    private static final int ATTEMPTS = 40;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(4);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private LockConflicts() {}

    /** How every transaction is tried again that meets others: 40 times at most, which is about 17 seconds of pauses. */
    public static Retry retry(Class<? extends Throwable> furtherReason) {
        return Retry.times(
                ATTEMPTS,
                FIRST_PAUSE,
                LONGEST_PAUSE,
                failure -> furtherReason.isInstance(failure) || isConflict(failure));
    }

    /** The same for transactions that have no reason of their own to be done again. */
    public static Retry retry() {
        return Retry.times(ATTEMPTS, FIRST_PAUSE, LONGEST_PAUSE, LockConflicts::isConflict);
    }

    /** Whether the failure, or a cause of it, is a lock conflict. */
    public static boolean isConflict(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && isConflict(sql)) {
                return true;
            }
        }

        return false;
    }

    private static boolean isConflict(SQLException failure) {
        for (SQLException next = failure; next != null; next = next.getNextException()) {
            int code = next.getErrorCode();
            if (code == LOCK_WAIT_TIMEOUT || code == DEADLOCK || code == RECORD_CHANGED) {
                return true;
            }
        }

        return false;
    }
}
