package io.muster.jobs;

import io.muster.directory.Actor;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.support.PublicId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Automations that a person holds: until they are released nothing of them starts by itself. A run that is under way goes
 * on, and a run by hand is possible.
 */
public final class Holds {

    private static final String HELD = """
        SELECT name, held_at, held_by_kind, held_by, held_reason
        FROM automation
        WHERE held_at IS NOT NULL
        """;

    private static final String OF = HELD + " AND name = :name";

    private static final String HOLD = """
        UPDATE automation SET held_at = :now, held_by_kind = :kind, held_by = :actor, held_reason = :reason
        WHERE id = :id AND held_at IS NULL
        """;

    private static final String RELEASE = """
        UPDATE automation SET held_at = NULL, held_by_kind = NULL, held_by = NULL, held_reason = NULL
        WHERE id = :id AND held_at IS NOT NULL
        """;

    private final JdbcClient jdbc;
    private final Audit audit;
    private final InstantSource clock;

    /**
     * A hold.
     *
     * @param automation the id in its job file
     */
    public record Hold(String automation, Instant since, Actor by, String reason) {}

    /** The holds in a database. */
    public Holds(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.audit = new Audit(jdbc, clock);
        this.clock = clock;
    }

    /** The hold of an automation, by the id in its job file. */
    public Optional<Hold> of(String automation) {
        return jdbc.sql(OF).param("name", automation).query(Holds::read).optional();
    }

    /** All holds, by the ids in the job files. */
    public Map<String, Hold> all() {
        return jdbc.sql(HELD).query(Holds::read).list().stream()
                .collect(Collectors.toMap(Hold::automation, Function.identity(), (one, other) -> one, TreeMap::new));
    }

    /**
     * Holds an automation, within the caller's transaction; a hold that there is already stays as it is.
     *
     * @return whether this call has held it
     */
    public boolean hold(long automation, String reason, Actor actor) {
        boolean held = jdbc.sql(HOLD)
                        .param("now", clock.millis())
                        .param("kind", actor.kind().name())
                        .param("actor", actor.name())
                        .param("reason", reason)
                        .param("id", automation)
                        .update()
                == 1;
        if (held) {
            enter(actor, "automation.hold", automation, Map.of("reason", reason));
        }

        return held;
    }

    /**
     * Releases an automation, within the caller's transaction.
     *
     * @return whether this call has released it
     */
    public boolean release(long automation, Actor actor) {
        boolean released = jdbc.sql(RELEASE).param("id", automation).update() == 1;
        if (released) {
            enter(actor, "automation.release", automation, Map.of());
        }

        return released;
    }

    private void enter(Actor actor, String action, long automation, Map<String, ?> detail) {
        audit.enter(actor, action, new AuditSubject(null, PublicId.AUTOMATION, automation), detail);
    }

    static Hold read(ResultSet row, int index) throws SQLException {
        return new Hold(
                row.getString("name"),
                Instant.ofEpochMilli(row.getLong("held_at")),
                new Actor(Actor.Kind.valueOf(row.getString("held_by_kind")), row.getString("held_by")),
                row.getString("held_reason"));
    }
}
