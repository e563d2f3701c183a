package io.muster.intercept;

import io.muster.directory.Actor;
import io.muster.directory.Names;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.segment.Segments;
import io.muster.support.Fold;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Projects and their intercepts. What people set is a draft until it is applied; switches (active, paused) take effect at
 * once. Whoever changes a project or one of its intercepts has the project's row alone meanwhile.
 */
public final class Projects {

    private static final int KEY_BYTES = 32;

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

    private static final String PAUSE_ALL = "UPDATE installation SET intercepts_paused = :paused";

    private static final String ALL_PAUSED = "SELECT intercepts_paused FROM installation";

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

    private static final String FORGET_SEGMENTS = "DELETE FROM intercept_segment WHERE intercept_id = ?";

    private static final String NOTE_SEGMENT = "INSERT INTO intercept_segment (segment_id, intercept_id) VALUES (?, ?)";

    private static final String USERS = """
        SELECT i.name FROM intercept_segment s JOIN intercept i ON i.id = s.intercept_id
        WHERE s.segment_id = ? ORDER BY i.id
        """;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final InstantSource clock;
    private final Ids ids;
    private final ProjectRows rows;
    private final LinkRules links;
    private final Audit audit;
    private final SecureRandom random = new SecureRandom();

    /** The projects in a database. */
    public Projects(
            JdbcClient jdbc, TransactionTemplate transactions, Segments segments, InstantSource clock, Ids ids) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
        this.ids = ids;
        rows = new ProjectRows(jdbc, ids);
        links = new LinkRules(segments, ids);
        audit = new Audit(jdbc, clock);
    }

    /** Creates a project; nothing of it is in force. */
    public Project create(Actor actor, String name, ProjectSettings settings) {
        String checked = Names.checked("Cannot create the project", name, ids);
        links.check(settings, "'" + checked + "'", List.of());
        return within(() -> {
            GeneratedKeyHolder key = new GeneratedKeyHolder();
            named(
                    "Cannot create the project '" + checked + "'",
                    () -> jdbc.sql(CREATE)
                            .param("name", checked)
                            .param("draft", ProjectRows.json(settings))
                            .param("key", key())
                            .param("now", clock.millis())
                            .update(key, "id"));
            Project made = rows.byNumber(number(key)).orElseThrow();
            enter(actor, "project.create", made, Map.of("name", checked));
            return made;
        });
    }

    /** The project of that id or name. */
    public Project find(String idOrName) {
        String text = Fold.trim(idOrName);
        OptionalLong id = ids.read(PublicId.PROJECT, text);
        return (id.isPresent() ? rows.byNumber(id.getAsLong()) : rows.byName(text))
                .orElseThrow(() -> Refusal.notFound(
                        "UNKNOWN_PROJECT",
                        "Cannot use the project '" + idOrName + "': "
                                + Names.unknown("project", PublicId.PROJECT, text, ids)));
    }

    /** The project of that name. */
    public Optional<Project> named(String name) {
        return rows.byName(Fold.trim(name));
    }

    /** The project of an intercept. */
    public Project of(Intercept intercept) {
        return rows.byNumber(intercept.project()).orElseThrow();
    }

    /**
     * Projects by name.
     *
     * @param after the name after which to begin; null for the first page
     */
    public List<Project> page(@Nullable String after, int most) {
        return rows.page(after == null ? "" : after, most);
    }

    /** Changes the draft of a project. */
    public Project change(Actor actor, Project project, UnaryOperator<ProjectSettings> change) {
        return changing(project, current -> {
            ProjectSettings after = change.apply(current.draft());
            if (after.equals(current.draft())) {
                return;
            }

            links.check(after, current.called(), rows.intercepts(current.number()));
            jdbc.sql(DRAFT)
                    .param("draft", ProjectRows.json(after))
                    .param("now", clock.millis())
                    .param("id", current.number())
                    .update();
            enter(actor, "project.update", current, Difference.of(current.draft(), after));
        });
    }

    /** Gives a project another name, at once. */
    public Project rename(Actor actor, Project project, String name) {
        String checked = Names.checked("Cannot rename the project " + project.called(), name, ids);
        return changing(project, current -> {
            if (!checked.equals(current.name())) {
                named(
                        "Cannot rename the project " + current.called(),
                        () -> jdbc.sql(RENAME)
                                .param("name", checked)
                                .param("now", clock.millis())
                                .param("id", current.number())
                                .update());
                enter(actor, "project.rename", current, Map.of("from", current.name(), "to", checked));
            }
        });
    }

    /**
     * Asks for signed references, or does so no longer, once the project is applied.
     *
     * @return the project with the secret; the same one as long as signing is or was to be in force
     */
    public Project sign(Actor actor, Project project, boolean must) {
        return changing(project, current -> {
            ProjectSettings applied = current.applied();
            boolean known = current.draft().signing() || (applied != null && applied.signing());
            if (must && (!known || current.secret() == null)) {
                jdbc.sql(SECRET)
                        .param("secret", key())
                        .param("id", current.number())
                        .update();
            }

            if (must != current.draft().signing()) {
                jdbc.sql(DRAFT)
                        .param("draft", ProjectRows.json(current.draft().signed(must)))
                        .param("now", clock.millis())
                        .param("id", current.number())
                        .update();
                enter(actor, "project.sign", current, Map.of("signing", must ? "on" : "off"));
            }
        });
    }

    /** Puts the draft of a project and those of all its intercepts in force. */
    public Project apply(Actor actor, Project project) {
        return changing(project, current -> {
            List<Intercept> intercepts = rows.intercepts(current.number());
            links.check(current.draft(), current.called(), intercepts);
            applyProject(actor, current);
            intercepts.forEach(intercept -> applyIntercept(actor, intercept));
        });
    }

    /** Switches a project off or on, at once. */
    public Project pause(Actor actor, Project project, boolean paused) {
        return changing(project, current -> {
            if (paused != current.paused()) {
                jdbc.sql(PAUSE)
                        .param("paused", paused)
                        .param("now", clock.millis())
                        .param("id", current.number())
                        .update();
                enter(actor, paused ? "project.pause" : "project.resume", current, Map.of());
            }
        });
    }

    /** Switches all projects off or on, at once and whatever each of them says. */
    public void pauseAll(Actor actor, boolean paused) {
        transactions.executeWithoutResult(status -> {
            if (jdbc.sql(PAUSE_ALL).param("paused", paused).update() > 0) {
                audit.enter(
                        actor, paused ? "intercepts.pause" : "intercepts.resume", AuditSubject.INSTALLATION, Map.of());
            }
        });
    }

    /** Whether all projects are switched off. */
    public boolean areAllPaused() {
        return jdbc.sql(ALL_PAUSED).query(Boolean.class).single();
    }

    /** Creates an intercept; it is inactive and nothing of it is in force. */
    public Intercept create(Actor actor, Project project, String name, InterceptSettings settings) {
        String checked = Names.checked("Cannot create the intercept", name, ids);
        return within(() -> {
            Project current = lock(project);
            long now = clock.millis();
            GeneratedKeyHolder key = new GeneratedKeyHolder();
            named(
                    "Cannot create the intercept '" + checked + "'",
                    () -> jdbc.sql(CREATE_INTERCEPT)
                            .param("project", current.number())
                            .param("name", checked)
                            .param("draft", ProjectRows.json(settings))
                            .param("now", now)
                            .update(key, "id"));
            Intercept made = rows.intercept(number(key)).orElseThrow();
            links.check(current.draft(), current.called(), List.of(made));
            noteSegments(made);
            enter(actor, "intercept.create", made, Map.of("name", checked));
            return made;
        });
    }

    /** The intercept of that id. */
    public Intercept intercept(String id) {
        String text = Fold.trim(id);
        OptionalLong number = ids.read(PublicId.INTERCEPT, text);
        return (number.isPresent() ? rows.intercept(number.getAsLong()) : Optional.<Intercept>empty())
                .orElseThrow(() -> Refusal.notFound(
                        "UNKNOWN_INTERCEPT",
                        "Cannot use the intercept '" + id + "': "
                                + Names.unknown("intercept", PublicId.INTERCEPT, text, ids)));
    }

    /** The intercepts of a project, the oldest first. */
    public List<Intercept> intercepts(Project project) {
        return rows.intercepts(project.number());
    }

    /** Changes the draft of an intercept. */
    public Intercept change(Actor actor, Intercept intercept, UnaryOperator<InterceptSettings> change) {
        return aloneWith(intercept, (project, current) -> {
            InterceptSettings after = change.apply(current.draft());
            if (after.equals(current.draft())) {
                return;
            }

            jdbc.sql(DRAFT_INTERCEPT)
                    .param("draft", ProjectRows.json(after))
                    .param("now", clock.millis())
                    .param("id", current.number())
                    .update();
            Intercept changed = rows.intercept(current.number()).orElseThrow();
            links.check(project.draft(), project.called(), List.of(changed));
            noteSegments(changed);
            enter(actor, "intercept.update", changed, Difference.of(current.draft(), after));
        });
    }

    /** Gives an intercept another name, at once. */
    public Intercept rename(Actor actor, Intercept intercept, String name) {
        String checked = Names.checked("Cannot rename the intercept " + intercept.called(), name, ids);
        return aloneWith(intercept, (project, current) -> {
            if (!checked.equals(current.name())) {
                named(
                        "Cannot rename the intercept " + current.called(),
                        () -> jdbc.sql(RENAME_INTERCEPT)
                                .param("name", checked)
                                .param("now", clock.millis())
                                .param("id", current.number())
                                .update());
                enter(actor, "intercept.rename", current, Map.of("from", current.name(), "to", checked));
            }
        });
    }

    /**
     * Switches an intercept on or off, at once. One that was never applied is applied with that, and its project if need be,
     * since there would be nothing to switch on.
     */
    public Intercept activate(Actor actor, Intercept intercept, boolean active) {
        return aloneWith(intercept, (project, current) -> {
            if (active && current.applied() == null) {
                links.check(project.draft(), project.called(), List.of(current));
                if (project.applied() == null) {
                    applyProject(actor, project);
                }

                applyIntercept(actor, current);
            }

            if (active != current.active()) {
                jdbc.sql(SWITCH)
                        .param("active", active)
                        .param("now", clock.millis())
                        .param("id", current.number())
                        .update();
                move(project);
                enter(actor, active ? "intercept.activate" : "intercept.deactivate", current, Map.of());
            }
        });
    }

    /** Puts the draft of an intercept in force, and that of its project where that was never applied. */
    public Intercept apply(Actor actor, Intercept intercept) {
        return aloneWith(intercept, (project, current) -> {
            links.check(project.draft(), project.called(), List.of(current));
            if (project.applied() == null) {
                applyProject(actor, project);
            } else {
                links.check(project.applied(), project.called(), List.of(current));
                move(project);
            }

            applyIntercept(actor, current);
        });
    }

    /** The projects that are linked to a directory, or will be once they are applied. */
    public List<Project> linkedTo(int directory) {
        return rows.page("", Integer.MAX_VALUE).stream()
                .filter(project -> isLinked(project.draft(), directory) || isLinked(project.applied(), directory))
                .toList();
    }

    private static boolean isLinked(@Nullable ProjectSettings settings, int directory) {
        return settings != null && Objects.equals(settings.directory(), directory);
    }

    /** The numeric ids of the segments that a target names. */
    public Set<Long> segments(InterceptSettings settings) {
        return Targets.segments(settings.target(), ids);
    }

    /** Does something while nobody else changes a project; it is given as it is now. */
    public <T> T alone(Project project, Function<Project, T> work) {
        return within(() -> work.apply(lock(project)));
    }

    /** The names of the intercepts whose targets name a segment. */
    public List<String> usersOf(long segment) {
        return jdbc.sql(USERS).param(segment).query(String.class).list();
    }

    private void applyProject(Actor actor, Project project) {
        jdbc.sql(APPLY)
                .param("now", clock.millis())
                .param("id", project.number())
                .update();
        enter(actor, "project.apply", project, Difference.of(project.applied(), project.draft()));
    }

    private void applyIntercept(Actor actor, Intercept intercept) {
        if (intercept.draft().equals(intercept.applied())) {
            return;
        }

        jdbc.sql(APPLY_INTERCEPT).param("id", intercept.number()).update();
        noteSegments(rows.intercept(intercept.number()).orElseThrow());
        enter(actor, "intercept.apply", intercept, Difference.of(intercept.applied(), intercept.draft()));
    }

    private void move(Project project) {
        jdbc.sql(MOVE)
                .param("now", clock.millis())
                .param("id", project.number())
                .update();
    }

    private void noteSegments(Intercept intercept) {
        Set<Long> segments = new TreeSet<>(Targets.segments(intercept.draft().target(), ids));
        InterceptSettings applied = intercept.applied();
        if (applied != null) {
            segments.addAll(Targets.segments(applied.target(), ids));
        }

        jdbc.sql(FORGET_SEGMENTS).param(intercept.number()).update();
        segments.forEach(segment ->
                jdbc.sql(NOTE_SEGMENT).params(segment, intercept.number()).update());
    }

    private Project changing(Project project, Consumer<Project> work) {
        return within(() -> {
            work.accept(lock(project));
            return rows.byNumber(project.number()).orElseThrow();
        });
    }

    private Intercept aloneWith(Intercept intercept, BiConsumer<Project, Intercept> work) {
        return within(() -> {
            Project project = rows.alone(intercept.project()).orElseThrow();
            work.accept(project, rows.intercept(intercept.number()).orElseThrow());
            return rows.intercept(intercept.number()).orElseThrow();
        });
    }

    private Project lock(Project project) {
        return rows.alone(project.number()).orElseThrow();
    }

    private <T> T within(Supplier<T> work) {
        return Objects.requireNonNull(transactions.execute(status -> work.get()));
    }

    private static void named(String doing, Runnable write) {
        try {
            write.run();
        } catch (DuplicateKeyException e) {
            throw Refusal.conflict("NAME_TAKEN", doing + ": there is one of that name. Choose another name.")
                    .causedBy(e);
        }
    }

    private String key() {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static long number(GeneratedKeyHolder key) {
        return Objects.requireNonNull(key.getKey()).longValue();
    }

    private void enter(Actor actor, String action, Project project, Map<String, ?> detail) {
        audit.enter(
                actor,
                action,
                new AuditSubject(project.draft().directory(), PublicId.PROJECT, project.number()),
                detail);
    }

    private void enter(Actor actor, String action, Project project, Collection<Difference> changes) {
        enter(actor, action, project, keys(changes));
    }

    private void enter(Actor actor, String action, Intercept intercept, Map<String, ?> detail) {
        audit.enter(actor, action, new AuditSubject(null, PublicId.INTERCEPT, intercept.number()), detail);
    }

    private void enter(Actor actor, String action, Intercept intercept, Collection<Difference> changes) {
        enter(actor, action, intercept, keys(changes));
    }

    private static Map<String, Object> keys(Collection<Difference> changes) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("changed", changes.stream().map(Difference::key).toList());
        return keys;
    }
}
