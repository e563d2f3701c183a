package io.muster.jobs;

import io.muster.load.OutcomeCounts;
import io.muster.load.TakenAway;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Outcomes of rows that are final: what sealed surveys decided and what blocks have committed. */
public final class CommittedRows {

    private static final String COUNTS = """
        SELECT COUNT(*) AS parts, COALESCE(SUM(created), 0) AS created, COALESCE(SUM(updated), 0) AS updated,
          COALESCE(SUM(unchanged), 0) AS unchanged, COALESCE(SUM(rejected), 0) AS rejected,
          COALESCE(SUM(skipped), 0) AS skipped, COALESCE(SUM(gone), 0) AS gone,
          COALESCE(SUM(opted_out), 0) AS opted_out, COALESCE(SUM(deleted), 0) AS deleted
        FROM (
          SELECT rows_created AS created, rows_updated AS updated, rows_unchanged AS unchanged,
            rows_rejected AS rejected, rows_skipped AS skipped, rows_left AS gone, rows_opted_out AS opted_out,
            rows_deleted AS deleted
          FROM run_block WHERE run_id = :run
          UNION ALL
          SELECT 0, 0, rows_unchanged, rows_rejected, rows_skipped, 0, 0, 0 FROM run_survey WHERE run_id = :run
        ) committed
        """;

    private final JdbcClient jdbc;

    /** The rows in a database. */
    public CommittedRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The outcomes of a run; empty as long as no survey of it is sealed. */
    public Optional<OutcomeCounts> of(long run) {
        return jdbc.sql(COUNTS)
                .param("run", run)
                .query((row, ignored) -> row.getLong("parts") == 0
                        ? Optional.<OutcomeCounts>empty()
                        : Optional.of(new OutcomeCounts(
                                row.getLong("created"),
                                row.getLong("updated"),
                                row.getLong("unchanged"),
                                row.getLong("rejected"),
                                row.getLong("skipped"),
                                new TakenAway(row.getLong("gone"), row.getLong("opted_out"), row.getLong("deleted")))))
                .single();
    }
}
