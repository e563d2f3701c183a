package io.muster.automation.figures;

import io.muster.automation.figures.Figures.OfAutomation;
import io.muster.automation.figures.Figures.OfDirectory;
import io.muster.automation.figures.Figures.Waiting;
import io.muster.automation.figures.Figures.Work;
import io.muster.jobs.RunStatus;
import io.muster.support.Ids;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads the figures. Each statement goes through an index and reads a row or two of each thing it counts, so that it can be
 * asked every few seconds. Ages are by the clock of the database.
 */
public final class FigureReader {

    private static final String NOW = "CAST(UNIX_TIMESTAMP(CURRENT_TIMESTAMP(3)) * 1000 AS SIGNED)";

    private static final String CLOCK = """
        SELECT %s, (SELECT t.execution_time FROM scheduled_task t WHERE t.picked = 0 ORDER BY t.execution_time LIMIT 1)
        """.formatted(NOW);

    // In the order of an index as a whole: without its first column, all rows of an automation would be sorted for one.
    private static final String AUTOMATIONS = """
        SELECT a.name,
          (SELECT r.ended_at FROM run r
           WHERE r.automation_id = a.id AND r.status = 'COMPLETED'
           ORDER BY r.automation_id DESC, r.id DESC LIMIT 1) AS succeeded_at,
          (SELECT r.status FROM run r
           WHERE r.automation_id = a.id AND r.ended_at IS NOT NULL
           ORDER BY r.automation_id DESC, r.id DESC LIMIT 1) AS last_status
        FROM automation a
        """;

    private static final String TIMES = """
        SELECT task_instance, execution_time, picked
        FROM scheduled_task
        WHERE task_name = 'automation'
        """;

    private static final String WORK = """
        SELECT r.kind, r.step, r.directory_id, r.as_of, h.beat_at
        FROM run r
        JOIN run_heartbeat h ON h.run_id = r.id
        WHERE r.ended_at IS NULL AND r.status IN ('QUEUED', 'RUNNING')
        """;

    // Ids of the stream are those of all directories, so that there are at most as many rows as ids in between.
    private static final String DIRECTORIES = """
        SELECT d.id,
          (SELECT c.id FROM contact_change c
           WHERE c.directory_id = d.id
           ORDER BY c.directory_id, c.id LIMIT 1) AS first_change,
          (SELECT c.id FROM contact_change c
           WHERE c.directory_id = d.id
           ORDER BY c.directory_id DESC, c.id DESC LIMIT 1) AS last_change
        FROM directory d
        ORDER BY d.id
        """;

    private static final String SEGMENTS = """
        SELECT s.directory_id, COUNT(*) AS segments,
          COUNT(CASE WHEN s.held_version IS NOT NULL AND s.held_reason = 'GUARD' THEN 1 END) AS held,
          COALESCE(SUM(v.members), 0) AS members,
          MIN(CASE WHEN s.held_version IS NULL THEN v.as_of END) AS oldest
        FROM segment s
        LEFT JOIN segment_version v ON v.directory_id = s.directory_id AND v.segment_id = s.id
          AND v.version = s.published_version
        GROUP BY s.directory_id
        """;

    private static final String NOTIFICATIONS = """
        SELECT state, channel, COUNT(*), MIN(created_at)
        FROM notification
        WHERE state IN ('WAITING', 'GIVEN_UP')
        GROUP BY state, channel
        """;

    /** Where no run is. */
    private static final String NOWHERE = "none";

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final Ids ids;

    /** Reads that database. */
    public FigureReader(JdbcClient jdbc, InstantSource clock, Ids ids) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.ids = ids;
    }

    /** The figures as they are now. */
    public Figures read() {
        Now now = now();
        List<Active> active = active();
        return new Figures(
                automations(),
                work(active, now),
                directories(active, now),
                notifications(now),
                now.lag(),
                Duration.ofMillis(now.skew()));
    }

    /**
     * A moment by the clock of the database, epoch milliseconds.
     *
     * @param due when what waits for a server was due
     * @param skew by how many milliseconds the clock of this process is ahead
     */
    private record Now(long millis, @Nullable Long due, long skew) {

        Duration since(long moment) {
            return Duration.ofMillis(Math.max(0, millis - moment));
        }

        Duration lag() {
            return due == null ? Duration.ZERO : since(due);
        }
    }

    private Now now() {
        long before = clock.millis();
        return jdbc.sql(CLOCK)
                .query((row, index) -> new Now(
                        row.getLong(1), row.getObject(2, Long.class), (before + clock.millis()) / 2 - row.getLong(1)))
                .single();
    }

    private List<OfAutomation> automations() {
        Map<String, OfAutomation> automations = new TreeMap<>();
        jdbc.sql(AUTOMATIONS).query(row -> {
            String status = row.getString("last_status");
            automations.put(
                    row.getString("name"),
                    new OfAutomation(
                            row.getString("name"),
                            moment(row.getObject("succeeded_at", Long.class)),
                            RunStatus.FAILED.name().equals(status)
                                    || RunStatus.DEAD.name().equals(status),
                            null,
                            false));
        });
        jdbc.sql(TIMES).query(row -> {
            String name = row.getString(1);
            OfAutomation known = automations.get(name);
            automations.put(
                    name,
                    new OfAutomation(
                            name,
                            known == null ? null : known.lastSuccess(),
                            known != null && known.hasFailed(),
                            Instant.ofEpochMilli(row.getLong(2)),
                            row.getBoolean(3)));
        });
        return List.copyOf(automations.values());
    }

    private static @Nullable Instant moment(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }

    /** A run that is not over; {@code asOf} is null until it has fixed the moment that it reads or writes. */
    private record Active(
            String kind,
            String step,
            int directory,
            @Nullable Long asOf,
            long heartbeat) {

        boolean readsOneMoment() {
            return kind.equals("segment-rebuild") || kind.equals("snapshot");
        }
    }

    private List<Active> active() {
        return jdbc.sql(WORK)
                .query((row, index) -> new Active(
                        row.getString(1),
                        row.getString(2),
                        row.getInt(3),
                        row.getObject(4, Long.class),
                        row.getLong(5)))
                .list();
    }

    private static List<Work> work(List<Active> active, Now now) {
        Map<String, Work> work = new TreeMap<>();
        for (Active run : active) {
            Duration silence = now.since(run.heartbeat());
            work.merge(
                    run.step(),
                    new Work(run.step(), 1, silence),
                    (one, other) -> new Work(
                            one.step(),
                            one.runs() + other.runs(),
                            one.silence().compareTo(other.silence()) > 0 ? one.silence() : other.silence()));
        }

        return work.isEmpty() ? List.of(new Work(NOWHERE, 0, Duration.ZERO)) : List.copyOf(work.values());
    }

    /** Segments of one directory. */
    private record Published(
            long segments,
            long held,
            long members,
            @Nullable Long oldest) {

        static final Published NOTHING = new Published(0, 0, 0, null);
    }

    private List<OfDirectory> directories(List<Active> active, Now now) {
        Map<Integer, Published> segments = new HashMap<>();
        jdbc.sql(SEGMENTS).query(row -> {
            segments.put(
                    row.getInt(1),
                    new Published(row.getLong(2), row.getLong(3), row.getLong(4), row.getObject(5, Long.class)));
        });
        return jdbc.sql(DIRECTORIES)
                .query((row, index) -> {
                    int number = row.getInt(1);
                    Published published = segments.getOrDefault(number, Published.NOTHING);
                    Long oldest = published.oldest();
                    Long first = row.getObject(2, Long.class);
                    return new OfDirectory(
                            ids.directory(number),
                            published.segments(),
                            published.held(),
                            published.members(),
                            oldest == null ? null : now.since(oldest),
                            first == null ? 0 : row.getLong(3) - first + 1,
                            momentOpen(active, number, now));
                })
                .list();
    }

    private static Duration momentOpen(List<Active> active, int directory, Now now) {
        return active.stream()
                .filter(run -> run.directory() == directory && run.readsOneMoment())
                .map(Active::asOf)
                .filter(Objects::nonNull)
                .min(Long::compare)
                .map(now::since)
                .orElse(Duration.ZERO);
    }

    private List<Waiting> notifications(Now now) {
        List<Waiting> waiting = new ArrayList<>();
        for (String state : List.of("WAITING", "GIVEN_UP")) {
            for (String channel : List.of("EMAIL", "WEBHOOK")) {
                waiting.add(new Waiting(word(state), word(channel), 0, Duration.ZERO));
            }
        }

        jdbc.sql(NOTIFICATIONS).query(row -> {
            Waiting one = new Waiting(
                    word(row.getString(1)), word(row.getString(2)), row.getInt(3), now.since(row.getLong(4)));
            waiting.removeIf(other ->
                    other.state().equals(one.state()) && other.channel().equals(one.channel()));
            waiting.add(one);
        });
        return waiting;
    }

    private static String word(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
