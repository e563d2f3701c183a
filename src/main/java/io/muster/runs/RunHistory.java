package io.muster.runs;

import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Prunes what runs leave behind, once it is older than the setting says. Deliveries stay: they keep files from coming twice. */
public final class RunHistory {

    private static final String OLD = """
        SELECT id FROM run
        WHERE ended_at < ? AND status IN ('COMPLETED', 'ABANDONED')
          AND EXISTS (SELECT 1 FROM run_survey s WHERE s.run_id = run.id)
        LIMIT 1000
        """;

    private static final List<String> TABLES = List.of("run_journal", "run_reject", "run_block", "run_survey");

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    /** The history in a database. */
    public RunHistory(JdbcClient jdbc, TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /** Prunes what runs left that ended before a time; the result is the number of runs. */
    public int prune(Instant endedBefore) {
        List<Long> old = jdbc.sql(OLD)
                .param(endedBefore.toEpochMilli())
                .query(Long.class)
                .list();
        for (long run : old) {
            transactions.executeWithoutResult(
                    status -> TABLES.forEach(table -> jdbc.sql("DELETE FROM " + table + " WHERE run_id = ?")
                            .param(run)
                            .update()));
        }

        return old.size();
    }
}
