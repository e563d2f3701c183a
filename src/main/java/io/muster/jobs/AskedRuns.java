package io.muster.jobs;

import io.muster.directory.Actor;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.support.PublicId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Runs of automations that people have asked for. What was asked is kept in the database until a server has answered it,
 * whichever server was asked and whatever happens to it meanwhile. An automation has one such request at a time.
 */
public final class AskedRuns {

    private static final String COLUMNS = """
        SELECT a.name, q.asked_at, q.asked_by_kind, q.asked_by, q.file, q.answered_at, q.answer
        FROM asked_run q
        JOIN automation a ON a.id = q.automation_id
        """;

    private static final String OF = COLUMNS + "WHERE a.name = :name";

    private static final String OPEN = COLUMNS + """
        WHERE q.answered_at IS NULL
        ORDER BY q.asked_at
        LIMIT 1000
        """;

    private static final String ASK_AGAIN = """
        UPDATE asked_run
        SET asked_at = :now, asked_by_kind = :kind, asked_by = :actor, file = :file, answered_at = NULL, answer = NULL
        WHERE automation_id = :id AND answered_at IS NOT NULL
        """;

    private static final String ASK = """
        INSERT IGNORE INTO asked_run (automation_id, asked_at, asked_by_kind, asked_by, file)
        VALUES (:id, :now, :kind, :actor, :file)
        """;

    private static final String ANSWER = """
        UPDATE asked_run q JOIN automation a ON a.id = q.automation_id
        SET q.answered_at = :now, q.answer = :answer
        WHERE a.name = :name AND q.asked_at = :asked AND q.answered_at IS NULL
        """;

    private final JdbcClient jdbc;
    private final Audit audit;
    private final InstantSource clock;

    /**
     * A run that was asked for.
     *
     * @param automation the id in its job file
     * @param file the name of the one file on the source that is to be taken; null for all new ones
     * @param answered when a server was done with it; null as long as none is
     * @param answer what it resulted in, in sentences; null as long as no server is done with it
     */
    public record AskedRun(
            String automation,
            Instant at,
            Actor by,
            @Nullable String file,
            @Nullable Instant answered,
            @Nullable String answer) {}

    /** The requests in a database. */
    public AskedRuns(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.audit = new Audit(jdbc, clock);
        this.clock = clock;
    }

    /**
     * Asks for a run, within the caller's transaction.
     *
     * @return false when one was asked for already that no server has answered
     */
    public boolean ask(long automation, @Nullable String file, Actor actor) {
        boolean asked = write(ASK_AGAIN, automation, file, actor) || write(ASK, automation, file, actor);
        if (asked) {
            audit.enter(
                    actor,
                    "automation.run",
                    new AuditSubject(null, PublicId.AUTOMATION, automation),
                    file == null ? Map.of() : Map.of("file", file));
        }

        return asked;
    }

    private boolean write(String sql, long automation, @Nullable String file, Actor actor) {
        return jdbc.sql(sql)
                        .param("id", automation)
                        .param("now", clock.millis())
                        .param("kind", actor.kind().name())
                        .param("actor", actor.name())
                        .param("file", file)
                        .update()
                == 1;
    }

    /** What was asked last of an automation, by the id in its job file. */
    public Optional<AskedRun> of(String automation) {
        return jdbc.sql(OF).param("name", automation).query(AskedRuns::read).optional();
    }

    /** What no server has answered, the oldest first. */
    public List<AskedRun> open() {
        return jdbc.sql(OPEN).query(AskedRuns::read).list();
    }

    /** Notes what a request has resulted in. */
    public void answer(AskedRun asked, String answer) {
        jdbc.sql(ANSWER)
                .param("now", clock.millis())
                .param("answer", answer)
                .param("name", asked.automation())
                .param("asked", asked.at().toEpochMilli())
                .update();
    }

    private static AskedRun read(ResultSet row, int index) throws SQLException {
        long answered = row.getLong("answered_at");
        return new AskedRun(
                row.getString("name"),
                Instant.ofEpochMilli(row.getLong("asked_at")),
                new Actor(Actor.Kind.valueOf(row.getString("asked_by_kind")), row.getString("asked_by")),
                row.getString("file"),
                answered == 0 ? null : Instant.ofEpochMilli(answered),
                row.getString("answer"));
    }
}
