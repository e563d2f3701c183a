package io.muster.load;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Notes what became of rows that belong to no run, in the transaction that writes what they do. */
@FunctionalInterface
public interface Settling {

    /**
     * A row whose outcome is final with the transaction.
     *
     * @param outcome what became of it
     * @param contact the number of its contact
     */
    record Settled(RowOutcome outcome, long contact) {}

    /**
     * Notes outcomes.
     *
     * @throws io.muster.support.Refusal when another process has settled one of the rows: the transaction is rolled back
     */
    void settle(Connection connection, List<Settled> rows) throws SQLException;
}
