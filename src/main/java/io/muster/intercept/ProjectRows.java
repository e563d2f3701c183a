package io.muster.intercept;

import io.muster.database.PageReads;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Reads rows of {@code project} and {@code intercept}, within the current transaction where there is one. */
final class ProjectRows {

    private static final String PROJECT = """
        SELECT id, name, draft, applied, version, applied_at, paused, signing_secret, debug_key, created_at, modified_at
        FROM project
        """;

    private static final String PROJECT_BY_ID = PROJECT + "WHERE id = ?";

    private static final String PROJECT_ALONE = PROJECT_BY_ID + " FOR UPDATE";

    private static final String PROJECT_BY_NAME = PROJECT + "WHERE name = ?";

    private static final String PROJECTS = PROJECT + "WHERE name > ? ORDER BY name LIMIT ?";

    private static final String INTERCEPT =
            "SELECT id, project_id, name, draft, applied, active, created_at, modified_at FROM intercept ";

    private static final String INTERCEPT_BY_ID = INTERCEPT + "WHERE id = ?";

    private static final String OF_PROJECT = INTERCEPT + "WHERE project_id = ? ORDER BY created_at, id";

    private final JdbcClient jdbc;
    private final Ids ids;
    private final PageReads reads;

    private record ByNumber(long number) {}

    private record Of(long project) {}

    ProjectRows(JdbcClient jdbc, Ids ids) {
        this.jdbc = jdbc;
        this.ids = ids;
        this.reads = PageReads.of(jdbc);
    }

    Optional<Project> byNumber(long number) {
        return reads.once(
                new ByNumber(number),
                () -> jdbc.sql(PROJECT_BY_ID)
                        .param(number)
                        .query(this::projectOf)
                        .optional());
    }

    /** The project, which nobody else changes until the transaction ends. */
    Optional<Project> alone(long number) {
        return jdbc.sql(PROJECT_ALONE).param(number).query(this::projectOf).optional();
    }

    Optional<Project> byName(String name) {
        return jdbc.sql(PROJECT_BY_NAME).param(name).query(this::projectOf).optional();
    }

    List<Project> page(String after, int most) {
        return jdbc.sql(PROJECTS).params(after, most).query(this::projectOf).list();
    }

    Optional<Intercept> intercept(long number) {
        return jdbc.sql(INTERCEPT_BY_ID).param(number).query(this::interceptOf).optional();
    }

    /** The oldest first. */
    List<Intercept> intercepts(long project) {
        return reads.once(
                new Of(project),
                () -> jdbc.sql(OF_PROJECT)
                        .param(project)
                        .query(this::interceptOf)
                        .list());
    }

    static String json(Object settings) {
        return JsonMapper.shared().writeValueAsString(settings);
    }

    private Project projectOf(ResultSet row, int index) throws SQLException {
        long number = row.getLong("id");
        return new Project(
                number,
                ids.of(PublicId.PROJECT, number),
                row.getString("name"),
                read(row.getString("draft"), ProjectSettings.class),
                readOptional(row.getString("applied"), ProjectSettings.class),
                row.getInt("version"),
                row.getObject("applied_at", Long.class),
                row.getBoolean("paused"),
                row.getString("signing_secret"),
                row.getString("debug_key"),
                row.getLong("created_at"),
                row.getLong("modified_at"));
    }

    private Intercept interceptOf(ResultSet row, int index) throws SQLException {
        long number = row.getLong("id");
        return new Intercept(
                number,
                ids.of(PublicId.INTERCEPT, number),
                row.getLong("project_id"),
                row.getString("name"),
                read(row.getString("draft"), InterceptSettings.class),
                readOptional(row.getString("applied"), InterceptSettings.class),
                row.getBoolean("active"),
                row.getLong("created_at"),
                row.getLong("modified_at"));
    }

    private static <T> T read(String json, Class<T> type) {
        return JsonMapper.shared().readValue(json, type);
    }

    private static <T> @Nullable T readOptional(@Nullable String json, Class<T> type) {
        return json == null ? null : read(json, type);
    }
}
