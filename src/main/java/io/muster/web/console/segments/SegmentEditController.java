package io.muster.web.console.segments;

import io.muster.access.Role;
import io.muster.app.ConditionDrafts;
import io.muster.app.DirectoryView;
import io.muster.app.ExplainedMembership.Part;
import io.muster.app.SegmentChange;
import io.muster.app.SegmentOverviews;
import io.muster.app.SegmentRef;
import io.muster.app.SegmentService;
import io.muster.segment.DefinitionChange;
import io.muster.segment.Segment;
import io.muster.segment.SizeGuard;
import io.muster.segment.condition.ParsedCondition;
import io.muster.segment.evaluate.Explanation;
import io.muster.segment.members.SegmentPreview;
import io.muster.support.Refusal;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Viewer;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where conditions are written: as a form, which needs scripts, or as YAML. Both are read by the reader of all conditions; what
 * the form is made of goes through {@link ConditionForm} in either direction.
 */
@Controller
final class SegmentEditController {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String NEW = "/directories/{pool}/segments/new";
    private static final String EDIT = "/directories/{pool}/segments/{id}/edit";
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private final ConsolePages pages;
    private final SeenDirectories directories;
    private final SegmentOverviews segments;
    private final SegmentService service;
    private final ConditionDrafts drafts;
    private final ConditionReading conditions;
    private final SegmentTexts.Files files;
    private final CountDesk desk = new CountDesk();

    SegmentEditController(
            ConsolePages pages,
            SegmentTexts.Files files,
            SeenDirectories directories,
            SegmentOverviews segments,
            SegmentService service,
            ConditionDrafts drafts,
            ConditionReading conditions) {
        this.pages = pages;
        this.directories = directories;
        this.segments = segments;
        this.service = service;
        this.drafts = drafts;
        this.conditions = conditions;
        this.files = files;
    }

    /**
     * A form as it is written, or as it was sent.
     *
     * @param form the condition as the form has it; empty where only its text was sent
     * @param share from which change on a version is held, in percent; blank for never
     * @param over a change of so many members or fewer is never held
     * @param revision the one that is changed; 0 for a new segment
     */
    record Sent(String name, String form, String yaml, String share, String over, int revision) {}

    /** Something wrong with the condition, with its place. */
    record Wrong(String path, String reason) {}

    /**
     * The builder.
     *
     * @param action where the form is sent
     * @param base the address of the directory's segments
     * @param self the id of the segment; empty for a new one
     * @param model the condition as the form has it, as JSON; empty where it has none
     * @param wrong what is wrong with the condition, as JSON
     */
    record EditPage(
            String action,
            String base,
            String self,
            String cancel,
            Sent sent,
            String model,
            String yaml,
            List<Problem> problems,
            String wrong,
            boolean nameWrong,
            boolean yamlWrong,
            SegmentTexts.Files files) {}

    @GetMapping(NEW)
    ModelAndView newSegment(Viewer viewer, @PathVariable String pool, @RequestParam(defaultValue = "-1") int example) {
        DirectoryView directory = directories.find(viewer, pool, Role.MANAGE);
        SegmentExamples.Example chosen =
                example >= 0 && example < SegmentExamples.ALL.size() ? SegmentExamples.ALL.get(example) : null;
        SizeGuard guard = SizeGuard.usual();
        String form = chosen == null
                ? ConditionForm.empty().toString()
                : ConditionForm.of(chosen.json()).toString();
        String yaml = chosen == null ? "" : conditions.yaml(chosen.json());
        Sent sent =
                new Sent(chosen == null ? "" : chosen.name(), form, yaml, share(guard), Long.toString(guard.over()), 0);
        return page(viewer, directory, null, sent, List.of(), List.of(), HttpStatus.OK);
    }

    @GetMapping(EDIT)
    ModelAndView edit(
            Viewer viewer,
            @PathVariable String pool,
            @PathVariable String id,
            @RequestParam(defaultValue = "0") int revision) {
        DirectoryView directory = directories.find(viewer, pool, Role.MANAGE);
        Segment segment = segments.find(directory.id(), id);
        String json = revision == 0 ? segment.definition() : definition(segment, revision);
        Sent sent = new Sent(
                segment.name(),
                form(json),
                conditions.yaml(json),
                share(segment.guard()),
                Long.toString(segment.guard().over()),
                segment.revision());
        return page(viewer, directory, segment, sent, List.of(), List.of(), HttpStatus.OK);
    }

    private String definition(Segment segment, int revision) {
        return segments.definitions(segment).stream()
                .filter(change -> change.revision() == revision)
                .findFirst()
                .map(DefinitionChange::definition)
                .orElseThrow(() -> Refusal.notFound(
                        "UNKNOWN_REVISION",
                        "There is no revision " + revision + " of the segment " + segment.called() + "."));
    }

    /** What cannot be read as a condition, or is too deep for a form, is edited as text. */
    private static String form(String json) {
        try {
            return ConditionForm.of(json).toString();
        } catch (JacksonException e) {
            return "";
        }
    }

    private static String share(SizeGuard guard) {
        Double share = guard.share();
        return share == null ? "" : SegmentTexts.percent(share);
    }

    @PostMapping(NEW)
    ModelAndView create(
            Viewer viewer,
            @PathVariable String pool,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String form,
            @RequestParam(defaultValue = "") String yaml,
            @RequestParam(defaultValue = "") String share,
            @RequestParam(defaultValue = "") String over) {
        DirectoryView directory = directories.find(viewer, pool, Role.MANAGE);
        Sent sent = new Sent(name, form, yaml, share, over, 0);
        return save(
                viewer,
                directory,
                null,
                sent,
                (condition, guard) -> service.create(viewer.actor(), directory.id(), name, condition, guard)
                        .id());
    }

    @PostMapping(EDIT)
    ModelAndView change(
            Viewer viewer,
            @PathVariable String pool,
            @PathVariable String id,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String form,
            @RequestParam(defaultValue = "") String yaml,
            @RequestParam(defaultValue = "") String share,
            @RequestParam(defaultValue = "") String over,
            @RequestParam(defaultValue = "0") int revision) {
        DirectoryView directory = directories.find(viewer, pool, Role.MANAGE);
        Segment segment = segments.find(directory.id(), id);
        Sent sent = new Sent(name, form, yaml, share, over, segment.revision());
        if (revision != segment.revision()) {
            DefinitionChange last = segments.definitions(segment).getFirst();
            return page(
                    viewer,
                    directory,
                    segment,
                    sent,
                    List.of(new Problem(
                            "",
                            "The condition was changed meanwhile by %s (revision %d). Save again to replace it, or cancel to look at it."
                                    .formatted(last.actor(), segment.revision()))),
                    List.of(),
                    HttpStatus.CONFLICT);
        }

        return save(
                viewer,
                directory,
                segment,
                sent,
                (condition, guard) -> service.change(new SegmentChange(
                                viewer.actor(), new SegmentRef(segment.id(), null), condition, before -> guard, name))
                        .id());
    }

    /** Saves what was written. */
    @FunctionalInterface
    private interface Saving {

        /** The id of the segment. */
        String save(String condition, SizeGuard guard);
    }

    private ModelAndView save(
            Viewer viewer, DirectoryView directory, @Nullable Segment segment, Sent sent, Saving saving) {
        List<Problem> problems = new ArrayList<>();
        List<Wrong> wrong = new ArrayList<>();
        if (sent.name().isBlank()) {
            problems.add(new Problem("name", "The name is blank. Give the segment one."));
        }

        String condition = written(sent.form(), sent.yaml(), wrong);
        wrong.forEach(one -> problems.add(
                new Problem("yaml", one.path().isEmpty() ? one.reason() : one.path() + ": " + one.reason())));
        SizeGuard guard = guard(sent, problems);
        if (guard != null && problems.isEmpty()) {
            try {
                return ConsolePages.goTo(SegmentTexts.address(directory) + "/" + saving.save(condition, guard));
            } catch (Refusal refusal) {
                boolean ofName =
                        refusal.code().equals("NAME_TAKEN") || refusal.code().equals("INVALID_NAME");
                problems.add(new Problem(ofName ? "name" : "", String.valueOf(refusal.getMessage())));
            }
        }

        return page(viewer, directory, segment, sent, problems, wrong, HttpStatus.BAD_REQUEST);
    }

    private static @Nullable SizeGuard guard(Sent sent, List<Problem> problems) {
        String share = sent.share().replace("%", "").strip();
        try {
            Double part = share.isEmpty()
                    ? null
                    : new BigDecimal(share).divide(HUNDRED).doubleValue();
            return new SizeGuard(part, Long.parseLong(sent.over().strip()));
        } catch (NumberFormatException e) {
            problems.add(new Problem(
                    "share",
                    "What is held back is not a number. Write a percentage such as 50 and members such as 20."));
        } catch (Refusal refusal) {
            problems.add(new Problem("share", String.valueOf(refusal.getMessage())));
        }

        return null;
    }

    /** The text of the condition; what is wrong with it is added. */
    private String written(String form, String yaml, List<Wrong> wrong) {
        String text = yaml;
        if (!form.isBlank()) {
            try {
                text = ConditionForm.condition(ConditionForm.read(form)).toString();
            } catch (JacksonException e) {
                wrong.add(new Wrong("", "The form cannot be read. It may be nested too deep; write YAML instead."));
                return "";
            }
        }

        if (drafts.read(text) instanceof ParsedCondition.Broken broken) {
            broken.problems()
                    .forEach(problem -> wrong.add(new Wrong(
                            problem.path(),
                            form.isBlank()
                                    ? "line " + problem.place().line() + ": " + problem.reason()
                                    : problem.reason())));
        }

        return text;
    }

    private ModelAndView page(
            Viewer viewer,
            DirectoryView directory,
            @Nullable Segment segment,
            Sent sent,
            List<Problem> problems,
            List<Wrong> wrong,
            HttpStatus status) {
        String base = SegmentTexts.address(directory);
        String own = segment == null ? base : base + "/" + segment.id();
        return pages.inDirectory(
                "segments/edit",
                segment == null ? "New segment" : "Edit " + segment.name(),
                viewer,
                directory,
                new EditPage(
                        segment == null ? base + "/new" : own + "/edit",
                        base,
                        segment == null ? "" : segment.id(),
                        own,
                        sent,
                        model(sent),
                        yaml(sent),
                        problems,
                        JSON.writeValueAsString(wrong),
                        problems.stream().anyMatch(problem -> problem.field().equals("name")),
                        !wrong.isEmpty(),
                        files),
                status);
    }

    /** The form as it was sent; else that of the text, where it can be read. */
    private String model(Sent sent) {
        if (!sent.form().isBlank()) {
            return sent.form();
        }

        return drafts.read(sent.yaml()) instanceof ParsedCondition.Good good ? form(drafts.json(good.condition())) : "";
    }

    private static String yaml(Sent sent) {
        if (!sent.yaml().isBlank() || sent.form().isBlank()) {
            return sent.yaml();
        }

        try {
            return ConditionYaml.of(ConditionForm.condition(ConditionForm.read(sent.form())));
        } catch (JacksonException e) {
            return sent.yaml();
        }
    }

    @GetMapping("/directories/{pool}/segments/choices")
    ResponseEntity<String> choices(Viewer viewer, @PathVariable String pool) {
        DirectoryView directory = directories.find(viewer, pool, Role.MANAGE);
        return json(BuilderChoices.of(drafts.choices(directory.id())));
    }

    private static ResponseEntity<String> json(Object answer) {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(JSON.writeValueAsString(answer));
    }

    /** YAML as the form has it. */
    @PostMapping("/directories/{pool}/segments/read")
    ResponseEntity<String> read(
            Viewer viewer, @PathVariable String pool, @RequestParam(defaultValue = "") String yaml) {
        var ignored = directories.find(viewer, pool, Role.MANAGE);
        Map<String, Object> answer = new LinkedHashMap<>();
        switch (drafts.read(yaml)) {
            case ParsedCondition.Good good -> {
                String form = form(drafts.json(good.condition()));
                answer.put("form", form.isEmpty() ? "" : ConditionForm.read(form));
                answer.put("problems", List.of());
            }
            case ParsedCondition.Broken broken ->
                answer.put(
                        "problems",
                        broken.problems().stream()
                                .map(problem -> new Wrong(problem.path(), problem.text()))
                                .toList());
        }

        return json(answer);
    }

    /**
     * What a condition says and for how many it holds: a line of JSON for what is known at once, then lines as the count goes on.
     * The count ends when the browser goes away, or when a newer one of the same page comes.
     */
    @PostMapping("/directories/{pool}/segments/try")
    void tryOut(
            Viewer viewer,
            @PathVariable String pool,
            @RequestParam(defaultValue = "") String form,
            @RequestParam(defaultValue = "") String yaml,
            @RequestParam(defaultValue = "") String page,
            @RequestParam(defaultValue = "false") boolean exact,
            HttpServletResponse response) {
        DirectoryView directory = directories.find(viewer, pool, Role.MANAGE);
        response.setContentType("application/x-ndjson;charset=utf-8");
        JsonLines lines = new JsonLines(response);
        List<Wrong> wrong = new ArrayList<>();
        String text = written(form, yaml, wrong);
        try {
            lines.write(said(form, text, wrong));
            if (!wrong.isEmpty()) {
                return;
            }

            desk.work(viewer.user().name() + " " + page, lines::keepAlive, turn -> {
                SegmentPreview.Watch watch = (contacts, share) -> {
                    turn.check();
                    lines.progress(share);
                };
                lines.write(exact ? counted(directory, text, watch) : estimated(directory, text, watch));
            });
        } catch (CancellationException e) {
            lines.write(Map.of("overtaken", true));
        } catch (Refusal refusal) {
            lines.write(Map.of("refused", String.valueOf(refusal.getMessage())));
        }
    }

    private Map<String, Object> said(String form, String text, List<Wrong> wrong) {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("problems", wrong);
        if (drafts.read(text) instanceof ParsedCondition.Good good) {
            said.put("words", conditions.words(good.condition()));
            said.put("yaml", conditions.yaml(drafts.json(good.condition())));
        } else if (!form.isBlank()) {
            said.put("yaml", text.isEmpty() ? "" : conditions.yaml(text));
        }

        return said;
    }

    private Map<String, Object> counted(DirectoryView directory, String text, SegmentPreview.Watch watch) {
        SegmentPreview.Count count = drafts.count(directory.id(), text, watch);
        return answer(directory, count.members(), count.contacts(), count.asOf(), "");
    }

    private Map<String, Object> estimated(DirectoryView directory, String text, SegmentPreview.Watch watch) {
        SegmentPreview.Estimate estimate = drafts.estimate(directory.id(), text, watch);
        return answer(
                directory,
                estimate.members(),
                estimate.contacts(),
                estimate.asOf(),
                estimate.isExact()
                        ? ""
                        : String.format(
                                Locale.ENGLISH,
                                "%.2f %% ± %.2f %%",
                                estimate.contacts() == 0 ? 0 : 100.0 * estimate.members() / estimate.contacts(),
                                100 * estimate.error()));
    }

    /** @param about the share with its error; empty for a count */
    private static Map<String, Object> answer(
            DirectoryView directory, long members, long contacts, java.time.Instant asOf, String about) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("count", about.isEmpty() ? Texts.number(members) : "about " + Texts.number(rounded(members)));
        answer.put(
                "of",
                about.isEmpty()
                        ? "of " + Texts.number(contacts) + " contacts"
                        : "(" + about + " of about " + Texts.number(rounded(contacts)) + " contacts)");
        answer.put("asOf", Texts.moment(asOf, SegmentTexts.zone(directory)).text());
        answer.put("exact", about.isEmpty());
        return answer;
    }

    /** To three digits: what is about right has no more. */
    private static long rounded(long number) {
        long unit = 1;
        while (number / unit >= 1_000) {
            unit *= 10;
        }

        return Math.round((double) number / unit) * unit;
    }

    /** Which parts of an unsaved condition hold for a contact. */
    @PostMapping("/directories/{pool}/segments/explain")
    ResponseEntity<String> explain(
            Viewer viewer,
            @PathVariable String pool,
            @RequestParam(defaultValue = "") String form,
            @RequestParam(defaultValue = "") String yaml,
            @RequestParam(defaultValue = "") String contact) {
        DirectoryView directory = directories.find(viewer, pool, Role.MANAGE);
        List<Wrong> wrong = new ArrayList<>();
        String text = written(form, yaml, wrong);
        if (!wrong.isEmpty()) {
            return json(Map.of(
                    "refused",
                    "The condition is not complete: " + wrong.getFirst().reason()));
        }

        try {
            Explanation explanation = drafts.explain(directory.id(), text, contact.strip());
            return json(Map.of(
                    "verdict",
                    explanation.holds()
                            ? "The condition holds for the contact."
                            : "The condition does not hold for it.",
                    "lines",
                    conditions.lines(Part.of(explanation))));
        } catch (Refusal refusal) {
            return json(Map.of("refused", String.valueOf(refusal.getMessage())));
        }
    }

    /** Writes JSON line by line, so that each is read as soon as it is there. */
    private static final class JsonLines {

        private static final long PAUSE_NANOS = 300_000_000;

        private final HttpServletResponse response;
        private long last = System.nanoTime();
        private boolean gone;

        JsonLines(HttpServletResponse response) {
            this.response = response;
        }

        void write(Map<String, Object> line) {
            if (gone) {
                return;
            }

            try {
                byte[] bytes = (JSON.writeValueAsString(line) + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
                response.getOutputStream().write(bytes);
                response.flushBuffer();
                last = System.nanoTime();
            } catch (IOException e) {
                // Nobody reads any more.
                gone = true;
                throw new CancellationException("The reader went away");
            }
        }

        void keepAlive() {
            progress(0);
        }

        void progress(double share) {
            if (System.nanoTime() - last > PAUSE_NANOS) {
                write(Map.of("share", share));
            }
        }
    }
}
