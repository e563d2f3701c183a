package io.muster.intercept;

import io.muster.dedup.IdentityRules;
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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Projects and their intercepts. What people set is a draft until it is applied; switches (active, paused) take effect at
 * once. Whoever changes a project or one of its intercepts has the project's row alone meanwhile.
 */
public final class Projects {

    private static final int KEY_BYTES = 32;

    private static final String PAUSE_ALL = "UPDATE installation SET intercepts_paused = :paused";

    private static final String ALL_PAUSED = "SELECT intercepts_paused FROM installation";

    private static final String USERS = """
        SELECT i.name FROM intercept_segment s JOIN intercept i ON i.id = s.intercept_id
        WHERE s.segment_id = ? ORDER BY i.id
        """;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Ids ids;
    private final ProjectRows rows;
    private final ProjectWriting writing;
    private final LinkRules links;
    private final Audit audit;
    private final SecureRandom random = new SecureRandom();

    /** The projects in a database. */
    public Projects(
            JdbcClient jdbc,
            TransactionTemplate transactions,
            IdentityRules rules,
            Segments segments,
            InstantSource clock,
            Ids ids) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.ids = ids;
        rows = new ProjectRows(jdbc, ids);
        writing = new ProjectWriting(jdbc, clock);
        links = new LinkRules(rules, segments, ids);
        audit = new Audit(jdbc, clock);
    }

    /** Creates a project; nothing of it is in force. */
    public Project create(Actor actor, String name, ProjectSettings settings) {
        String checked = Names.checked("Cannot create the project", name, ids);
        links.checkLink(settings.directory(), "'" + checked + "'");
        links.checkDrafts(settings, "'" + checked + "'", List.of());
        return within(() -> {
            Project made =
                    rows.byNumber(writing.create(checked, settings, key())).orElseThrow();
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
            if (!after.equals(current.draft())) {
                draft(actor, current, after);
                links.checkDrafts(after, current.called(), rows.intercepts(current.number()));
            }
        });
    }

    /**
     * The draft of an intercept that is known, or of a new one.
     *
     * @param known null for a new one
     * @param name of a new one
     */
    public record Draft(@Nullable Intercept known, String name, InterceptSettings settings) {}

    /**
     * Sets the drafts of a project and of intercepts together; what counts is whether they fit together in the end.
     *
     * @return the intercepts as they are then
     */
    public List<Intercept> set(Actor actor, Project project, ProjectSettings settings, List<Draft> drafts) {
        return within(() -> {
            Project current = lock(project);
            if (!settings.equals(current.draft())) {
                draft(actor, current, settings);
            }

            List<Intercept> set =
                    drafts.stream().map(draft -> set(actor, current, draft)).toList();
            links.checkDrafts(settings, current.called(), rows.intercepts(current.number()));
            set.forEach(this::noteSegments);
            return set;
        });
    }

    private Intercept set(Actor actor, Project project, Draft draft) {
        Intercept known = draft.known();
        if (known == null) {
            return make(
                    actor, project, Names.checked("Cannot create the intercept", draft.name(), ids), draft.settings());
        }

        Intercept current = rows.intercept(known.number()).orElseThrow();
        return draft.settings().equals(current.draft()) ? current : draft(actor, current, draft.settings());
    }

    private void draft(Actor actor, Project project, ProjectSettings after) {
        if (!Objects.equals(after.directory(), project.draft().directory())) {
            links.checkLink(after.directory(), project.called());
        }

        writing.draft(project, after);
        enter(actor, "project.update", project, Difference.of(project.draft(), after));
    }

    private Intercept draft(Actor actor, Intercept intercept, InterceptSettings after) {
        writing.draft(intercept, after);
        Intercept changed = rows.intercept(intercept.number()).orElseThrow();
        enter(actor, "intercept.update", changed, Difference.of(intercept.draft(), after));
        return changed;
    }

    private Intercept make(Actor actor, Project project, String name, InterceptSettings settings) {
        Intercept made = rows.intercept(writing.create(project, name, settings)).orElseThrow();
        enter(actor, "intercept.create", made, Map.of("name", name));
        return made;
    }

    /** Gives a project another name, at once. */
    public Project rename(Actor actor, Project project, String name) {
        String checked = Names.checked("Cannot rename the project " + project.called(), name, ids);
        return changing(project, current -> {
            if (!checked.equals(current.name())) {
                writing.rename(current, checked);
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
                writing.secret(current, key());
            }

            if (must != current.draft().signing()) {
                writing.draft(current, current.draft().signed(must));
                enter(actor, "project.sign", current, Map.of("signing", must ? "on" : "off"));
            }
        });
    }

    /** Puts the draft of a project and those of all its intercepts in force. */
    public Project apply(Actor actor, Project project) {
        return changing(
                project, current -> putInForce(actor, current, Scope.PROJECT, rows.intercepts(current.number())));
    }

    /** Switches a project off or on, at once. */
    public Project pause(Actor actor, Project project, boolean paused) {
        return changing(project, current -> {
            if (paused != current.paused()) {
                writing.pause(current, paused);
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
            Intercept made = make(actor, current, checked, settings);
            links.checkDrafts(current.draft(), current.called(), List.of(made));
            noteSegments(made);
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

            Intercept changed = draft(actor, current, after);
            links.checkDrafts(project.draft(), project.called(), List.of(changed));
            noteSegments(changed);
        });
    }

    /** Gives an intercept another name, at once. */
    public Intercept rename(Actor actor, Intercept intercept, String name) {
        String checked = Names.checked("Cannot rename the intercept " + intercept.called(), name, ids);
        return aloneWith(intercept, (project, current) -> {
            if (!checked.equals(current.name())) {
                writing.rename(current, checked);
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
                putInForce(actor, project, Scope.INTERCEPTS, List.of(current));
            }

            if (active != current.active()) {
                writing.activate(current, active);
                writing.move(project);
                enter(actor, active ? "intercept.activate" : "intercept.deactivate", current, Map.of());
            }
        });
    }

    /** Puts the draft of an intercept in force, and that of its project where that was never applied. */
    public Intercept apply(Actor actor, Intercept intercept) {
        return aloneWith(
                intercept, (project, current) -> putInForce(actor, project, Scope.INTERCEPTS, List.of(current)));
    }

    /** What is put in force. */
    private enum Scope {
        /** A project with intercepts. */
        PROJECT,
        /** Intercepts alone, with their project where that was never applied. */
        INTERCEPTS
    }

    /** Puts drafts in force: the only place where that happens. */
    private void putInForce(Actor actor, Project project, Scope scope, List<Intercept> intercepts) {
        ProjectSettings applied = project.applied();
        if (scope == Scope.INTERCEPTS && applied != null) {
            links.checkInForce(applied, project.called(), intercepts);
            writing.move(project);
        } else {
            links.checkInForce(project.draft(), project.called(), intercepts);
            writing.apply(project);
            enter(actor, "project.apply", project, Difference.of(applied, project.draft()));
        }

        for (Intercept intercept : intercepts) {
            if (!intercept.draft().equals(intercept.applied())) {
                writing.apply(intercept);
                noteSegments(rows.intercept(intercept.number()).orElseThrow());
                enter(actor, "intercept.apply", intercept, Difference.of(intercept.applied(), intercept.draft()));
            }
        }
    }

    /** Refuses to take away what is active. */
    public void checkDeletable(Intercept intercept) {
        if (intercept.active()) {
            throw Refusal.conflict(
                    "INTERCEPT_ACTIVE",
                    "Cannot delete the intercept " + intercept.called() + ": it is active. Deactivate it first.");
        }
    }

    /** Refuses to take away a project with an intercept that is active. */
    public void checkDeletable(Project project) {
        String active = rows.intercepts(project.number()).stream()
                .filter(Intercept::active)
                .map(Intercept::called)
                .collect(Collectors.joining(", "));
        if (!active.isEmpty()) {
            throw Refusal.conflict(
                    "INTERCEPT_ACTIVE",
                    "Cannot delete the project %s: it has active intercepts: %s. Deactivate them first."
                            .formatted(project.called(), active));
        }
    }

    /** Deletes an intercept that is not active. */
    public void delete(Actor actor, Intercept intercept) {
        within(() -> {
            Project project = rows.alone(intercept.project()).orElseThrow();
            Intercept current = rows.intercept(intercept.number()).orElseThrow();
            checkDeletable(current);
            writing.delete(current);
            writing.move(project);
            enter(actor, "intercept.delete", current, Map.of("name", current.name()));
            return current;
        });
    }

    /**
     * Deletes a project whose intercepts are not active, with them.
     *
     * @param withdrawal what has to be done before; when it fails, nothing is deleted
     */
    public void delete(Actor actor, Project project, Consumer<Project> withdrawal) {
        within(() -> {
            Project current = lock(project);
            checkDeletable(current);
            rows.intercepts(current.number()).forEach(writing::delete);
            writing.delete(current);
            enter(actor, "project.delete", current, Map.of("name", current.name()));
            withdrawal.accept(current);
            return current;
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

    /** Once it is known that the segments of its target are there. */
    private void noteSegments(Intercept intercept) {
        Set<Long> segments = new TreeSet<>(Targets.segments(intercept.draft().target(), ids));
        InterceptSettings applied = intercept.applied();
        if (applied != null) {
            segments.addAll(Targets.segments(applied.target(), ids));
        }

        writing.noteSegments(intercept.number(), segments);
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

    private String key() {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
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
