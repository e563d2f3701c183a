package io.muster.web.console.projects;

import io.muster.app.EventCountService;
import io.muster.app.InterceptInput;
import io.muster.app.InterceptView;
import io.muster.app.ProjectService;
import io.muster.app.ProjectView;
import io.muster.app.TargetService;
import io.muster.intercept.decide.Creative;
import io.muster.support.Refusal;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Viewer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code /projects/ZN_…/intercepts}: an intercept and its draft. */
@Controller
final class InterceptsController {

    private static final String INTERCEPTS = SeenProjects.PATH + "/{id:ZN_[0-9A-Za-z]+}/intercepts";
    private static final String INTERCEPT = INTERCEPTS + "/{intercept:SI_[0-9A-Za-z]+}";
    private static final int DAYS = 30;

    /** Which field a refusal is about. */
    private static final Map<String, String> FIELDS = Map.of(
            "INVALID_TARGET", "target",
            "UNKNOWN_SEGMENT", "target",
            "INVALID_PAGE_CONDITION", "page",
            "INVALID_CREATIVE", "type",
            "INVALID_PERCENTAGE", "sample",
            "INVALID_TIME", "starts",
            "NAME_TAKEN", "name",
            "BLANK_VALUE", "name");

    private final ConsolePages pages;
    private final SeenProjects seen;
    private final ProjectService projects;
    private final EventCountService events;
    private final TargetService targets;
    private final JsonMapper json;

    InterceptsController(
            ConsolePages pages,
            SeenProjects seen,
            ProjectService projects,
            EventCountService events,
            TargetService targets,
            JsonMapper json) {
        this.pages = pages;
        this.seen = seen;
        this.projects = projects;
        this.events = events;
        this.targets = targets;
        this.json = json;
    }

    /**
     * An intercept.
     *
     * @param target in words
     * @param page in words
     * @param run the run that builds what was changed; null for none
     */
    record InterceptPage(
            String project,
            String projectName,
            String id,
            String name,
            String address,
            boolean active,
            boolean applied,
            boolean changed,
            boolean off,
            String target,
            String page,
            List<String> warnings,
            List<Side> sides,
            List<CountRow> counts,
            @Nullable String run,
            @Nullable String done) {}

    /** What came of it on a day. */
    record CountRow(String day, String kind, String outcome, String events) {}

    @GetMapping(INTERCEPT)
    ModelAndView show(
            Viewer viewer,
            @PathVariable String id,
            @PathVariable String intercept,
            @RequestParam(defaultValue = "") String done,
            @RequestParam(defaultValue = "") String run) {
        ProjectView project = seen.find(viewer, id);
        InterceptView found = seen.intercept(project, intercept);
        String directory = project.directory();
        return pages.page(
                "projects/intercept",
                "Intercept " + found.name(),
                viewer,
                new InterceptPage(
                        project.id(),
                        project.name(),
                        found.id(),
                        found.name(),
                        SeenProjects.address(found),
                        found.active(),
                        found.applied(),
                        !found.changes().isEmpty(),
                        project.paused() || project.allPaused(),
                        targets.words(directory, found.target()),
                        targets.pageWords(found.page()),
                        found.warnings(),
                        sides(project, found),
                        events.of(project.id(), DAYS).stream()
                                .filter(count -> count.intercept().equals(found.id()))
                                .map(count -> new CountRow(
                                        count.day().toString(),
                                        count.kind(),
                                        count.outcome(),
                                        Texts.number(count.events())))
                                .toList(),
                        run.matches("RN_[0-9A-Za-z]+") ? run : null,
                        switch (done) {
                            case "draft" -> "The draft was changed. It counts once it is applied.";
                            case "apply" -> "The draft is in force.";
                            case "activate" -> "The intercept is active.";
                            case "deactivate" -> "The intercept is off.";
                            default -> null;
                        }));
    }

    private List<Side> sides(ProjectView project, InterceptView intercept) {
        Side.Words words = (key, value) -> switch (key) {
            case "target" -> targets.words(project.directory(), value);
            case "page" -> targets.pageWords(value);
            case "creative" -> creative(value);
            default -> Side.text(value);
        };
        Map<String, Object> draft = new LinkedHashMap<>();
        draft.put("link", Objects.requireNonNullElse(intercept.link(), "as the project"));
        draft.put("survey", intercept.survey());
        draft.put("target", targets.words(project.directory(), intercept.target()));
        draft.put("page", targets.pageWords(intercept.page()));
        draft.put("frequency", intercept.frequency());
        draft.put("listBased", intercept.listBased());
        draft.put("starts", intercept.starts());
        draft.put("ends", intercept.ends());
        draft.put("sample", intercept.sample().toPlainString());
        draft.put("holdOut", intercept.holdOut().toPlainString());
        draft.put("whenUnknown", intercept.whenUnknown());
        draft.put("whenUnavailable", intercept.whenUnavailable());
        draft.put("creative", creative(json.valueToTree(intercept.creative())));
        return draft.entrySet().stream()
                .map(entry -> Side.of(
                        entry.getKey(), text(entry.getValue()), intercept.changes(), intercept.applied(), words))
                .toList();
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value instanceof Boolean is ? is ? "yes" : "no" : value.toString();
    }

    private static String creative(@Nullable JsonNode creative) {
        return creative == null || creative.isNull()
                ? "none"
                : creative.properties().stream()
                        .filter(entry -> !entry.getValue().isNull())
                        .map(entry -> entry.getKey() + ": " + Side.text(entry.getValue()))
                        .collect(Collectors.joining(", "));
    }

    /** The fields of the form, as they are sent: a box that is not ticked is not. */
    record Sent(
            String name,
            @Nullable String link,
            @Nullable String survey,
            @Nullable String target,
            @Nullable String page,
            @Nullable Boolean frequency,
            @Nullable Boolean listBased,
            @Nullable String starts,
            @Nullable String ends,
            @Nullable String sample,
            @Nullable String holdOut,
            @Nullable String whenUnknown,
            @Nullable String whenUnavailable,
            @Nullable String type,
            @Nullable String title,
            @Nullable String text,
            @Nullable String button,
            @Nullable String url,
            @Nullable String place) {

        static Sent usual() {
            return new Sent(
                    "", null, null, null, null, true, false, null, null, "100", "0", "hide", "hide", null, null, null,
                    null, null, null);
        }

        static Sent of(InterceptView view) {
            Creative creative = view.creative();
            return new Sent(
                    view.name(),
                    view.link(),
                    view.survey(),
                    view.target() == null ? null : view.target().toString(),
                    view.page() == null ? null : view.page().toString(),
                    view.frequency(),
                    view.listBased(),
                    view.starts() == null ? null : view.starts().toString(),
                    view.ends() == null ? null : view.ends().toString(),
                    view.sample().toPlainString(),
                    view.holdOut().toPlainString(),
                    view.whenUnknown(),
                    view.whenUnavailable(),
                    creative == null ? null : creative.type().name().toLowerCase(Locale.ROOT),
                    creative == null ? null : creative.title(),
                    creative == null ? null : creative.text(),
                    creative == null ? null : creative.button(),
                    creative == null ? null : creative.url(),
                    creative == null ? null : creative.target());
        }
    }

    /**
     * The form of an intercept.
     *
     * @param address where it is sent
     * @param segments those that a target may name
     */
    record FormPage(
            String title,
            String address,
            String back,
            String projectName,
            Sent sent,
            List<Choice> links,
            List<Choice> unknown,
            List<Choice> unavailable,
            List<Choice> types,
            List<Choice> segments,
            List<Problem> problems) {

        /** Whether something is wrong with that field. */
        public boolean isWrong(String field) {
            return problems.stream().anyMatch(problem -> problem.field().equals(field));
        }
    }

    private ModelAndView form(
            Viewer viewer,
            ProjectView project,
            @Nullable InterceptView intercept,
            Sent sent,
            List<Problem> problems,
            HttpStatus status) {
        String title = intercept == null ? "New intercept" : "Edit intercept " + intercept.name();
        String back = intercept == null ? SeenProjects.address(project.id()) : SeenProjects.address(intercept);
        return pages.page(
                "projects/intercept-form",
                title,
                viewer,
                new FormPage(
                        title,
                        intercept == null ? back + "/intercepts" : back + "/edit",
                        back,
                        project.name(),
                        sent,
                        links(sent, intercept),
                        fallbacks(sent.whenUnknown()),
                        fallbacks(sent.whenUnavailable()),
                        types(sent.type()),
                        segments(project),
                        problems),
                status);
    }

    /** What was set once can be on or off. */
    private static List<Choice> links(Sent sent, @Nullable InterceptView intercept) {
        List<Choice> links = new ArrayList<>();
        String chosen = Objects.requireNonNullElse(sent.link(), "");
        if (intercept == null || intercept.link() == null) {
            links.add(new Choice("", "As the project", chosen.isEmpty()));
        }

        links.add(new Choice("on", "On", chosen.equals("on")));
        links.add(new Choice("off", "Off", chosen.equals("off")));
        return links;
    }

    private static List<Choice> fallbacks(@Nullable String chosen) {
        return List.of(
                new Choice("hide", "Hide", !"show".equals(chosen)), new Choice("show", "Show", "show".equals(chosen)));
    }

    private static List<Choice> types(@Nullable String chosen) {
        return List.of(
                new Choice("", "None: the page shows it", chosen == null || chosen.isEmpty()),
                new Choice("popover", "Over the page", "popover".equals(chosen)),
                new Choice("embedded", "In a place of the page", "embedded".equals(chosen)),
                new Choice("link", "A link in the page", "link".equals(chosen)));
    }

    private List<Choice> segments(ProjectView project) {
        String directory = project.directory();
        return directory == null
                ? List.of()
                : targets.segmentsOf(directory).entrySet().stream()
                        .map(entry -> new Choice(entry.getKey(), entry.getValue(), false))
                        .toList();
    }

    @GetMapping(INTERCEPTS + "/new")
    ModelAndView form(Viewer viewer, @PathVariable String id) {
        return form(viewer, seen.find(viewer, id), null, Sent.usual(), List.of(), HttpStatus.OK);
    }

    @PostMapping(INTERCEPTS)
    ModelAndView create(Viewer viewer, @PathVariable String id, @ModelAttribute Sent sent) {
        ProjectView project = seen.find(viewer, id);
        try {
            InterceptView made = projects.create(viewer.actor(), project.id(), input(sent, sent.name()));
            return ConsolePages.goTo(SeenProjects.address(made));
        } catch (Refusal refusal) {
            return form(viewer, project, null, sent, problems(refusal), status(refusal));
        }
    }

    @GetMapping(INTERCEPT + "/edit")
    ModelAndView edit(Viewer viewer, @PathVariable String id, @PathVariable String intercept) {
        ProjectView project = seen.find(viewer, id);
        InterceptView found = seen.intercept(project, intercept);
        return form(viewer, project, found, Sent.of(found), List.of(), HttpStatus.OK);
    }

    @PostMapping(INTERCEPT + "/edit")
    ModelAndView change(
            Viewer viewer, @PathVariable String id, @PathVariable String intercept, @ModelAttribute Sent sent) {
        ProjectView project = seen.find(viewer, id);
        InterceptView found = seen.intercept(project, intercept);
        try {
            var ignored = projects.change(
                    viewer.actor(), found.id(), input(sent, sent.name().equals(found.name()) ? null : sent.name()));
            return ConsolePages.goTo(SeenProjects.address(found) + "?done=draft");
        } catch (Refusal refusal) {
            return form(viewer, project, found, sent, problems(refusal), status(refusal));
        }
    }

    private InterceptInput input(Sent sent, @Nullable String name) {
        String link = given(sent.link());
        return new InterceptInput(
                name,
                null,
                link.equals(InterceptInput.NONE) ? null : link.equals("on"),
                given(sent.survey()),
                given(sent.target()),
                given(sent.page()),
                Boolean.TRUE.equals(sent.frequency()),
                Boolean.TRUE.equals(sent.listBased()),
                given(sent.starts()),
                given(sent.ends()),
                Objects.requireNonNullElse(sent.sample(), ""),
                Objects.requireNonNullElse(sent.holdOut(), ""),
                sent.whenUnknown(),
                sent.whenUnavailable(),
                creative(sent));
    }

    /** What is left blank is taken away. */
    private static String given(@Nullable String text) {
        return text == null || text.isBlank() ? InterceptInput.NONE : text.strip();
    }

    private String creative(Sent sent) {
        if (given(sent.type()).equals(InterceptInput.NONE)) {
            return InterceptInput.NONE;
        }

        Map<String, String> parts = new LinkedHashMap<>();
        put(parts, "type", sent.type());
        put(parts, "title", sent.title());
        put(parts, "text", sent.text());
        put(parts, "button", sent.button());
        put(parts, "url", sent.url());
        put(parts, "target", sent.place());
        return json.writeValueAsString(parts);
    }

    private static void put(Map<String, String> parts, String name, @Nullable String text) {
        if (text != null && !text.isBlank()) {
            parts.put(name, text);
        }
    }

    private static List<Problem> problems(Refusal refusal) {
        return List.of(new Problem(FIELDS.getOrDefault(refusal.code(), ""), String.valueOf(refusal.getMessage())));
    }

    private static HttpStatus status(Refusal refusal) {
        return refusal.kind() == Refusal.Kind.CONFLICT ? HttpStatus.CONFLICT : HttpStatus.BAD_REQUEST;
    }
}
