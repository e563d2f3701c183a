package io.muster.jobs.servers;

import io.muster.support.Machine;
import io.muster.support.Sha256;
import io.muster.support.Spool;
import io.muster.support.StateFolder;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * This process among the servers that share the database. While their job files differ, the times of all schedules are those
 * of the files that changed last; what comes due in a server runs as that server's own file says, and a server without the
 * file leaves it to the others.
 */
public final class ThisServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ThisServer.class);
    private static final Duration FORGOTTEN_AFTER = Duration.ofDays(7);
    private static final int MOST_VERSION_CHARS = 100;
    private static final int MOST_NAME_CHARS = 240;
    private static final int ID_CHARS_IN_NAME = 4;

    // Assignments are made in their order: the time of the files is decided before the files are replaced.
    private static final String BEAT = """
        INSERT INTO known_server (id, name, version, since, beat_at, spool, job_hash, job_list, jobs_since)
        VALUES (:id, :name, :version, :since, %1$s, :spool, :hash, :list, %1$s)
        ON DUPLICATE KEY UPDATE
          name = :name,
          version = :version,
          since = :since,
          beat_at = %1$s,
          spool = :spool,
          jobs_since = CASE WHEN job_hash = :hash THEN jobs_since ELSE %1$s END,
          job_hash = :hash,
          job_list = :list
        """.formatted(Servers.NOW);

    private static final String LEAVE = "DELETE FROM known_server WHERE id = :id";

    private static final String FORGET = "DELETE FROM known_server WHERE beat_at < %s - :age".formatted(Servers.NOW);

    private final JdbcClient jdbc;
    private final Servers servers;
    private final Seat seat;
    private final String name;
    private final String version;
    private final long since;
    private final String spool;
    private String told = "";
    private boolean hasForgotten;
    private volatile List<JobFilesDiffer> differing = List.of();

    private ThisServer(JdbcClient jdbc, Seat seat, String version, long since, String spool) {
        this.jdbc = jdbc;
        this.servers = new Servers(jdbc);
        this.seat = seat;
        this.version = version.substring(0, Math.min(version.length(), MOST_VERSION_CHARS));
        this.since = since;
        this.spool = spool;
        String host = Machine.name();
        this.name = host.substring(0, Math.min(host.length(), MOST_NAME_CHARS)) + "-"
                + seat.id().substring(0, ID_CHARS_IN_NAME);
    }

    /** This process, which nobody knows of before it sends its first beat. */
    public static ThisServer begin(
            JdbcClient jdbc, StateFolder home, Spool spool, String version, InstantSource clock) {
        return new ThisServer(jdbc, Seat.take(home), version, clock.millis(), spool.id());
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /**
     * Says that it lives and which job files it has, and looks at those of the others.
     *
     * @param jobFiles the fingerprint of each, by name
     */
    public void beat(Map<String, String> jobFiles) {
        String list = new TreeMap<>(jobFiles)
                .entrySet().stream()
                        .map(file -> file.getValue() + " " + file.getKey().replaceAll("\\R", " "))
                        .collect(Collectors.joining("\n"));
        jdbc.sql(BEAT)
                .param("id", seat.id())
                .param("name", name)
                .param("version", version)
                .param("since", since)
                .param("spool", spool)
                .param("hash", HexFormat.of().formatHex(Sha256.of(list).bytes()))
                .param("list", list)
                .update();
        if (!hasForgotten) {
            jdbc.sql(FORGET).param("age", FORGOTTEN_AFTER.toMillis()).update();
            hasForgotten = true;
        }

        differing = servers.differing();
        tell(servers.lasting(differing).stream().map(JobFilesDiffer::text).collect(Collectors.joining(" ")));
    }

    private void tell(String lasting) {
        if (!lasting.isEmpty() && !lasting.equals(told)) {
            LOG.error("{}", lasting);
        } else if (lasting.isEmpty() && !told.isEmpty()) {
            LOG.info("All servers have the same job files again");
        }

        told = lasting;
    }

    /** Whether the times of schedules are those of its job files. */
    public boolean decidesTimes() {
        return differing.stream().noneMatch(one -> one.others().contains(name));
    }

    /** Whether another server may have a job file that this one has not. */
    public boolean isUnlikeOthers() {
        return !differing.isEmpty();
    }

    /** It is forgotten at once; another process may take its name. */
    @Override
    public void close() {
        try {
            jdbc.sql(LEAVE).param("id", seat.id()).update();
        } catch (DataAccessException e) {
            LOG.debug("The others find out in some seconds that it has left", e);
        }

        try {
            seat.close();
        } catch (IOException e) {
            LOG.debug("The lock ends with the process", e);
        }
    }
}
