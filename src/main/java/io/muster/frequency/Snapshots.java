package io.muster.frequency;

import io.muster.database.LockConflicts;
import io.muster.support.Retry;
import java.util.function.Function;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** Transactions of their own, done again when they lose a lock. */
final class Snapshots {

    private final Retry retry = LockConflicts.retry();
    private final TransactionTemplate snapshot;
    private final TransactionTemplate plain;

    Snapshots(PlatformTransactionManager manager) {
        snapshot = template(manager, TransactionDefinition.ISOLATION_REPEATABLE_READ);
        plain = template(manager, TransactionDefinition.ISOLATION_READ_COMMITTED);
    }

    private static TransactionTemplate template(PlatformTransactionManager manager, int isolation) {
        TransactionTemplate template = new TransactionTemplate(manager);
        template.setIsolationLevel(isolation);
        template.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        return template;
    }

    /** All that is read is of the moment of the first statement that locks nothing. */
    @SuppressWarnings("NullAway") // What the work answers is what this answers.
    <T> T inSnapshot(Function<TransactionStatus, T> work) {
        return retry.call(() -> snapshot.execute(work::apply));
    }

    /** Each statement reads what is committed. */
    @SuppressWarnings("NullAway") // What the work answers is what this answers.
    <T> T inTransaction(Function<TransactionStatus, T> work) {
        return retry.call(() -> plain.execute(work::apply));
    }
}
