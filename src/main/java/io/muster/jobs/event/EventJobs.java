package io.muster.jobs.event;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the database knows of job files of the kind event beyond their automation. */
public final class EventJobs {

    private static final String NOW = "CAST(UNIX_TIMESTAMP(CURRENT_TIMESTAMP(3)) * 1000 AS SIGNED)";

    private static final String ENTER =
            "INSERT IGNORE INTO event_job (automation_id, token) VALUES (:automation, :token)";

    private static final String TOKEN = "SELECT token FROM event_job WHERE automation_id = :automation";

    private static final String OF_TOKEN = "SELECT automation_id FROM event_job WHERE token = :token";

    private static final String HOLD = """
        UPDATE event_job SET holder = :holder, held_until = %1$s + :millis
        WHERE automation_id = :automation AND (holder = :holder OR held_until < %1$s)
        """.formatted(NOW);

    private static final String LEAVE = "UPDATE event_job SET held_until = 0 WHERE holder = :holder";

    private static final String POSITION =
            "SELECT response_position FROM event_job WHERE automation_id = :automation FOR UPDATE";

    private static final String MOVE =
            "UPDATE event_job SET response_position = :position WHERE automation_id = :automation";

    private final JdbcClient jdbc;

    /** Jobs in a database. */
    public EventJobs(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The UUID of a job's address, made when it is first asked for. */
    public String token(long automation) {
        Optional<String> known = known(automation);
        if (known.isEmpty()) {
            jdbc.sql(ENTER)
                    .param("automation", automation)
                    .param("token", UUID.randomUUID().toString())
                    .update();
            known = known(automation);
        }

        return known.orElseThrow();
    }

    private Optional<String> known(long automation) {
        return jdbc.sql(TOKEN)
                .param("automation", automation)
                .query(String.class)
                .optional();
    }

    /** The automation whose address has this UUID. */
    public Optional<Long> byToken(String token) {
        return jdbc.sql(OF_TOKEN).param("token", token).query(Long.class).optional();
    }

    /** Takes a job for a time, unless another process has it; that spares work, and no correctness depends on it. */
    public boolean hold(long automation, String holder, long millis) {
        return jdbc.sql(HOLD)
                        .param("holder", holder)
                        .param("millis", millis)
                        .param("automation", automation)
                        .update()
                > 0;
    }

    /** Gives back what a process holds. */
    public void leave(String holder) {
        jdbc.sql(LEAVE).param("holder", holder).update();
    }

    /** Up to which response a job has surely read, locked within the caller's transaction; empty when it has begun nowhere. */
    public Optional<Long> lockResponsePosition(long automation) {
        return Optional.ofNullable(jdbc.sql(POSITION)
                .param("automation", automation)
                .query((row, index) -> new Position(row.getObject(1, Long.class)))
                .single()
                .id());
    }

    private record Position(@Nullable Long id) {}

    /** Notes up to which response a job has surely read. */
    public void moveResponsePosition(long automation, long position) {
        int moved = jdbc.sql(MOVE)
                .param("position", position)
                .param("automation", automation)
                .update();
        if (moved == 0) {
            throw new IllegalStateException("No event job " + Objects.toString(automation));
        }
    }
}
