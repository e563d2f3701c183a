package io.muster.directory.store;

import io.muster.directory.SurveyResponse;
import io.muster.directory.store.Timeline.Keyed;
import io.muster.directory.store.Timeline.Place;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** The responses of projects and of contacts, to be read. */
public final class Responses {

    private static final int AT_ONCE = 1_000;

    private static final String OF = """
        SELECT id, response_id, project_id, intercept_id, directory_id, number, survey, happened_at, verified, answers,
          embedded
        FROM response
        """;

    private static final String OF_CONTACT = OF + """
        WHERE directory_id = :directory AND number = :number
          AND (happened_at < :at OR (happened_at = :at AND id > :id))
        ORDER BY happened_at DESC, id
        LIMIT :most
        """;

    private static final String OF_PROJECT = OF + """
        WHERE project_id = :project AND happened_at >= :from AND happened_at < :to
        """;

    private static final String OF_INTERCEPT = " AND intercept_id = :intercept";
    private static final String OF_DIRECTORY = " AND directory_id = :directory";
    private static final String BEFORE = " AND happened_at <= :at AND (happened_at < :at OR id < :id)";
    private static final String NEWEST_FIRST = " ORDER BY happened_at DESC, id DESC LIMIT :most";
    private static final String OLDEST_FIRST = " ORDER BY happened_at, id";

    private static final String ONE = OF + "WHERE project_id = :project AND response_id = :id";

    private static final String ANY = "SELECT 1 FROM response WHERE project_id = :project LIMIT 1";

    private final JdbcClient jdbc;

    /**
     * Which responses of a project.
     *
     * @param intercept only those of the intercept of that number; null for all
     * @param from the first moment, epoch milliseconds
     * @param to the first moment after it
     * @param members only those of these contacts; null for all
     */
    public record Filter(
            long project,
            @Nullable Long intercept,
            long from,
            long to,
            @Nullable Members members) {

        private String condition() {
            return OF_PROJECT + (intercept == null ? "" : OF_INTERCEPT) + (members == null ? "" : OF_DIRECTORY);
        }

        private StatementSpec bind(StatementSpec statement) {
            StatementSpec bound =
                    statement.param("project", project).param("from", from).param("to", to);
            if (intercept != null) {
                bound = bound.param("intercept", intercept);
            }

            return members == null ? bound : bound.param("directory", members.directory());
        }

        private boolean takes(SurveyResponse response) {
            Long contact = response.contact();
            return members == null || (contact != null && members.numbers().test(contact));
        }
    }

    /** Contacts of a directory. */
    public record Members(int directory, LongPredicate numbers) {}

    /** @param jdbc the store of record */
    public Responses(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Those of a contact from a place on, the newest first, {@code most} at most. */
    public List<Keyed<SurveyResponse>> of(int directory, long contact, Place from, int most) {
        return jdbc
                .sql(OF_CONTACT)
                .param("directory", directory)
                .param("number", contact)
                .param("at", from.at())
                .param("id", from.key().isEmpty() ? 0 : Long.parseLong(from.key(), 16))
                .param("most", most)
                .query((row, index) -> response(row))
                .list()
                .stream()
                .map(response -> new Keyed<>("%016X".formatted(response.number()), contact, response))
                .toList();
    }

    /** The response of a project that has that id. */
    public Optional<SurveyResponse> find(long project, String id) {
        return jdbc.sql(ONE)
                .param("project", project)
                .param("id", id)
                .query((row, index) -> response(row))
                .optional();
    }

    /** Whether a project has any, be it deleted or not. */
    public boolean has(long project) {
        return jdbc.sql(ANY)
                .param("project", project)
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    /**
     * Those of a project, the newest first.
     *
     * @param after the one after which to begin; null for the newest
     * @param most how many at most
     */
    public List<SurveyResponse> page(Filter filter, @Nullable SurveyResponse after, int most) {
        List<SurveyResponse> page = new ArrayList<>();
        int atOnce = filter.members() == null ? most : Math.max(most, AT_ONCE);
        SurveyResponse last = after;
        boolean more = true;
        while (more && page.size() < most) {
            List<SurveyResponse> read = read(filter, last, atOnce);
            read.stream().filter(filter::takes).limit(most - page.size()).forEach(page::add);
            more = read.size() == atOnce;
            last = read.isEmpty() ? last : read.getLast();
        }

        return page;
    }

    private List<SurveyResponse> read(Filter filter, @Nullable SurveyResponse after, int most) {
        String sql = filter.condition() + (after == null ? "" : BEFORE) + NEWEST_FIRST;
        StatementSpec statement = filter.bind(jdbc.sql(sql)).param("most", most);
        if (after != null) {
            statement = statement.param("at", after.happenedAt()).param("id", after.number());
        }

        return statement.query((row, index) -> response(row)).list();
    }

    /** Hands out those of a project, the oldest first, as they are at one moment. Memory does not grow with their number. */
    void each(Filter filter, Consumer<SurveyResponse> sink) {
        filter.bind(jdbc.sql(filter.condition() + OLDEST_FIRST))
                // MySQL's driver then hands out rows one by one instead of keeping the whole result.
                .withFetchSize(Integer.MIN_VALUE)
                .query(row -> {
                    SurveyResponse response = response(row);
                    if (filter.takes(response)) {
                        sink.accept(response);
                    }
                });
    }

    private static SurveyResponse response(ResultSet row) throws SQLException {
        return new SurveyResponse(
                row.getLong(1),
                row.getString(2),
                row.getLong(3),
                row.getLong(4),
                row.getObject(5, Integer.class),
                row.getObject(6, Long.class),
                row.getString(7),
                row.getLong(8),
                row.getInt(9) != 0,
                row.getString(10),
                row.getString(11));
    }
}
