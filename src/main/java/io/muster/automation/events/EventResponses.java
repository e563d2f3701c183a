package io.muster.automation.events;

import io.muster.automation.jobfile.EventJob;
import io.muster.directory.Actor;
import io.muster.jobs.event.EventJobs;
import io.muster.jobs.event.JsonEvents;
import io.muster.jobs.event.JsonEvents.Incoming;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes events of verified responses to surveys, one of each. Responses get their numbers before they are committed: those of the
 * last minutes are looked at again, and known ones are not taken twice, since an event's own id is that of its response.
 */
final class EventResponses {

    /** Longer than any transaction that records a response. */
    private static final Duration UNSURE = Duration.ofMinutes(2);

    private static final int AT_ONCE = 500;
    private static final int MOST_LOOKED_AT = 50_000;

    private static final String LAST = "SELECT COALESCE(MAX(id), 0) FROM response";

    private static final String SINCE = """
        SELECT id, recorded_at FROM response
        WHERE id > :position
        ORDER BY id
        LIMIT :most
        """;

    private static final String READ = """
        SELECT r.id, r.project_id, r.response_id, r.intercept_id, r.survey, r.happened_at, r.answers, r.embedded,
          r.directory_id, r.number, c.ext_ref
        FROM response r
        LEFT JOIN contact c ON c.directory_id = r.directory_id AND c.number = r.number
        WHERE r.id IN (:ids) AND r.verified = 1
          AND (:project = 0 OR r.project_id = :project) AND (:intercept = 0 OR r.intercept_id = :intercept)
          AND (:survey IS NULL OR LOWER(r.survey) = LOWER(:survey))
        ORDER BY r.id
        """;

    private final JdbcClient jdbc;
    private final EventJobs jobs;
    private final JsonEvents events;
    private final InstantSource clock;
    private final Ids ids;
    private final Map<Long, Set<Long>> seen = new HashMap<>();

    EventResponses(JdbcClient jdbc, EventJobs jobs, JsonEvents events, InstantSource clock, Ids ids) {
        this.jdbc = jdbc;
        this.jobs = jobs;
        this.events = events;
        this.clock = clock;
        this.ids = ids;
    }

    /** Makes events of what has come for a job; whether there was anything. */
    boolean read(EventTask task) {
        boolean[] any = {false};
        Set<Long> known = seen.computeIfAbsent(task.automation(), absent -> new HashSet<>());
        List<Long> taken = new ArrayList<>();
        events.inOne(() -> {
            taken.clear();
            any[0] = false;
            Optional<Long> position = jobs.lockResponsePosition(task.automation());
            if (position.isEmpty()) {
                // From now on: what came before the job was there starts nothing.
                jobs.moveResponsePosition(
                        task.automation(), jdbc.sql(LAST).query(Long.class).single());
                return;
            }

            any[0] = step(task, position.get(), known, taken);
        });
        known.addAll(taken);
        return any[0];
    }

    private boolean step(EventTask task, long position, Set<Long> known, List<Long> taken) {
        long surelyBefore = clock.millis() - UNSURE.toMillis();
        long[] sure = {position};
        boolean[] isSure = {true};
        jdbc.sql(SINCE)
                .param("position", position)
                .param("most", MOST_LOOKED_AT)
                .query(row -> {
                    long id = row.getLong(1);
                    if (!known.contains(id) && taken.size() < AT_ONCE) {
                        taken.add(id);
                    } else if (!known.contains(id)) {
                        isSure[0] = false;
                    }

                    isSure[0] &= row.getLong(2) < surelyBefore;
                    if (isSure[0]) {
                        sure[0] = id;
                    }
                });
        List<Incoming> incoming = taken.isEmpty() ? List.of() : read(task, taken);
        var ignored = events.acceptWithin(incoming);
        if (sure[0] > position) {
            jobs.moveResponsePosition(task.automation(), sure[0]);
            known.removeIf(id -> id <= sure[0]);
        }

        return !incoming.isEmpty();
    }

    private List<Incoming> read(EventTask task, List<Long> some) {
        EventJob.Responses which = task.job().responses();
        return jdbc.sql(READ)
                .param("ids", some)
                .param("project", number(PublicId.PROJECT, which.project()))
                .param("intercept", number(PublicId.INTERCEPT, which.intercept()))
                .param("survey", which.survey())
                .query((row, index) -> event(task, row))
                .list();
    }

    /** 0 for none; an id of nothing finds nothing. */
    private long number(PublicId kind, @Nullable String id) {
        if (id == null) {
            return 0;
        }

        OptionalLong number = ids.read(kind, id);
        return number.isPresent() ? number.getAsLong() : -1;
    }

    private Incoming event(EventTask task, ResultSet row) throws SQLException {
        JsonMapper json = JsonMapper.shared();
        ObjectNode event = json.createObjectNode();
        String project = ids.of(PublicId.PROJECT, row.getLong("project_id"));
        event.put("id", row.getString("response_id"));
        event.put("project", project);
        event.put("intercept", ids.of(PublicId.INTERCEPT, row.getLong("intercept_id")));
        event.put("survey", row.getString("survey"));
        event.put("at", Instant.ofEpochMilli(row.getLong("happened_at")).toString());
        event.set("answers", json.readTree(row.getString("answers")));
        event.set("embeddedData", json.readTree(row.getString("embedded")));
        Integer directory = row.getObject("directory_id", Integer.class);
        if (directory != null) {
            event.put("contact", ids.contact(directory, row.getLong("number")));
            String reference = row.getString("ext_ref");
            if (reference != null) {
                event.put("extRef", reference);
            }
        }

        String text = json.writeValueAsString(event);
        return new Incoming(
                task.automation(),
                "response " + project + " " + row.getString("response_id"),
                text,
                text.getBytes(StandardCharsets.UTF_8).length,
                new Actor(Actor.Kind.AUTOMATION, task.job().id()));
    }
}
