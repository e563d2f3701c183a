package io.muster.web.console.projects;

import io.muster.access.Role;
import io.muster.app.DirectoryService;
import io.muster.app.EventCountService;
import io.muster.app.InterceptInput;
import io.muster.app.InterceptView;
import io.muster.app.Page;
import io.muster.app.ProjectInput;
import io.muster.app.ProjectService;
import io.muster.app.ProjectView;
import io.muster.app.TargetService;
import io.muster.support.Refusal;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Pager;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import tools.jackson.databind.JsonNode;

/** {@code /projects}: the list, a project, its draft and its link. */
@Controller
final class ProjectsController {

    private static final int ROWS = 50;
    private static final int DAYS = 30;
    private static final String PROJECT = SeenProjects.PATH + "/{id:ZN_[0-9A-Za-z]+}";

    private final ConsolePages pages;
    private final SeenProjects seen;
    private final ProjectService projects;
    private final EventCountService events;
    private final TargetService targets;
    private final DirectoryService directories;
    private final SeenDirectories seenDirectories;

    ProjectsController(
            ConsolePages pages,
            SeenProjects seen,
            ProjectService projects,
            EventCountService events,
            TargetService targets,
            DirectoryService directories,
            SeenDirectories seenDirectories) {
        this.pages = pages;
        this.seen = seen;
        this.projects = projects;
        this.events = events;
        this.targets = targets;
        this.directories = directories;
        this.seenDirectories = seenDirectories;
    }

    /**
     * The projects.
     *
     * @param allPaused whether the module is switched off
     * @param administers whether the viewer may switch it
     */
    record ListPage(List<ProjectRow> projects, boolean allPaused, boolean administers, Pager pager) {}

    /** A project in the list. */
    record ProjectRow(
            String name,
            String address,
            String state,
            boolean off,
            int version,
            @Nullable Moment applied,
            String changes) {}

    @GetMapping(SeenProjects.PATH)
    ModelAndView list(Viewer viewer, @RequestParam(defaultValue = "") String after) {
        Page<ProjectView> page = seen.list(viewer, Texts.given(after), ROWS);
        return pages.page(
                "projects/list",
                "Projects",
                viewer,
                new ListPage(
                        page.items().stream()
                                .map(project -> row(project, viewer))
                                .toList(),
                        page.items().stream().anyMatch(ProjectView::allPaused),
                        viewer.can(Role.ADMINISTER),
                        Pager.of(SeenProjects.PATH, Map.of(), after, page.next())));
    }

    private static ProjectRow row(ProjectView project, Viewer viewer) {
        return new ProjectRow(
                project.name(),
                SeenProjects.address(project.id()),
                state(project),
                project.paused() || project.allPaused(),
                project.version(),
                applied(project, viewer),
                project.changes().stream()
                        .map(change -> Side.name(change.key()))
                        .collect(Collectors.joining(", ")));
    }

    private static @Nullable Moment applied(ProjectView project, Viewer viewer) {
        return project.applied() == null ? null : Texts.moment(project.applied(), viewer.zone());
    }

    private static String state(ProjectView project) {
        if (project.allPaused()) {
            return "off with all projects";
        }

        return project.paused() ? "switched off" : project.version() == 0 ? "never applied" : "on";
    }

    /**
     * A form of a project.
     *
     * @param id null for a new one
     * @param unlinked whether it can be made without a directory
     */
    record FormPage(
            @Nullable String id,
            String title,
            String name,
            List<Choice> directories,
            boolean unlinked,
            String origins,
            boolean autoCreate,
            String references,
            String attach,
            List<Problem> problems) {

        /** Whether something is wrong with that field. */
        public boolean isWrong(String field) {
            return problems.stream().anyMatch(problem -> problem.field().equals(field));
        }
    }

    @GetMapping(SeenProjects.PATH + "/new")
    ModelAndView form(Viewer viewer) {
        viewer.require(Role.MANAGE);
        return form(viewer, null, "", "", "", false, "", "", List.of(), HttpStatus.OK);
    }

    private ModelAndView form(
            Viewer viewer,
            @Nullable ProjectView project,
            String name,
            String directory,
            String origins,
            boolean autoCreate,
            String references,
            String attach,
            List<Problem> problems,
            HttpStatus status) {
        String title = project == null ? "New project" : "Edit project " + project.name();
        return pages.page(
                "projects/form",
                title,
                viewer,
                new FormPage(
                        project == null ? null : project.id(),
                        title,
                        name,
                        seenDirectories.choices(viewer, directory),
                        SeenProjects.managesAll(viewer),
                        origins,
                        autoCreate,
                        references,
                        attach,
                        problems),
                status);
    }

    @PostMapping(SeenProjects.PATH)
    ModelAndView create(
            Viewer viewer,
            @RequestParam String name,
            @RequestParam(defaultValue = "") String directory,
            @RequestParam(defaultValue = "") String origins,
            @RequestParam(defaultValue = "false") boolean autoCreate,
            @RequestParam(defaultValue = "") String references,
            @RequestParam(defaultValue = "") String attach) {
        viewer.require(Role.MANAGE);
        try {
            ProjectView made = projects.create(
                    viewer.actor(),
                    linkable(viewer, directory),
                    new ProjectInput(name, lines(origins), autoCreate, lines(references), lines(attach)));
            return ConsolePages.goTo(SeenProjects.address(made.id()));
        } catch (Refusal refusal) {
            return form(
                    viewer,
                    null,
                    name,
                    directory,
                    origins,
                    autoCreate,
                    references,
                    attach,
                    problems(refusal),
                    status(refusal));
        }
    }

    /** The directory that somebody may link to; null for none. */
    private @Nullable String linkable(Viewer viewer, String directory) {
        if (!directory.isBlank()) {
            return seenDirectories.find(viewer, directory, Role.MANAGE).id();
        }

        if (!SeenProjects.managesAll(viewer)) {
            throw Refusal.invalid("NO_DIRECTORY", "Choose a directory: you manage some directories only.")
                    .with("field", "directory");
        }

        return null;
    }

    private static List<String> lines(String text) {
        List<String> lines =
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        return lines.isEmpty() ? List.of(InterceptInput.NONE) : lines;
    }

    private static List<Problem> problems(Refusal refusal) {
        return refusal.code().equals("NAME_TAKEN")
                ? List.of(new Problem("name", String.valueOf(refusal.getMessage())))
                : Problem.of(refusal);
    }

    private static HttpStatus status(Refusal refusal) {
        return switch (refusal.kind()) {
            case CONFLICT -> HttpStatus.CONFLICT;
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            default -> HttpStatus.BAD_REQUEST;
        };
    }

    @GetMapping(PROJECT + "/edit")
    ModelAndView edit(Viewer viewer, @PathVariable String id) {
        ProjectView project = seen.find(viewer, id);
        return form(
                viewer,
                project,
                project.name(),
                "",
                String.join("\n", project.origins()),
                project.autoCreate(),
                String.join("\n", project.references()),
                String.join("\n", project.attach()),
                List.of(),
                HttpStatus.OK);
    }

    @PostMapping(PROJECT + "/edit")
    ModelAndView change(
            Viewer viewer,
            @PathVariable String id,
            @RequestParam String name,
            @RequestParam(defaultValue = "") String origins,
            @RequestParam(defaultValue = "false") boolean autoCreate,
            @RequestParam(defaultValue = "") String references,
            @RequestParam(defaultValue = "") String attach) {
        ProjectView project = seen.find(viewer, id);
        try {
            var ignored = projects.change(
                    viewer.actor(),
                    project.id(),
                    new ProjectInput(
                            name.equals(project.name()) ? null : name,
                            lines(origins),
                            autoCreate,
                            lines(references),
                            lines(attach)));
            return ConsolePages.goTo(SeenProjects.address(project.id()) + "?done=draft");
        } catch (Refusal refusal) {
            return form(
                    viewer,
                    project,
                    name,
                    "",
                    origins,
                    autoCreate,
                    references,
                    attach,
                    problems(refusal),
                    status(refusal));
        }
    }

    /**
     * A project.
     *
     * @param off whether nothing of it is shown
     * @param paused whether it is switched off itself
     * @param run the run that builds what was changed; null for none
     * @param token a token for the debugger that was just made; null for none
     */
    record ProjectPage(
            String id,
            String name,
            String state,
            boolean off,
            boolean paused,
            int version,
            @Nullable Moment applied,
            @Nullable String directoryAddress,
            @Nullable String directory,
            boolean changed,
            List<Side> sides,
            List<InterceptRow> intercepts,
            String snippet,
            String fixedSnippet,
            List<String> origins,
            @Nullable String run,
            @Nullable TokenShown token,
            List<Problem> problems,
            @Nullable String done) {}

    /** A token, as it is shown this once. */
    record TokenShown(String token, String bookmarklet, Moment ends) {}

    /** An intercept in the list of its project. */
    record InterceptRow(
            String name,
            String address,
            String state,
            boolean active,
            String target,
            String changes,
            String displays,
            String clicks,
            String responses) {}

    @GetMapping(PROJECT)
    ModelAndView show(
            Viewer viewer,
            @PathVariable String id,
            @RequestParam(defaultValue = "") String done,
            @RequestParam(defaultValue = "") String run) {
        return page(
                viewer,
                seen.find(viewer, id),
                run.matches("RN_[0-9A-Za-z]+") ? run : null,
                null,
                List.of(),
                switch (done) {
                    case "draft" -> "The draft was changed. It counts once it is applied.";
                    case "linked" -> "The draft is linked. That counts once it is applied.";
                    case "unlinked" -> "The draft is unlinked. That counts once it is applied.";
                    case "applied" -> "The drafts are in force.";
                    case "paused" -> "The project is switched off.";
                    case "resumed" -> "The project is switched on.";
                    default -> null;
                },
                HttpStatus.OK);
    }

    private ModelAndView page(
            Viewer viewer,
            ProjectView project,
            @Nullable String run,
            @Nullable TokenShown token,
            List<Problem> problems,
            @Nullable String done,
            HttpStatus status) {
        String directory = project.directory();
        TargetService.Words words = targets.words(directory);
        Map<String, Map<String, Long>> counts = events.of(project.id(), DAYS).stream()
                .collect(Collectors.groupingBy(
                        EventCountService.Count::intercept,
                        Collectors.groupingBy(
                                EventCountService.Count::kind,
                                Collectors.summingLong(EventCountService.Count::events))));
        return pages.page(
                "projects/project",
                "Project " + project.name(),
                viewer,
                new ProjectPage(
                        project.id(),
                        project.name(),
                        state(project),
                        project.paused() || project.allPaused(),
                        project.paused(),
                        project.version(),
                        applied(project, viewer),
                        directory == null ? null : "/directories/" + directory,
                        name(directory),
                        !project.changes().isEmpty()
                                || project.intercepts().stream()
                                        .anyMatch(intercept ->
                                                !intercept.changes().isEmpty()),
                        sides(project),
                        project.intercepts().stream()
                                .map(intercept -> row(intercept, words, counts.getOrDefault(intercept.id(), Map.of())))
                                .toList(),
                        "<script src=\"%s\" defer></script>"
                                .formatted(project.script().address()),
                        "<script src=\"%s\" integrity=\"%s\" crossorigin defer></script>"
                                .formatted(
                                        project.script().versioned(),
                                        project.script().integrity()),
                        project.origins(),
                        run,
                        token,
                        problems,
                        done),
                status);
    }

    private @Nullable String name(@Nullable String directory) {
        return directory == null ? null : directories.find(directory).name();
    }

    private List<Side> sides(ProjectView project) {
        boolean ever = project.version() > 0;
        Side.Words words = this::words;
        return List.of(
                Side.of(
                        "directory",
                        Objects.requireNonNullElse(name(project.directory()), ""),
                        project.changes(),
                        ever,
                        words),
                Side.of("origins", join(project.origins()), project.changes(), ever, words),
                Side.of("autoCreate", project.autoCreate() ? "yes" : "no", project.changes(), ever, words),
                Side.of("references", join(project.references()), project.changes(), ever, words),
                Side.of("attach", join(project.attach()), project.changes(), ever, words),
                Side.of("signing", project.signing() ? "yes" : "no", project.changes(), ever, words));
    }

    private String words(String key, @Nullable JsonNode value) {
        return key.equals("directory") && value != null
                ? Objects.requireNonNullElse(name(value.asString()), "")
                : Side.text(value);
    }

    private static String join(List<String> values) {
        return String.join(", ", values);
    }

    private static InterceptRow row(InterceptView intercept, TargetService.Words words, Map<String, Long> counts) {
        return new InterceptRow(
                intercept.name(),
                SeenProjects.address(intercept),
                intercept.active() ? "active" : intercept.applied() ? "off" : "never applied",
                intercept.active(),
                words.of(intercept.target()),
                intercept.applied()
                        ? intercept.changes().stream()
                                .map(change -> Side.name(change.key()))
                                .collect(Collectors.joining(", "))
                        : "",
                Texts.number(counts.getOrDefault("shown", 0L)),
                Texts.number(counts.getOrDefault("clicked", 0L)),
                Texts.number(counts.getOrDefault("answered", 0L)));
    }

    /** Where a project is linked. */
    record LinkPage(
            String id,
            String name,
            @Nullable String directory,
            List<Choice> directories,
            boolean unlinkable,
            List<Problem> problems) {}

    @GetMapping(PROJECT + "/link")
    ModelAndView askForLink(Viewer viewer, @PathVariable String id) {
        ProjectView project = seen.find(viewer, id);
        return link(viewer, project, Objects.requireNonNullElse(project.directory(), ""), List.of(), HttpStatus.OK);
    }

    private ModelAndView link(
            Viewer viewer, ProjectView project, String chosen, List<Problem> problems, HttpStatus status) {
        return pages.page(
                "projects/link",
                "Link project " + project.name(),
                viewer,
                new LinkPage(
                        project.id(),
                        project.name(),
                        name(project.directory()),
                        seenDirectories.choices(viewer, chosen),
                        project.directory() != null && SeenProjects.managesAll(viewer),
                        problems),
                status);
    }

    @PostMapping(PROJECT + "/link")
    ModelAndView link(Viewer viewer, @PathVariable String id, @RequestParam String directory) {
        ProjectView project = seen.find(viewer, id);
        try {
            var ignored = projects.link(
                    viewer.actor(),
                    project.id(),
                    seenDirectories.find(viewer, directory, Role.MANAGE).id());
            return ConsolePages.goTo(SeenProjects.address(project.id()) + "?done=linked");
        } catch (Refusal refusal) {
            return link(viewer, project, directory, Problem.of(refusal), status(refusal));
        }
    }

    @PostMapping(PROJECT + "/unlink")
    ModelAndView unlink(Viewer viewer, @PathVariable String id) {
        ProjectView project = seen.find(viewer, id);
        if (!SeenProjects.managesAll(viewer)) {
            throw Refusal.of(
                    Refusal.Kind.FORBIDDEN,
                    "NOT_ALL_DIRECTORIES",
                    "Cannot unlink the project: that is for those who manage all directories. Ask an administrator.");
        }

        try {
            var ignored = projects.unlink(viewer.actor(), project.id());
            return ConsolePages.goTo(SeenProjects.address(project.id()) + "?done=unlinked");
        } catch (Refusal refusal) {
            return link(viewer, project, "", Problem.of(refusal), status(refusal));
        }
    }

    @PostMapping(PROJECT + "/debugger")
    ModelAndView debug(Viewer viewer, @PathVariable String id, @RequestParam(defaultValue = "8") int hours) {
        ProjectView project = seen.find(viewer, id);
        try {
            ProjectService.Token token = projects.debugToken(project.id(), Duration.ofHours(hours));
            // It is shown this once, so that there is nowhere to go on to.
            return page(
                    viewer,
                    project,
                    null,
                    new TokenShown(token.token(), token.bookmarklet(), Texts.moment(token.expires(), viewer.zone())),
                    List.of(),
                    null,
                    HttpStatus.OK);
        } catch (Refusal refusal) {
            return page(
                    viewer,
                    project,
                    null,
                    null,
                    List.of(new Problem("hours", String.valueOf(refusal.getMessage()))),
                    null,
                    HttpStatus.BAD_REQUEST);
        }
    }
}
