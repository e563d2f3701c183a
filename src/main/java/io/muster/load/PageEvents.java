package io.muster.load;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** What came from the pages of a project in a span of time: touchpoints and responses, to be counted and removed. */
public final class PageEvents {

    /** What happened or came in the span: a page may say any time, but not when it is heard. */
    private static final String IN_SPAN = """
         AND ((happened_at >= :from AND happened_at < :to) OR (recorded_at >= :from AND recorded_at < :to))
        """;

    private static final String DIRECTORIES =
            "SELECT directory_id FROM event_source WHERE source = '%s' ORDER BY directory_id"
                    .formatted(EventSources.PAGES);

    private static final String TOUCHPOINTS = """
        FROM touchpoint
        WHERE directory_id = :directory AND source = '%s' AND project = :project
        """.formatted(EventSources.PAGES) + IN_SPAN;

    private static final String COUNT_TOUCHPOINTS = """
        SELECT COALESCE(SUM(kind = 'shown'), 0), COALESCE(SUM(kind <> 'shown'), 0), COUNT(DISTINCT number)
        """ + TOUCHPOINTS;

    private static final String NEXT_CONTACTS = "SELECT DISTINCT number " + TOUCHPOINTS + " AND number > :after";

    private static final String OF_CONTACTS =
            "SELECT touchpoint_key, kind = 'shown' " + TOUCHPOINTS + " AND number IN (:numbers)";

    private static final String RESPONSES = "FROM response WHERE project_id = :project" + IN_SPAN;

    private static final String COUNT_RESPONSES = "SELECT COUNT(*) " + RESPONSES;

    private static final String NEXT_RESPONSES = "SELECT id, directory_id, number " + RESPONSES;

    private static final String REMOVE_RESPONSES = "DELETE FROM response WHERE id IN (:ids)";

    private final JdbcClient jdbc;

    /**
     * Which of them.
     *
     * @param project the public id of the project
     * @param intercept the public id of the intercept; null for all of the project
     * @param from the first moment, epoch milliseconds
     * @param to the first moment after it
     */
    public record Touchpoints(String project, @Nullable String intercept, long from, long to) {}

    /**
     * Which responses.
     *
     * @param project the number of the project
     * @param intercept the number of the intercept; null for all of the project
     * @param verified whether verified ones as well
     */
    public record Responses(long project, @Nullable Long intercept, long from, long to, boolean verified) {}

    /** How many touchpoints, of how many contacts. */
    public record Counts(long displays, long clicks, long contacts) {

        /** Nothing. */
        public static final Counts NONE = new Counts(0, 0, 0);

        /** Both together. */
        public Counts plus(Counts other) {
            return new Counts(displays + other.displays, clicks + other.clicks, contacts + other.contacts);
        }
    }

    /** The key of a touchpoint, and whether it is a display. */
    public record Found(EventKey key, boolean display) {}

    /** A response, with its contact where it has one. */
    public record FoundResponse(
            long id, @Nullable Integer directory, @Nullable Long contact) {}

    /** @param jdbc the store of record */
    public PageEvents(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The directories that have, or had, touchpoints from pages. */
    public List<Integer> directories() {
        return jdbc.sql(DIRECTORIES).query(Integer.class).list();
    }

    /** How many touchpoints a directory has of them. */
    public Counts count(int directory, Touchpoints which) {
        return bind(COUNT_TOUCHPOINTS, "", directory, which)
                .query((row, index) -> new Counts(row.getLong(1), row.getLong(2), row.getLong(3)))
                .single();
    }

    /** The next contacts that have some, in the order of their numbers. */
    public List<Long> contacts(int directory, Touchpoints which, long after, int most) {
        return bind(NEXT_CONTACTS, " ORDER BY number LIMIT :most", directory, which)
                .param("after", after)
                .param("most", most)
                .query(Long.class)
                .list();
    }

    /** Those of some contacts. */
    public List<Found> of(int directory, Touchpoints which, List<Long> numbers) {
        return bind(OF_CONTACTS, "", directory, which)
                .param("numbers", numbers)
                .query((row, index) -> new Found(EventKey.of(row.getBytes(1)), row.getInt(2) != 0))
                .list();
    }

    private StatementSpec bind(String sql, String end, int directory, Touchpoints which) {
        String intercept = which.intercept();
        StatementSpec statement = jdbc.sql(sql + (intercept == null ? "" : " AND intercept = :intercept") + end)
                .param("directory", directory)
                .param("project", which.project())
                .param("from", which.from())
                .param("to", which.to());
        return intercept == null ? statement : statement.param("intercept", intercept);
    }

    /** How many responses there are of them. */
    public long count(Responses which) {
        return bind(COUNT_RESPONSES, "", which).query(Long.class).single();
    }

    /** Some of them. */
    public List<FoundResponse> next(Responses which, int most) {
        return bind(NEXT_RESPONSES, " LIMIT :most", which)
                .param("most", most)
                .query((row, index) -> new FoundResponse(
                        row.getLong(1), row.getObject(2, Integer.class), row.getObject(3, Long.class)))
                .list();
    }

    /** Removes responses; how many were there still. */
    public int remove(List<FoundResponse> some) {
        return jdbc.sql(REMOVE_RESPONSES)
                .param("ids", some.stream().map(FoundResponse::id).sorted().toList())
                .update();
    }

    private StatementSpec bind(String sql, String end, Responses which) {
        Long intercept = which.intercept();
        StatementSpec statement = jdbc.sql(sql
                        + (intercept == null ? "" : " AND intercept_id = :intercept")
                        + (which.verified() ? "" : " AND verified = 0")
                        + end)
                .param("project", which.project())
                .param("from", which.from())
                .param("to", which.to());
        return intercept == null ? statement : statement.param("intercept", intercept);
    }
}
