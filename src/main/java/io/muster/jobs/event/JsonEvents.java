package io.muster.jobs.event;

import io.muster.database.LockConflicts;
import io.muster.directory.Actor;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.jobs.RunLedger;
import io.muster.jobs.event.JsonEvent.State;
import io.muster.load.Settling.Settled;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import io.muster.support.Retry;
import io.muster.support.Sha256;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The events: accepted in groups, applied in groups, each a row. Numbers are given out behind the one row of
 * {@code json_event_number}, so they are in the order of the commits, and an id that its sender gave is taken once.
 */
public final class JsonEvents {

    private static final int LONGEST_ID = 255;
    private static final int LONGEST_FIELD = 1_000;
    private static final long MOST_BYTES = 8L << 20;
    private static final int PRUNED_AT_ONCE = 10_000;

    private static final String TAKE_NUMBERS = "UPDATE json_event_number SET next = next + :some WHERE only_row = 1";

    private static final String NEXT = "SELECT next FROM json_event_number WHERE only_row = 1";

    private static final String KNOWN =
            "SELECT event_key, id FROM json_event WHERE automation_id = :automation AND event_key IN (:keys)";

    private static final String INSERT = """
        INSERT INTO json_event (id, automation_id, event_key, event_id, received_at, sender_kind, sender, state, size, body)
        VALUES\s""";

    private static final String VALUES = "(?, ?, ?, ?, ?, ?, ?, 'QUEUED', ?, ?)";

    private static final String OPEN_JOBS =
            "SELECT DISTINCT automation_id FROM json_event WHERE state = 'QUEUED' ORDER BY automation_id";

    private static final String OPEN = """
        SELECT id, size FROM json_event
        WHERE state = 'QUEUED' AND automation_id = :automation
        ORDER BY id
        LIMIT :most
        """;

    private static final String BODIES = "SELECT id, body, event_id FROM json_event WHERE id IN (:ids) ORDER BY id";

    private static final String COLUMNS = """
        SELECT e.id, e.automation_id, e.event_id, e.received_at, e.sender_kind, e.sender, e.state, e.size, e.body,
          e.applied_at, e.outcome, e.directory_id, e.number, e.reason_code, e.reason_field, e.reason
        FROM json_event e
        """;

    private static final String FIND = COLUMNS + "WHERE e.id = :id";

    private static final String LIST = COLUMNS + """
        WHERE (:automation = 0 OR e.automation_id = :automation) AND (:before = 0 OR e.id < :before)
        ORDER BY e.id DESC
        LIMIT :most
        """;

    private static final String LEAVE = """
        UPDATE json_event
        SET state = :state, outcome = :outcome, directory_id = :directory, number = :contact, applied_at = :now,
          reason_code = :code, reason_field = :field, reason = :reason,
          body = CASE WHEN :state = 'REJECTED' THEN body ELSE NULL END
        WHERE id = :id AND state = 'QUEUED'
        """;

    private static final String AGAIN = """
        UPDATE json_event
        SET state = 'QUEUED', outcome = NULL, directory_id = NULL, number = NULL, applied_at = NULL, reason_code = NULL,
          reason_field = NULL, reason = NULL
        WHERE id = :id AND state = 'REJECTED'
        """;

    private static final String PRUNE =
            "DELETE FROM json_event WHERE received_at < :before AND state <> 'QUEUED' ORDER BY received_at LIMIT :most";

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Retry whileLocked = LockConflicts.retry();
    private final Audit audit;
    private final InstantSource clock;

    /** Events in a database. */
    public JsonEvents(JdbcClient jdbc, PlatformTransactionManager transactions, Audit audit, InstantSource clock) {
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactions);
        this.transactions.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * An event that comes in.
     *
     * @param automation the automation's numeric id
     * @param eventId the id that its sender gave it; null for none
     * @param body its JSON
     */
    public record Incoming(long automation, @Nullable String eventId, String body, int size, Actor sender) {}

    /**
     * An event that is stored.
     *
     * @param number its numeric id
     * @param duplicate whether it was stored before, under its own id
     */
    public record Accepted(long number, boolean duplicate) {}

    /** An event that is to be applied. */
    public record Open(long number, String body, @Nullable String eventId) {}

    /** Why an event is rejected. */
    public record Reason(String code, @Nullable String field, String text) {}

    /** The number of the run that an event is: no other run ever has it. */
    public static long run(long number) {
        return RunLedger.FIRST_EVENT + number;
    }

    /** The event that a run's number stands for; empty for other runs. */
    public static OptionalLong event(long run) {
        return run >= RunLedger.FIRST_EVENT ? OptionalLong.of(run - RunLedger.FIRST_EVENT) : OptionalLong.empty();
    }

    /** Stores events in their order, all in one transaction. */
    public List<Accepted> accept(List<Incoming> events) {
        return inTransaction(() -> acceptWithin(events));
    }

    /** Stores events in their order, within the caller's transaction. */
    public List<Accepted> acceptWithin(List<Incoming> events) {
        if (events.isEmpty()) {
            return List.of();
        }

        jdbc.sql(TAKE_NUMBERS).param("some", events.size()).update();
        long next = jdbc.sql(NEXT).query(Long.class).single() - events.size();
        Map<String, Long> known = known(events);
        List<Accepted> accepted = new ArrayList<>();
        List<Object[]> rows = new ArrayList<>();
        long now = clock.millis();
        for (Incoming event : events) {
            String id = event.eventId();
            byte[] key = id == null ? null : Sha256.of(id).bytes();
            String place = key == null ? "" : place(event.automation(), key);
            Long before = key == null ? null : known.get(place);
            if (before != null) {
                accepted.add(new Accepted(before, true));
                continue;
            }

            long number = next++;
            if (key != null) {
                known.put(place, number);
            }

            rows.add(new Object[] {
                number,
                event.automation(),
                key,
                id == null ? null : cut(id, LONGEST_ID),
                now,
                event.sender().kind().name(),
                event.sender().name(),
                event.size(),
                event.body()
            });
            accepted.add(new Accepted(number, false));
        }

        insert(rows);
        return accepted;
    }

    private void insert(List<Object[]> rows) {
        for (int from = 0; from < rows.size(); from += 200) {
            List<Object[]> some = rows.subList(from, Math.min(rows.size(), from + 200));
            String sql = INSERT + String.join(", ", Collections.nCopies(some.size(), VALUES));
            List<@Nullable Object> parameters =
                    some.stream().flatMap(Arrays::stream).collect(Collectors.toCollection(ArrayList::new));
            jdbc.sql(sql).params(parameters).update();
        }
    }

    private Map<String, Long> known(List<Incoming> events) {
        Map<Long, Set<byte[]>> keys = new HashMap<>();
        for (Incoming event : events) {
            String id = event.eventId();
            if (id != null) {
                keys.computeIfAbsent(event.automation(), absent -> new TreeSet<>(Arrays::compareUnsigned))
                        .add(Sha256.of(id).bytes());
            }
        }

        Map<String, Long> known = new HashMap<>();
        keys.forEach((automation, asked) -> jdbc.sql(KNOWN)
                .param("automation", automation)
                .param("keys", asked)
                .query(row -> {
                    known.put(place(automation, row.getBytes(1)), row.getLong(2));
                }));
        return known;
    }

    private static String place(long automation, byte[] key) {
        return automation + " " + HexFormat.of().formatHex(key);
    }

    private static String cut(String text, int most) {
        return text.codePointCount(0, text.length()) <= most
                ? text
                : text.substring(0, text.offsetByCodePoints(0, most));
    }

    /** The automations that have events to be applied. */
    public List<Long> openJobs() {
        return jdbc.sql(OPEN_JOBS).query(Long.class).list();
    }

    /** The oldest events of an automation that are to be applied, some megabytes at most. */
    public List<Open> open(long automation, int most) {
        List<Long> ids = new ArrayList<>();
        long[] bytes = {0};
        jdbc.sql(OPEN).param("automation", automation).param("most", most).query(row -> {
            bytes[0] += row.getInt(2);
            if (ids.isEmpty() || bytes[0] <= MOST_BYTES) {
                ids.add(row.getLong(1));
            }
        });
        return ids.isEmpty()
                ? List.of()
                : jdbc.sql(BODIES)
                        .param("ids", ids)
                        .query((row, index) ->
                                new Open(row.getLong(1), Objects.requireNonNull(row.getString(2)), row.getString(3)))
                        .list();
    }

    /** The event of that numeric id. */
    public Optional<JsonEvent> find(long number) {
        return jdbc.sql(FIND).param("id", number).query(JsonEvents::row).optional();
    }

    /**
     * Events, newest first.
     *
     * @param automation the automation's numeric id; 0 for all
     * @param before only those of before this one; 0 for all
     */
    public List<JsonEvent> list(long automation, long before, int most) {
        return jdbc.sql(LIST)
                .param("automation", automation)
                .param("before", before)
                .param("most", most)
                .query(JsonEvents::row)
                .list();
    }

    /**
     * Notes what became of events, in the transaction of the connection.
     *
     * @param numbers the numeric ids of the events, by their place in the group from 1
     * @throws Refusal when another process has settled one of them
     */
    public void settle(Connection connection, int directory, List<Long> numbers, List<Settled> settled)
            throws SQLException {
        if (settled.isEmpty()) {
            return;
        }

        // Numbers and words of an enum only.
        StringBuilder sql = new StringBuilder("UPDATE json_event e JOIN (");
        for (int i = 0; i < settled.size(); i++) {
            Settled one = settled.get(i);
            sql.append(i == 0 ? "SELECT " : " UNION ALL SELECT ")
                    .append(numbers.get((int) one.outcome().row() - 1))
                    .append(i == 0 ? " AS id, " : ", ")
                    .append(one.contact())
                    .append(i == 0 ? " AS contact, '" : ", '")
                    .append(one.outcome().kind().name())
                    .append(i == 0 ? "' AS outcome" : "'");
        }

        sql.append(") v ON v.id = e.id SET e.state = 'COMPLETED', e.outcome = v.outcome, e.number = v.contact,")
                .append(" e.directory_id = ")
                .append(directory)
                .append(", e.applied_at = ")
                .append(clock.millis())
                .append(", e.body = NULL WHERE e.state = 'QUEUED'");
        try (Statement statement = connection.createStatement()) {
            if (statement.executeUpdate(sql.toString()) != settled.size()) {
                throw Refusal.busy(
                        "EVENTS_SETTLED", "Cannot apply events: another process has applied some of them meanwhile.");
            }
        }
    }

    /**
     * Notes that nothing is written for an event.
     *
     * @param contact the number of the contact that says the same already; null for none
     * @param reason why it is rejected; null when it is not
     */
    public void leave(long number, int directory, String outcome, @Nullable Long contact, @Nullable Reason reason) {
        leaving(number, reason == null ? State.COMPLETED : State.REJECTED, outcome, directory, contact, reason);
    }

    /** Rejects events that cannot be looked at at all. */
    public void reject(Collection<Long> numbers, Reason reason) {
        numbers.forEach(number -> leaving(number, State.REJECTED, "REJECTED", null, null, reason));
    }

    private void leaving(
            long number,
            State state,
            String outcome,
            @Nullable Integer directory,
            @Nullable Long contact,
            @Nullable Reason reason) {
        jdbc.sql(LEAVE)
                .param("id", number)
                .param("state", state.name())
                .param("outcome", outcome)
                .param("directory", directory)
                .param("contact", contact)
                .param("now", clock.millis())
                .param("code", reason == null ? null : reason.code())
                .param("field", reason == null || reason.field() == null ? null : cut(reason.field(), LONGEST_FIELD))
                .param("reason", reason == null ? null : reason.text())
                .update();
    }

    /** All in one transaction. */
    public void inOne(Runnable work) {
        boolean unused = inTransaction(() -> {
            work.run();
            return true;
        });
    }

    /** Has a rejected event applied again; false when it is not rejected any more. */
    public boolean again(JsonEvent event, Actor actor) {
        return inTransaction(() -> {
            boolean queued = jdbc.sql(AGAIN).param("id", event.number()).update() == 1;
            if (queued) {
                audit.enter(
                        actor, "event.reprocess", new AuditSubject(null, PublicId.RUN, run(event.number())), Map.of());
            }

            return queued;
        });
    }

    /** Forgets events that came before a time; returns how many. */
    public int prune(Instant before) {
        return jdbc.sql(PRUNE)
                .param("before", before.toEpochMilli())
                .param("most", PRUNED_AT_ONCE)
                .update();
    }

    private <T> T inTransaction(Supplier<T> work) {
        return Objects.requireNonNull(whileLocked.call(() -> transactions.execute(ignored -> work.get())));
    }

    private static JsonEvent row(ResultSet row, int index) throws SQLException {
        Long applied = row.getObject("applied_at", Long.class);
        return new JsonEvent(
                row.getLong("id"),
                row.getLong("automation_id"),
                row.getString("event_id"),
                Instant.ofEpochMilli(row.getLong("received_at")),
                new Actor(Actor.Kind.valueOf(row.getString("sender_kind")), row.getString("sender")),
                State.valueOf(row.getString("state")),
                row.getInt("size"),
                row.getString("body"),
                applied == null ? null : Instant.ofEpochMilli(applied),
                row.getString("outcome"),
                row.getObject("directory_id", Integer.class),
                row.getObject("number", Long.class),
                row.getString("reason_code"),
                row.getString("reason_field"),
                row.getString("reason"));
    }
}
