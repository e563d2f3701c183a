package io.muster.snapshot.feed;

import io.muster.snapshot.feed.EvaluatorReport.Snapshot;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The last report of each evaluator that any server heard. */
public final class EvaluatorRows {

    /** An evaluator that works is heard every half second. */
    public static final Duration SILENT_AFTER = Duration.ofMinutes(5);

    /** One that was not heard for so long is taken for one that is no more. */
    private static final Duration KEPT = Duration.ofDays(7);

    private static final String WRITE = """
        INSERT INTO evaluator_report (name, heard_at, behind_since, report)
        VALUES (:name, :now, CASE WHEN :behind THEN :now END, :report)
        ON DUPLICATE KEY UPDATE heard_at = :now, report = :report,
          behind_since = CASE WHEN :behind THEN COALESCE(behind_since, :now) END
        """;

    private static final String REMOVE = "DELETE FROM evaluator_report WHERE name = :name";

    private static final String PRUNE = "DELETE FROM evaluator_report WHERE heard_at < :before";

    private static final String ALL = "SELECT name, heard_at, behind_since, report FROM evaluator_report ORDER BY name";

    private final JdbcClient jdbc;
    private final InstantSource clock;

    /** What an evaluator says, as it is stored. */
    record Said(
            String name,
            List<Snapshot> snapshots,
            int projects,
            long requestsPerSecond,
            long refusals,
            int refusedSnapshots,
            boolean stale,
            boolean behind,
            boolean ends) {}

    /** Works on that database. */
    public EvaluatorRows(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Keeps a report in place of the one before; one that ends is forgotten. */
    void write(Said said) {
        if (said.ends()) {
            jdbc.sql(REMOVE).param("name", said.name()).update();
            return;
        }

        jdbc.sql(WRITE)
                .param("name", said.name())
                .param("now", clock.millis())
                .param("behind", said.behind())
                .param("report", JsonMapper.shared().writeValueAsString(said))
                .update();
    }

    /** Forgets evaluators that are no more. */
    void prune() {
        jdbc.sql(PRUNE).param("before", clock.millis() - KEPT.toMillis()).update();
    }

    /** All of them, by name. */
    public List<EvaluatorReport> all() {
        return jdbc.sql(ALL).query((row, index) -> report(row)).list();
    }

    private EvaluatorReport report(ResultSet row) throws SQLException {
        Said said = JsonMapper.shared().readValue(row.getString("report"), Said.class);
        long heard = row.getLong("heard_at");
        Long behind = row.getObject("behind_since", Long.class);
        return new EvaluatorReport(
                row.getString("name"),
                Instant.ofEpochMilli(heard),
                clock.millis() - heard > SILENT_AFTER.toMillis(),
                said.snapshots(),
                said.projects(),
                said.requestsPerSecond(),
                said.refusals(),
                said.refusedSnapshots(),
                said.stale(),
                said.behind(),
                behind == null ? null : Instant.ofEpochMilli(behind));
    }
}
