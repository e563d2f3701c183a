package io.muster.dedup;

import io.muster.load.LockConflicts;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs work in one READ COMMITTED transaction and, when it lost a deadlock, waited too long for a lock, or read
 * something that somebody else has changed since, rolls the whole of it back and does it again, a bounded number of
 * times with growing random pauses. Always opens a transaction of its own.
 */
public final class LockRetry {

    private static final int ATTEMPTS = 40;
    private static final int LONGEST_PAUSE_MILLIS = 200;

    private final TransactionTemplate template;

    /** Thrown by work that finds what it has read to be out of date: it is rolled back and done again. */
    public static final class Stale extends RuntimeException {

        private static final long serialVersionUID = 1L;

        /** @param what what has changed, for the case that it never ends */
        public Stale(String what) {
            super(what, null, false, false);
        }
    }

    /** @param transactions the transactions of the store of record */
    public LockRetry(PlatformTransactionManager transactions) {
        template = new TransactionTemplate(transactions);
        template.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
        template.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    /** The work's answer; the work must be free of effects outside the database, for it may be done several times. */
    @SuppressWarnings("NullAway") // What the work answers is what this answers.
    public <T> T inTransaction(Function<TransactionStatus, T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return template.execute(work::apply);
            } catch (Stale e) {
                giveUpAfter(attempt, e);
            } catch (DataAccessException | TransactionSystemException e) {
                if (!lostLock(e)) {
                    throw e;
                }

                giveUpAfter(attempt, e);
            }

            pause(attempt);
        }
    }

    private static void giveUpAfter(int attempt, RuntimeException e) {
        if (attempt >= ATTEMPTS) {
            throw e;
        }
    }

    private static boolean lostLock(Throwable thrown) {
        for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && LockConflicts.isConflict(sql)) {
                return true;
            }
        }

        return false;
    }

    private static void pause(int attempt) {
        int longest = Math.min(LONGEST_PAUSE_MILLIS, 2 << Math.min(attempt, 8));
        try {
            Thread.sleep(ThreadLocalRandom.current().nextInt(longest));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for a lock", e);
        }
    }
}
