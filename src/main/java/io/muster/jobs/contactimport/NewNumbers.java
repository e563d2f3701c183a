package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.Resolved;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The numbers of what a survey has found to be new; each is given out once.
 *
 * @param contact that of the first new contact; the others follow
 * @param transaction that of the first new transaction; the others follow
 */
record NewNumbers(long contact, long transaction) {

    private static final String NEXT = "SELECT next_number, next_transaction FROM directory WHERE id = ? FOR UPDATE";

    private static final String TAKE = """
        UPDATE directory SET next_number = next_number + ?, next_transaction = next_transaction + ?
        WHERE id = ?
        """;

    /** Takes numbers within the caller's transaction. */
    static NewNumbers take(JdbcClient jdbc, int directory, Resolved resolved) {
        NewNumbers next = jdbc.sql(NEXT)
                .param(directory)
                .query((row, index) -> new NewNumbers(row.getLong(1), row.getLong(2)))
                .single();
        if (resolved.newContacts() > 0 || resolved.newTransactions() > 0) {
            jdbc.sql(TAKE)
                    .params(resolved.newContacts(), resolved.newTransactions(), directory)
                    .update();
        }

        return next;
    }
}
