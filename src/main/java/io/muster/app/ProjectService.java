package io.muster.app;

import io.muster.app.ProjectView.Script;
import io.muster.directory.Actor;
import io.muster.directory.store.Directories;
import io.muster.intercept.Intercept;
import io.muster.intercept.InterceptSettings;
import io.muster.intercept.Project;
import io.muster.intercept.ProjectSettings;
import io.muster.intercept.Projects;
import io.muster.intercept.Projects.Draft;
import io.muster.intercept.decide.DebugToken;
import io.muster.intercept.page.DeploymentCode;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/** Projects and their intercepts. Projects are named by id or name, intercepts by id. */
public final class ProjectService {

    /** Asks the code of the page, or loads the page anew where it has none yet. */
    private static final String BOOKMARKLET =
            "javascript:void(function(t){var m=window.__muster,u=new URL(location);m?m.debug(t):(u.searchParams.set('muster_debug',t),location=u)}('%s'))";

    private static final Duration LONGEST_TOKEN = Duration.ofDays(30);

    private final TransactionTemplate transactions;
    private final Directories directories;
    private final Projects projects;
    private final InterceptReading reading;
    private final DeploymentCode code;
    private final String publicUrl;
    private final InstantSource clock;
    private final Ids ids;

    /**
     * What references of a project are signed with.
     *
     * @param secret null while signing is off
     */
    public record Signing(
            String project, boolean signing, @Nullable String secret) {}

    /**
     * A token that makes decisions say their reasons, until it ends.
     *
     * @param bookmarklet what opens the debugger on a page with it, kept as a bookmark
     */
    public record Token(String token, Instant expires, String bookmarklet) {}

    ProjectService(
            TransactionTemplate transactions,
            Directories directories,
            Projects projects,
            InterceptReading reading,
            Optional<String> publicUrl,
            InstantSource clock,
            Ids ids) {
        this.transactions = transactions;
        this.directories = directories;
        this.projects = projects;
        this.reading = reading;
        this.publicUrl = publicUrl.orElse("");
        this.code = new DeploymentCode(publicUrl, Optional.empty());
        this.clock = clock;
        this.ids = ids;
    }

    /** Creates a project, linked to a directory or not. */
    public ProjectView create(Actor actor, @Nullable String directory, ProjectInput given) {
        ProjectSettings settings =
                over(ProjectSettings.USUAL.linkedTo(directory == null ? null : number(directory)), given);
        return view(projects.create(actor, Objects.requireNonNullElse(given.name(), ""), settings));
    }

    /**
     * Projects by name, without their intercepts.
     *
     * @param after id or name of the last project of the page before; null for the first page
     */
    public Page<ProjectView> list(@Nullable String after, int most) {
        boolean allPaused = projects.areAllPaused();
        String name = after == null ? null : projects.find(after).name();
        return Page.of(projects.page(name, most + 1), most, Project::id)
                .map(project -> ProjectView.of(project, allPaused, script(project), List.of(), ids));
    }

    /** A project with its intercepts. */
    public ProjectView show(String project) {
        return view(projects.find(project));
    }

    /** Changes the draft of a project; its name changes at once. */
    public ProjectView change(Actor actor, String project, ProjectInput given) {
        return together(() -> {
            Project after = projects.change(actor, projects.find(project), before -> over(before, given));
            return view(given.name() == null ? after : projects.rename(actor, after, given.name()));
        });
    }

    /**
     * Sets the draft of a project and those of intercepts, found by their names, together: what counts is whether they fit
     * together in the end. What is not given of an intercept is as usual. All of them or none.
     *
     * @param directory the one that the project is linked to then; null for none
     * @return the intercepts
     */
    public List<InterceptView> set(
            Actor actor,
            String project,
            @Nullable String directory,
            ProjectInput given,
            List<InterceptInput> intercepts) {
        return together(() -> {
            Project found = projects.find(project);
            Map<String, Intercept> known =
                    projects.intercepts(found).stream().collect(Collectors.toMap(Intercept::name, Function.identity()));
            List<Draft> drafts = new ArrayList<>();
            for (InterceptInput input : intercepts) {
                String name = Objects.requireNonNullElse(input.name(), "").strip();
                Intercept before = known.remove(name);
                drafts.add(new Draft(before, name, reading.over(InterceptSettings.USUAL, input)));
            }

            ProjectSettings settings =
                    over(found.draft().linkedTo(directory == null ? null : number(directory)), given);
            return projects.set(actor, found, settings, drafts).stream()
                    .map(this::view)
                    .toList();
        });
    }

    /** Links a project, and with it all its intercepts, to a directory, once it is applied. */
    public ProjectView link(Actor actor, String project, String directory) {
        int number = number(directory);
        return view(projects.change(actor, projects.find(project), before -> before.linkedTo(number)));
    }

    /** Unlinks a project, once it is applied. */
    public ProjectView unlink(Actor actor, String project) {
        return view(projects.change(actor, projects.find(project), before -> before.linkedTo(null)));
    }

    /** Puts the drafts of a project and all its intercepts in force. */
    public ProjectView apply(Actor actor, String project) {
        return view(projects.apply(actor, projects.find(project)));
    }

    /** Switches a project off or on, at once. */
    public ProjectView pause(Actor actor, String project, boolean paused) {
        return view(projects.pause(actor, projects.find(project), paused));
    }

    /** Switches all projects off or on, at once. */
    public void pauseAll(Actor actor, boolean paused) {
        projects.pauseAll(actor, paused);
    }

    /** Asks for signed references or does so no longer, once the project is applied. */
    public Signing sign(Actor actor, String project, boolean must) {
        Project after = projects.sign(actor, projects.find(project), must);
        return new Signing(after.id(), must, must ? after.secret() : null);
    }

    /** A token that makes decisions of a project say their reasons. */
    public Token debugToken(String project, Duration time) {
        if (time.compareTo(Duration.ofSeconds(1)) < 0 || time.compareTo(LONGEST_TOKEN) > 0) {
            throw Refusal.invalid(
                    "INVALID_TIME",
                    "Cannot make a debug token: it must last from 1s to %dd. Ask for a time between."
                            .formatted(LONGEST_TOKEN.toDays()));
        }

        Project found = projects.find(project);
        Instant expires = Instant.ofEpochSecond(clock.instant().plus(time).getEpochSecond());
        String token = DebugToken.issue(found.id(), expires.getEpochSecond(), found.debugKey());
        return new Token(token, expires, BOOKMARKLET.formatted(token));
    }

    /** Creates an intercept. */
    public InterceptView create(Actor actor, String project, InterceptInput given) {
        return together(() -> {
            Project found = projects.find(project);
            InterceptSettings settings = reading.over(InterceptSettings.USUAL, given);
            return view(projects.create(actor, found, Objects.requireNonNullElse(given.name(), ""), settings));
        });
    }

    /** The intercepts of a project, the oldest first. */
    public List<InterceptView> intercepts(String project) {
        Project found = projects.find(project);
        return projects.intercepts(found).stream()
                .map(intercept -> InterceptView.of(found, intercept, ids))
                .toList();
    }

    /** An intercept. */
    public InterceptView intercept(String intercept) {
        return view(projects.intercept(intercept));
    }

    /** Changes the drafts of intercepts; all of them or none. */
    public List<InterceptView> change(Actor actor, List<String> intercepts, InterceptInput given) {
        return together(() -> intercepts.stream()
                .map(intercept -> change(actor, intercept, given))
                .toList());
    }

    /** Changes the draft of an intercept; its name changes at once. */
    public InterceptView change(Actor actor, String intercept, InterceptInput given) {
        return together(() -> {
            Intercept after =
                    projects.change(actor, projects.intercept(intercept), before -> reading.over(before, given));
            return view(given.name() == null ? after : projects.rename(actor, after, given.name()));
        });
    }

    /** Switches intercepts on or off, at once; all of them or none. */
    public List<InterceptView> activate(Actor actor, List<String> intercepts, boolean active) {
        return together(() -> intercepts.stream()
                .map(projects::intercept)
                .map(intercept -> view(projects.activate(actor, intercept, active)))
                .toList());
    }

    /** Puts the drafts of intercepts in force; all of them or none. */
    public List<InterceptView> applyIntercepts(Actor actor, List<String> intercepts) {
        return together(() -> intercepts.stream()
                .map(projects::intercept)
                .map(intercept -> view(projects.apply(actor, intercept)))
                .toList());
    }

    /** What would be deleted; a refusal when one of them cannot be. */
    public List<InterceptView> deletable(List<String> intercepts) {
        return intercepts.stream()
                .distinct()
                .map(projects::intercept)
                .map(intercept -> {
                    projects.checkDeletable(intercept);
                    return view(intercept);
                })
                .toList();
    }

    /** Deletes intercepts, all of them or none; the answer is what they were. */
    public List<InterceptView> delete(Actor actor, List<String> intercepts) {
        return together(() -> {
            List<InterceptView> before = deletable(intercepts);
            before.forEach(view -> projects.delete(actor, projects.intercept(view.id())));
            return before;
        });
    }

    private <T> T together(Supplier<T> work) {
        return Objects.requireNonNull(transactions.execute(status -> work.get()));
    }

    private static ProjectSettings over(ProjectSettings before, ProjectInput given) {
        return new ProjectSettings(
                before.directory(),
                ProjectInput.list(given.origins(), before.origins()),
                given.autoCreate() == null ? before.autoCreate() : given.autoCreate(),
                ProjectInput.list(given.references(), before.references()),
                ProjectInput.list(given.attach(), before.attach()),
                before.signing());
    }

    private int number(String directory) {
        return directories.find(directory).number();
    }

    private ProjectView view(Project project) {
        return ProjectView.of(project, projects.areAllPaused(), script(project), projects.intercepts(project), ids);
    }

    private Script script(Project project) {
        return new Script(
                publicUrl + DeploymentCode.path(project.id()),
                publicUrl + code.versionedPath(project.id()),
                code.integrity());
    }

    private InterceptView view(Intercept intercept) {
        return InterceptView.of(projects.of(intercept), intercept, ids);
    }
}
