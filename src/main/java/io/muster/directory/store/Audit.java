package io.muster.directory.store;

import io.muster.directory.Actor;
import io.muster.support.PublicId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The audit log: who did what to what, and when. Lines are only added, each in the transaction of the act, so that an act
 * that is rolled back leaves no line and no act is without one.
 */
public final class Audit {

    private static final String ENTER = """
        INSERT INTO audit (acted_at, actor_kind, actor, action, directory_id, subject_kind, subject_id, detail)
        VALUES (:at, :actorKind, :actor, :action, :directory, :subjectKind, :subject, :detail)
        """;

    private static final String READ = """
        SELECT id, acted_at, actor_kind, actor, action, directory_id, subject_kind, subject_id, detail
        FROM audit
        WHERE 1 = 1
        """;

    private static final String OF_DIRECTORY = " AND directory_id = :directory";
    private static final String OF_ACTOR = " AND actor = :actor";
    private static final String OF_ACTION = " AND action = :action";
    private static final String OF_SUBJECT = " AND subject_kind = :subjectKind AND subject_id = :subject";
    private static final String SINCE = " AND acted_at >= :since";
    private static final String UNTIL = " AND acted_at < :until";

    // The first condition alone lets an index be entered at the place where the page before ended.
    private static final String AFTER = " AND acted_at <= :afterAt AND (acted_at < :afterAt OR id < :afterId)";

    private static final String NEWEST_FIRST = " ORDER BY acted_at DESC, id DESC LIMIT :most";

    private static final String MOMENT = "SELECT acted_at FROM audit WHERE id = ?";

    private final JdbcClient jdbc;
    private final InstantSource clock;

    /** The log in a database. */
    public Audit(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Adds a line within the caller's transaction.
     *
     * @param action a thing and a verb, at most 50 characters, for example {@code segment.rename}
     * @param detail named values in the order in which they are shown; never a contact's values
     */
    public void enter(Actor actor, String action, AuditSubject subject, Map<String, ?> detail) {
        jdbc.sql(ENTER)
                .param("at", clock.millis())
                .param("actorKind", actor.kind().name())
                .param("actor", actor.name())
                .param("action", action)
                .param("directory", subject.directory())
                .param(
                        "subjectKind",
                        subject.kind() == null ? null : subject.kind().name())
                .param("subject", subject.kind() == null ? null : subject.id())
                .param("detail", JsonMapper.shared().writeValueAsString(detail))
                .update();
    }

    /**
     * Lines newest first.
     *
     * @param after the id of the last line of the page before; null for the first page
     * @param most the greatest number of lines
     */
    public List<AuditEntry> read(AuditQuery query, @Nullable Long after, int most) {
        Optional<Long> afterAt = after == null
                ? Optional.empty()
                : jdbc.sql(MOMENT).param(after).query(Long.class).optional();
        if (after != null && afterAt.isEmpty()) {
            return List.of();
        }

        Map<String, Object> values = new LinkedHashMap<>();
        List<String> conditions = new ArrayList<>();
        limit(conditions, values, OF_DIRECTORY, "directory", query.directory());
        limit(conditions, values, OF_ACTOR, "actor", query.actor());
        limit(conditions, values, OF_ACTION, "action", query.action());
        limit(conditions, values, SINCE, "since", query.since());
        limit(conditions, values, UNTIL, "until", query.until());
        if (query.subjectKind() != null && query.subjectId() != null) {
            limit(conditions, values, OF_SUBJECT, "subject", query.subjectId());
            values.put("subjectKind", query.subjectKind().name());
        }

        if (after != null) {
            limit(conditions, values, AFTER, "afterAt", afterAt.orElseThrow());
            values.put("afterId", after);
        }

        values.put("most", most);
        return jdbc.sql(READ + String.join("", conditions) + NEWEST_FIRST)
                .params(values)
                .query((row, index) -> entry(row))
                .list();
    }

    private static void limit(
            List<String> conditions,
            Map<String, Object> values,
            String condition,
            String name,
            @Nullable Object value) {
        if (value != null) {
            conditions.add(condition);
            values.put(name, value);
        }
    }

    private static AuditEntry entry(ResultSet row) throws SQLException {
        String kind = row.getString("subject_kind");
        return new AuditEntry(
                row.getLong("id"),
                row.getLong("acted_at"),
                new Actor(Actor.Kind.valueOf(row.getString("actor_kind")), row.getString("actor")),
                row.getString("action"),
                new AuditSubject(
                        row.getObject("directory_id", Integer.class),
                        kind == null ? null : PublicId.valueOf(kind),
                        row.getLong("subject_id")),
                JsonMapper.shared().readValue(row.getString("detail"), new TypeReference<Map<String, Object>>() {}));
    }
}
