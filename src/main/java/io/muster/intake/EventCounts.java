package io.muster.intake;

import java.sql.Date;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How many events came of each intercept on each day, and what happened to them. An event that is sent again is counted
 * again, as one that was repeated where that is known.
 */
public final class EventCounts {

    private static final String ADD = """
        INSERT INTO event_count (project_id, intercept_id, day, kind, outcome, events)
        VALUES (?, ?, ?, ?, ?, ?)
        ON DUPLICATE KEY UPDATE events = events + ?
        """;

    private static final String OF_PROJECT = """
        SELECT intercept_id, day, kind, outcome, events FROM event_count
        WHERE project_id = ? AND day >= ?
        ORDER BY day DESC, intercept_id, kind, outcome
        """;

    private static final String FORGET = "DELETE FROM event_count WHERE day < ? LIMIT 10000";

    private static final String FORGET_SPOOLS = "DELETE FROM event_spool WHERE moved_at < ? LIMIT 10000";

    private static final Comparator<Row> ORDER = Comparator.comparingLong(Row::project)
            .thenComparingLong(Row::intercept)
            .thenComparing(Row::day)
            .thenComparing(Row::kind)
            .thenComparing(Row::outcome);

    private final JdbcClient jdbc;

    private record Row(long project, long intercept, LocalDate day, String kind, String outcome) {}

    /**
     * How many events of a kind had an outcome.
     *
     * @param intercept its number; it may be deleted since
     * @param day of the events, in UTC
     */
    public record Counted(long intercept, LocalDate day, String kind, String outcome, long events) {}

    /** Those in a database. */
    public EventCounts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Adds events with what came of them, in the caller's transaction; rows are locked in the order of their keys. */
    void add(List<AcceptedEvent> events, List<EventOutcome> outcomes) {
        Map<Row, Integer> rows = new TreeMap<>(ORDER);
        for (int i = 0; i < events.size(); i++) {
            AcceptedEvent event = events.get(i);
            AcceptedEvent.Count count = event.count();
            if (count != null) {
                LocalDate day = Instant.ofEpochMilli(event.at())
                        .atOffset(ZoneOffset.UTC)
                        .toLocalDate();
                rows.merge(
                        new Row(
                                count.project(),
                                count.intercept(),
                                day,
                                event.word(),
                                outcomes.get(i).word()),
                        1,
                        Integer::sum);
            }
        }

        rows.forEach(this::add);
    }

    private void add(Row row, int events) {
        List<Object> values = new ArrayList<>(
                List.of(row.project(), row.intercept(), Date.valueOf(row.day()), row.kind(), row.outcome()));
        values.add(events);
        values.add(events);
        jdbc.sql(ADD).params(values).update();
    }

    /** Those of a project from a day on, the newest day first. */
    public List<Counted> of(long project, LocalDate from) {
        return jdbc.sql(OF_PROJECT)
                .params(project, Date.valueOf(from))
                .query((row, index) -> new Counted(
                        row.getLong("intercept_id"),
                        row.getDate("day").toLocalDate(),
                        row.getString("kind"),
                        row.getString("outcome"),
                        row.getLong("events")))
                .list();
    }

    /** Forgets days before that moment, and files of the spool that were replayed before it; how many rows. */
    public int forget(Instant before) {
        LocalDate day = before.atOffset(ZoneOffset.UTC).toLocalDate();
        return jdbc.sql(FORGET).param(Date.valueOf(day)).update()
                + jdbc.sql(FORGET_SPOOLS).param(before.toEpochMilli()).update();
    }
}
