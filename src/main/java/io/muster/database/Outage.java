package io.muster.database;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Failures because the database was lost or does not answer, rather than because of what it was asked. */
public final class Outage {

    /** What happened, for messages. */
    public static final String REASON = "the database was lost or does not answer";

    /** A node that is not part of its cluster, a shutdown, a session ended for its silence or by an administrator. */
    private static final Set<Integer> LOST = Set.of(1047, 1053, 1927, 3169, 4031);

    private Outage() {}

    /** Whether the failure, or a cause of it, is an outage: it may be over at the next try, on another connection. */
    public static boolean isOutage(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && isOutage(sql)) {
                return true;
            }
        }

        return false;
    }

    private static boolean isOutage(SQLException failure) {
        // Class 08: no connection.
        return String.valueOf(failure.getSQLState()).startsWith("08")
                || LOST.contains(failure.getErrorCode())
                || failure instanceof SQLTransientConnectionException
                || failure instanceof SQLNonTransientConnectionException
                || failure instanceof SQLRecoverableException;
    }

    /** Whether a statement was ended because it took longer than it may. */
    public static boolean isTimeout(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTimeoutException) {
                return true;
            }
        }

        return false;
    }

    /** Why a statement failed, in words: {@link #REASON}, or what the server answered. */
    public static String inWords(SQLException failure) {
        return isOutage(failure) ? REASON : Connecting.innermost(failure);
    }
}
