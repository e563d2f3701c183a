package io.muster.segment.publish;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Prunes the history of segments, once it is older than the setting says. What readers see now stays. */
public final class SegmentHistory {

    private static final String OLD = """
        SELECT p.id FROM segment_publication p
        JOIN segment s ON s.id = p.segment_id
        WHERE p.published_at < ? AND (s.published_version IS NULL OR p.version <> s.published_version)
        LIMIT 1000
        """;

    private static final List<String> FORGET = List.of(
            "DELETE c FROM segment_publication p JOIN segment_change c ON c.directory_id = p.directory_id"
                    + " AND c.segment_id = p.segment_id AND c.publication_id = p.id WHERE p.id = ?",
            "DELETE FROM segment_publication WHERE id = ?");

    private static final String VERSIONS = """
        DELETE v FROM segment_version v
        JOIN segment s ON s.id = v.segment_id
        WHERE v.as_of < ? AND v.state = 'PUBLISHED'
          AND v.version NOT IN (COALESCE(s.published_version, 0), COALESCE(s.previous_version, 0),
            COALESCE(s.held_version, 0))
        """;

    // The newest rebuild of a directory stays: the next one may go on with it.
    private static final String REBUILDS = """
        DELETE b, h, r
        FROM segment_rebuild b
        JOIN segment_gate g ON g.directory_id = b.directory_id
        JOIN run r ON r.id = b.run_id
        JOIN run_heartbeat h ON h.run_id = b.run_id
        WHERE r.ended_at < ? AND r.status NOT IN ('QUEUED', 'RUNNING') AND b.version < g.next_version - 1
        """;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    /** The history in a database. */
    public SegmentHistory(JdbcClient jdbc, TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /**
     * Forgets switches, counts and rebuilds before a time.
     *
     * @return how many switches were forgotten, at most 1,000 at once
     */
    public int prune(long before) {
        List<Long> old = jdbc.sql(OLD).param(before).query(Long.class).list();
        for (long publication : old) {
            transactions.executeWithoutResult(status ->
                    FORGET.forEach(sql -> jdbc.sql(sql).param(publication).update()));
        }

        transactions.executeWithoutResult(status -> List.of(VERSIONS, REBUILDS)
                .forEach(sql -> jdbc.sql(sql).param(before).update()));
        return old.size();
    }
}
