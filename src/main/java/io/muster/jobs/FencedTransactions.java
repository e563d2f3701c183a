package io.muster.jobs;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;

/**
 * Transactions that begin with the fence of a run: work that knows nothing of runs, done with these, can write nothing
 * once its run was taken over.
 */
public record FencedTransactions(PlatformTransactionManager manager, RunLedger ledger, RunLease lease)
        implements PlatformTransactionManager {

    @Override
    @SuppressWarnings("NullAway") // Spring's own contract: null means the defaults.
    public TransactionStatus getTransaction(TransactionDefinition definition) {
        TransactionStatus status = manager.getTransaction(definition);
        try {
            ledger.fence(lease);
            return status;
        } catch (RuntimeException e) {
            manager.rollback(status);
            throw e;
        }
    }

    @Override
    public void commit(TransactionStatus status) {
        manager.commit(status);
    }

    @Override
    public void rollback(TransactionStatus status) {
        manager.rollback(status);
    }
}
