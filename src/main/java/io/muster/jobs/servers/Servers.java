package io.muster.jobs.servers;

import io.muster.database.PageReads;
import io.muster.support.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The servers that share a database. Only the clock of the database counts. */
public final class Servers {

    /** The code of the refusal to work on what lies in the spool of another server. */
    public static final String ELSEWHERE = "FILE_ELSEWHERE";

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
        SELECT name, CASE WHEN beat_at >= %s - :silence THEN 1 ELSE 0 END AS living
        FROM known_server
        WHERE spool = :spool
        ORDER BY beat_at DESC, name
        LIMIT 1
        """.formatted(NOW);

    private static final String CLOCK = "SELECT " + NOW;

    private final JdbcClient jdbc;
    private final PageReads reads;

    private record All() {}

    /** Servers of a database. */
    public Servers(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.reads = PageReads.of(jdbc);
    }

    /** All that were heard within the last days, by name. */
    public List<KnownServer> all() {
        return reads.once(new All(), () -> jdbc.sql(ALL).query(Servers::server).list());
    }

    /**
     * Who has a spool.
     *
     * @param name of a server, or of a machine where no server is known
     * @param living whether a server that has it runs
     */
    public record Holder(String name, boolean living) {}

    /**
     * Who has this spool.
     *
     * @param host the machine that had it, as far as that is known
     */
    public Holder holder(String spool, String host) {
        return jdbc.sql(SPOOL)
                .param("spool", spool)
                .param("silence", SILENCE.toMillis())
                .query((row, index) -> new Holder(row.getString("name"), row.getBoolean("living")))
                .optional()
                .orElseGet(() -> new Holder(host, false));
    }

    /**
     * The refusal to work on what lies in the spool of another server.
     *
     * @param what cannot be done, and what lies there, such as {@code resume run RN_1: its file}
     * @param instead what a person may do where that server is gone for good
     */
    public Refusal elsewhere(String what, Holder holder, String instead) {
        String message = holder.living()
                ? "Cannot %s lies in the spool of server %s. That server takes it up by itself; with a spool that servers share, any would."
                : "Cannot %s lies in the spool of %s, where no server runs. Start that server, which takes it up by itself. %s";
        return Refusal.busy(ELSEWHERE, message.formatted(what, holder.name(), instead))
                .with("host", holder.name())
                .with("living", holder.living());
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
