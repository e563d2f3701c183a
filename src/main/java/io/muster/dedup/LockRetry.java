package io.muster.dedup;

import io.muster.database.LockConflicts;
import io.muster.support.Retry;
import java.util.function.Function;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs work in one READ COMMITTED transaction and, when it lost a deadlock, waited too long for a lock, or read
 * something that another writer has changed since, rolls the whole of it back and does it again as {@link LockConflicts}
 * says. Always opens a transaction of its own.
 */
public final class LockRetry {

    private final Retry whileStale = LockConflicts.retry(Stale.class);
    private final Retry whileLocked = LockConflicts.retry();
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
        return whileStale.call(() -> whileLocked.call(() -> template.execute(work::apply)));
    }
}
