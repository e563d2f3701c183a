package io.muster.intercept;

import io.muster.support.Refusal;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/** Writes rows of {@code project} and {@code intercept}, within the transaction of the caller, who has the project's row alone. */
final class ProjectWriting {

    private static final String CREATE = """
        INSERT INTO project (name, draft, debug_key, created_at, modified_at)
        VALUES (:name, :draft, :key, :now, :now)
        """;

    private static final String RENAME = "UPDATE project SET name = :name, modified_at = :now WHERE id = :id";

    private static final String DRAFT = "UPDATE project SET draft = :draft, modified_at = :now WHERE id = :id";

    private static final String SECRET = "UPDATE project SET signing_secret = :secret WHERE id = :id";

    private static final String APPLY =
            "UPDATE project SET applied = draft, version = version + 1, applied_at = :now WHERE id = :id";

    private static final String PAUSE =
            "UPDATE project SET paused = :paused, version = version + 1, modified_at = :now WHERE id = :id";

    private static final String MOVE = "UPDATE project SET version = version + 1, modified_at = :now WHERE id = :id";

    private static final String DELETE = "DELETE FROM project WHERE id = :id";

    private static final String CREATE_INTERCEPT = """
        INSERT INTO intercept (project_id, name, draft, created_at, modified_at)
        VALUES (:project, :name, :draft, :now, :now)
        """;

    private static final String RENAME_INTERCEPT =
            "UPDATE intercept SET name = :name, modified_at = :now WHERE id = :id";

    private static final String DRAFT_INTERCEPT =
            "UPDATE intercept SET draft = :draft, modified_at = :now WHERE id = :id";

    private static final String APPLY_INTERCEPT = "UPDATE intercept SET applied = draft WHERE id = :id";

    private static final String SWITCH = "UPDATE intercept SET active = :active, modified_at = :now WHERE id = :id";

    private static final String DELETE_INTERCEPT = "DELETE FROM intercept WHERE id = :id";

    private static final String FORGET_SEGMENTS = "DELETE FROM intercept_segment WHERE intercept_id = ?";

    private static final String NOTE_SEGMENT = "INSERT INTO intercept_segment (segment_id, intercept_id) VALUES (?, ?)";

    private final JdbcClient jdbc;
    private final InstantSource clock;

    ProjectWriting(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    long create(String name, ProjectSettings draft, String key) {
        GeneratedKeyHolder id = new GeneratedKeyHolder();
        named(
                "Cannot create the project '" + name + "'",
                () -> jdbc.sql(CREATE)
                        .param("name", name)
                        .param("draft", ProjectRows.json(draft))
                        .param("key", key)
                        .param("now", clock.millis())
                        .update(id, "id"));
        return number(id);
    }

    void rename(Project project, String name) {
        named(
                "Cannot rename the project " + project.called(),
                () -> jdbc.sql(RENAME)
                        .param("name", name)
                        .param("now", clock.millis())
                        .param("id", project.number())
                        .update());
    }

    void draft(Project project, ProjectSettings draft) {
        jdbc.sql(DRAFT)
                .param("draft", ProjectRows.json(draft))
                .param("now", clock.millis())
                .param("id", project.number())
                .update();
    }

    void secret(Project project, String secret) {
        jdbc.sql(SECRET).param("secret", secret).param("id", project.number()).update();
    }

    void apply(Project project) {
        moved(APPLY, project.number());
    }

    void pause(Project project, boolean paused) {
        jdbc.sql(PAUSE)
                .param("paused", paused)
                .param("now", clock.millis())
                .param("id", project.number())
                .update();
    }

    /** What is in force of a project has changed. */
    void move(Project project) {
        moved(MOVE, project.number());
    }

    private void moved(String sql, long project) {
        jdbc.sql(sql).param("now", clock.millis()).param("id", project).update();
    }

    void delete(Project project) {
        jdbc.sql(DELETE).param("id", project.number()).update();
    }

    long create(Project project, String name, InterceptSettings draft) {
        GeneratedKeyHolder id = new GeneratedKeyHolder();
        named(
                "Cannot create the intercept '" + name + "'",
                () -> jdbc.sql(CREATE_INTERCEPT)
                        .param("project", project.number())
                        .param("name", name)
                        .param("draft", ProjectRows.json(draft))
                        .param("now", clock.millis())
                        .update(id, "id"));
        return number(id);
    }

    void rename(Intercept intercept, String name) {
        named(
                "Cannot rename the intercept " + intercept.called(),
                () -> jdbc.sql(RENAME_INTERCEPT)
                        .param("name", name)
                        .param("now", clock.millis())
                        .param("id", intercept.number())
                        .update());
    }

    void draft(Intercept intercept, InterceptSettings draft) {
        jdbc.sql(DRAFT_INTERCEPT)
                .param("draft", ProjectRows.json(draft))
                .param("now", clock.millis())
                .param("id", intercept.number())
                .update();
    }

    void apply(Intercept intercept) {
        jdbc.sql(APPLY_INTERCEPT).param("id", intercept.number()).update();
    }

    void activate(Intercept intercept, boolean active) {
        jdbc.sql(SWITCH)
                .param("active", active)
                .param("now", clock.millis())
                .param("id", intercept.number())
                .update();
    }

    void delete(Intercept intercept) {
        noteSegments(intercept.number(), Set.of());
        jdbc.sql(DELETE_INTERCEPT).param("id", intercept.number()).update();
    }

    /** The segments that the targets of an intercept name now. */
    void noteSegments(long intercept, Set<Long> segments) {
        jdbc.sql(FORGET_SEGMENTS).param(intercept).update();
        try {
            segments.forEach(
                    segment -> jdbc.sql(NOTE_SEGMENT).params(segment, intercept).update());
        } catch (DataIntegrityViolationException e) {
            throw Refusal.conflict(
                            "UNKNOWN_SEGMENT",
                            "Cannot set the target: a segment that it names has been deleted meanwhile. Name another"
                                    + " segment.")
                    .causedBy(e);
        }
    }

    private static void named(String doing, Runnable write) {
        try {
            write.run();
        } catch (DuplicateKeyException e) {
            throw Refusal.conflict("NAME_TAKEN", doing + ": there is one of that name. Choose another name.")
                    .causedBy(e);
        }
    }

    private static long number(GeneratedKeyHolder key) {
        return Objects.requireNonNull(key.getKey()).longValue();
    }
}
