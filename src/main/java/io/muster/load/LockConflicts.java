package io.muster.load;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Deadlocks (1213) and lock waits that timed out (1205): the whole transaction is rolled back and tried again, since
 * MySQL rolls back only the statement on a timeout.
 */
public final class LockConflicts {

    /** How often a transaction is tried before its run fails. */
    public static final int ATTEMPTS = 12;

    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final int DEADLOCK = 1213;
    // MariaDB with innodb_snapshot_isolation: the row changed after it was read.
    private static final int RECORD_CHANGED = 1020;

    private LockConflicts() {}

    /** Whether the failure, or one behind it, is a lock conflict. */
    public static boolean isConflict(SQLException failure) {
        for (SQLException next = failure; next != null; next = next.getNextException()) {
            int code = next.getErrorCode();
            if (code == LOCK_WAIT_TIMEOUT || code == DEADLOCK || code == RECORD_CHANGED) {
                return true;
            }
        }

        return false;
    }

    /** How long to wait before the attempt with this number, counted from 1: longer each time, never the same. */
    public static Duration pause(int attempt) {
        long most = Math.min(2_000, 10L << attempt);
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
    }
}
