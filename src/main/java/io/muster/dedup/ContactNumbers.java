package io.muster.dedup;

import org.springframework.jdbc.core.simple.JdbcClient;

/** Gives out the numbers of new contacts, each once. */
final class ContactNumbers {

    private static final String TAKE = "UPDATE directory SET next_number = next_number + 1 WHERE id = :directory";
    private static final String TAKEN = "SELECT next_number - 1 FROM directory WHERE id = :directory";

    private final JdbcClient jdbc;
    private final LockRetry transactions;

    ContactNumbers(JdbcClient jdbc, LockRetry transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /** A number that nobody else gets, in a transaction of its own; one that is not used stays unused. */
    long next(int directory) {
        return transactions.inTransaction(status -> {
            jdbc.sql(TAKE).param("directory", directory).update();
            return jdbc.sql(TAKEN)
                    .param("directory", directory)
                    .query(Long.class)
                    .single();
        });
    }
}
