package io.muster.jobs.servers;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The servers that share a database. Only the clock of the database counts. */
public final class Servers {

    /** Silence after which a server counts as gone: four beats. */
    public static final Duration SILENCE = Duration.ofSeconds(20);

    /** While servers are replaced one after another, their job files differ for so long at most. */
    public static final Duration TOLERANCE = Duration.ofMinutes(2);

    static final String NOW = "CAST(UNIX_TIMESTAMP(CURRENT_TIMESTAMP(3)) * 1000 AS SIGNED)";

    private static final String ALL = """
        SELECT id, name, version, since, beat_at, %s AS now_ms, spool, job_hash, job_list, jobs_since
        FROM known_server
        ORDER BY name, id
        """.formatted(NOW);

    private static final String SPOOL = """
        SELECT name FROM known_server
        WHERE spool = :spool AND beat_at >= %s - :silence
        ORDER BY name
        LIMIT 1
        """.formatted(NOW);

    private static final String CLOCK = "SELECT " + NOW;

    private final JdbcClient jdbc;

    /** Servers of a database. */
    public Servers(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** All that were heard within the last days, by name. */
    public List<KnownServer> all() {
        return jdbc.sql(ALL).query(Servers::server).list();
    }

    /** The name of a living server that has this spool. */
    public Optional<String> withSpool(String spool) {
        return jdbc.sql(SPOOL)
                .param("spool", spool)
                .param("silence", SILENCE.toMillis())
                .query(String.class)
                .optional();
    }

    /** Living servers whose job files differ, also while they are being replaced. */
    public List<JobFilesDiffer> differing() {
        return JobFilesDiffer.between(living());
    }

    /** Living servers whose job files have differed for longer than their replacement takes. */
    public List<JobFilesDiffer> differingForLong() {
        return lasting(differing());
    }

    List<JobFilesDiffer> lasting(List<JobFilesDiffer> differing) {
        if (differing.isEmpty()) {
            return differing;
        }

        Instant before =
                Instant.ofEpochMilli(jdbc.sql(CLOCK).query(Long.class).single()).minus(TOLERANCE);
        return differing.stream().filter(one -> !one.since().isAfter(before)).toList();
    }

    private List<KnownServer> living() {
        return all().stream().filter(KnownServer::living).toList();
    }

    private static KnownServer server(ResultSet row, int index) throws SQLException {
        long beat = row.getLong("beat_at");
        return new KnownServer(
                row.getString("id"),
                row.getString("name"),
                row.getString("version"),
                Instant.ofEpochMilli(row.getLong("since")),
                Instant.ofEpochMilli(beat),
                row.getLong("now_ms") - beat <= SILENCE.toMillis(),
                row.getString("spool"),
                row.getString("job_hash"),
                Instant.ofEpochMilli(row.getLong("jobs_since")),
                files(row.getString("job_list")));
    }

    private static Map<String, String> files(String list) {
        Map<String, String> files = new TreeMap<>();
        list.lines().forEach(line -> {
            int blank = line.indexOf(' ');
            files.put(line.substring(blank + 1), line.substring(0, blank));
        });
        return files;
    }
}
