package io.muster.jobs;

import io.muster.jobs.Deliveries.Listed;
import io.muster.support.Ids;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The last runs of many automations in one question, without what only the page of a run shows. */
public final class RunMarks {

    // As many of these as there are automations, each read from the end of its index.
    private static final String LAST = """
        (SELECT r.id, r.automation_id, r.status, r.started_at, r.worked_ms + h.worked_ms AS worked_ms,
          CAST(UNIX_TIMESTAMP(CURRENT_TIMESTAMP(3)) * 1000 AS SIGNED) - h.beat_at AS silence, i.rows_read, d.path
        FROM run r
        JOIN run_heartbeat h ON h.run_id = r.id
        LEFT JOIN run_import i ON i.run_id = r.id
        LEFT JOIN delivery d ON d.id = i.delivery_id
        WHERE r.automation_id = ?
        ORDER BY r.id DESC
        LIMIT ?)
        """;

    /** So many automations are asked for in one statement. */
    private static final int AT_ONCE = 200;

    private final JdbcClient jdbc;
    private final Ids ids;

    /** The runs in a database. */
    public RunMarks(JdbcClient jdbc, Ids ids) {
        this.jdbc = jdbc;
        this.ids = ids;
    }

    /** A mark and whose it is. */
    private record Row(long automation, RunMark mark) {}

    /** The last runs of each of these automations, newest first, by the automations' numbers. */
    public Map<Long, List<RunMark>> last(List<Long> automations, int most) {
        Map<Long, List<RunMark>> marks = new HashMap<>();
        for (int from = 0; from < automations.size(); from += AT_ONCE) {
            List<Long> some = automations.subList(from, Math.min(from + AT_ONCE, automations.size()));
            List<Object> values = new ArrayList<>();
            some.forEach(automation -> {
                values.add(automation);
                values.add(most);
            });
            jdbc.sql(String.join(" UNION ALL ", Collections.nCopies(some.size(), LAST))
                            + " ORDER BY automation_id, id DESC")
                    .params(values)
                    .query(this::read)
                    .list()
                    .forEach(row -> marks.computeIfAbsent(row.automation(), ignored -> new ArrayList<>())
                            .add(row.mark()));
        }

        return marks;
    }

    private Row read(ResultSet row, int index) throws SQLException {
        RunStatus stored = RunStatus.valueOf(row.getString("status"));
        boolean lost = row.getLong("silence") > RunLedger.DEAD_AFTER.toMillis() && !stored.isOver();
        String path = row.getString("path");
        Long rows = row.getObject("rows_read", Long.class);
        return new Row(
                row.getLong("automation_id"),
                new RunMark(
                        ids.run(row.getLong("id")),
                        lost ? RunStatus.DEAD : stored,
                        Instant.ofEpochMilli(row.getLong("started_at")),
                        Duration.ofMillis(row.getLong("worked_ms")),
                        rows,
                        path == null ? null : Listed.nameOf(path)));
    }
}
