package io.muster.web.console.contacts;

import io.muster.access.Role;
import io.muster.access.User.UserDirectory;
import io.muster.app.AuditLine;
import io.muster.app.AuditRequest;
import io.muster.app.AuditService;
import io.muster.app.CountService;
import io.muster.app.CountService.Count;
import io.muster.app.DirectoryDeletions;
import io.muster.app.DirectoryService;
import io.muster.app.DirectoryView;
import io.muster.app.NewDirectory;
import io.muster.app.Page;
import io.muster.app.SegmentService;
import io.muster.dedup.rules.IdentityRule;
import io.muster.jobs.Progress;
import io.muster.support.Refusal;
import io.muster.web.console.page.Confirmation;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.ForbiddenException;
import io.muster.web.console.page.Pager;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
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

/** {@code /directories}: directories, and one of them: what it holds, by which rules, with which settings. */
@Controller
final class DirectoriesController {

    /** The address of a directory. */
    static final String ONE = "/directories/{id:POOL_[A-Za-z0-9]+}";

    private static final int MOST = 50;
    private static final int CHANGES = 10;

    private final ConsolePages pages;
    private final SeenDirectories seen;
    private final DirectoryService directories;
    private final DirectoryDeletions deletions;
    private final CountService counts;
    private final SegmentService segments;
    private final AuditService audit;

    DirectoriesController(
            ConsolePages pages,
            SeenDirectories seen,
            DirectoryService directories,
            DirectoryDeletions deletions,
            CountService counts,
            SegmentService segments,
            AuditService audit) {
        this.pages = pages;
        this.seen = seen;
        this.directories = directories;
        this.deletions = deletions;
        this.counts = counts;
        this.segments = segments;
        this.audit = audit;
    }

    /**
     * The directories.
     *
     * @param mayCreate whether the viewer may create one
     * @param form what was entered for a new one
     */
    record DirectoriesPage(
            List<Row> directories, Pager pager, boolean mayCreate, CreateForm form, List<Problem> problems) {

        /** Whether a field of the form is wrong. */
        public boolean wrong(String field) {
            return Problem.at(problems, field);
        }
    }

    /** A directory in the list. */
    record Row(String id, String name, String rules, String zone) {}

    /** A directory to be made. */
    record CreateForm(String name, String zone, String rules) {}

    @GetMapping("/directories")
    ModelAndView list(Viewer viewer, @RequestParam(defaultValue = "") String after) {
        viewer.require(Role.ACCESS);
        return list(viewer, after, new CreateForm("", viewer.zone().getId(), "extRef"), List.of());
    }

    private ModelAndView list(Viewer viewer, String after, CreateForm form, List<Problem> problems) {
        List<UserDirectory> own = viewer.directories();
        Page<DirectoryView> page = own == null
                ? directories.list(Texts.given(after), MOST)
                : new Page<>(own.stream().map(one -> directories.find(one.id())).toList(), null);
        return pages.page(
                "directories/list",
                "Directories",
                viewer,
                new DirectoriesPage(
                        page.items().stream().map(DirectoriesController::row).toList(),
                        Pager.of("/directories", Map.of(), after, page.next()),
                        mayCreate(viewer),
                        form,
                        problems),
                problems.isEmpty() ? HttpStatus.OK : HttpStatus.BAD_REQUEST);
    }

    /** Whoever has the role for some directories only would not even see a new one. */
    private static boolean mayCreate(Viewer viewer) {
        return viewer.can(Role.MANAGE) && viewer.directories() == null;
    }

    private static Row row(DirectoryView directory) {
        return new Row(directory.id(), directory.name(), rules(directory), directory.timeZone());
    }

    private static String rules(DirectoryView directory) {
        return directory.rules().stream()
                .map(fields -> String.join(" + ", fields))
                .collect(Collectors.joining(", or "));
    }

    @PostMapping("/directories")
    ModelAndView create(
            Viewer viewer,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String zone,
            @RequestParam(defaultValue = "") String rules) {
        if (!mayCreate(viewer)) {
            throw new ForbiddenException(Role.MANAGE);
        }

        CreateForm form = new CreateForm(name, zone, rules);
        ZoneId timeZone = SettingsForm.zone(zone);
        if (timeZone == null) {
            return list(viewer, "", form, List.of(SettingsForm.unknownZone(zone)));
        }

        try {
            DirectoryView made =
                    directories.create(new NewDirectory(viewer.actor(), name, timeZone, SettingsForm.lines(rules)));
            return ConsolePages.goTo("/directories/" + made.id());
        } catch (Refusal refusal) {
            return list(
                    viewer,
                    "",
                    form,
                    List.of(new Problem(refusal.code().endsWith("_RULE") ? "rules" : "name", refusal.getMessage())));
        }
    }

    /**
     * A directory.
     *
     * @param count null while its contacts are counted for the first time
     * @param asOf of which moment the count is; null likewise
     * @param pending whether a rule waits for the re-key
     * @param changes what was done with the directory, newest first
     * @param needs the role that changing needs; null when the viewer has it
     */
    record DirectoryPage(
            String id,
            @Nullable String count,
            @Nullable String optedOut,
            @Nullable Moment asOf,
            String lists,
            String segments,
            List<Rule> rules,
            boolean pending,
            List<Setting> settings,
            List<Change> changes,
            Moment created,
            @Nullable String needs) {}

    /** An identity rule. */
    record Rule(int number, String fields, String state) {}

    /** A setting in words. */
    record Setting(String name, String value) {}

    /** What somebody did with the directory. */
    record Change(Moment at, String who, String what, String detail) {}

    @GetMapping(ONE)
    ModelAndView show(Viewer viewer, @PathVariable String id) {
        DirectoryView directory = seen.find(viewer, id, Role.ACCESS);
        ZoneId zone = ZoneId.of(directory.timeZone());
        Count count = counts.of(id);
        return pages.inDirectory(
                "directories/directory",
                directory.name(),
                viewer,
                directory,
                new DirectoryPage(
                        id,
                        count == null ? null : Texts.number(count.contacts()),
                        count == null ? null : Texts.number(count.optedOut()),
                        count == null ? null : Texts.moment(count.asOf(), zone),
                        Texts.number(directories.lists(id)),
                        Texts.number(segments.count(id)),
                        directory.identityRules().stream()
                                .map(rule -> new Rule(
                                        rule.rule(),
                                        String.join(" + ", rule.fields()),
                                        rule.state() == IdentityRule.State.ACTIVE ? "active" : "pending"))
                                .toList(),
                        directory.hasPendingRule(),
                        SettingsForm.words(directory),
                        changes(id, zone),
                        Texts.moment(directory.created(), zone),
                        viewer.can(Role.MANAGE) ? null : Role.MANAGE.title()));
    }

    private List<Change> changes(String id, ZoneId zone) {
        return audit.list(new AuditRequest(null, null, null, id, null, null), null, CHANGES).items().stream()
                .map(line -> change(line, zone))
                .toList();
    }

    private static Change change(AuditLine line, ZoneId zone) {
        return new Change(
                Texts.moment(line.at(), zone),
                line.actor(),
                Texts.act(line.action()),
                line.detail().entrySet().stream()
                        .map(entry -> entry.getKey() + ": " + entry.getValue())
                        .collect(Collectors.joining(", ")));
    }

    @GetMapping(ONE + "/delete")
    ModelAndView delete(Viewer viewer, @PathVariable String id) {
        DirectoryView directory = seen.find(viewer, id, Role.MANAGE);
        List<String> obstacles = deletions.obstacles(id);
        if (!obstacles.isEmpty()) {
            return pages.confirm(
                    "Delete directory " + directory.name(),
                    viewer,
                    directory,
                    Confirmation.refused(obstacles, "/directories/" + id));
        }

        Count count = counts.of(id);
        List<String> effects = new ArrayList<>();
        effects.add("The directory “%s” goes for good, with all that is in it.".formatted(directory.name()));
        effects.add(
                count == null
                        ? "Its contacts go with everything that is known of them."
                        : "%s contacts go with everything that is known of them (counted %s)."
                                .formatted(Texts.number(count.contacts()), at(count.asOf(), directory)));
        effects.add("%s lists and %s segments go."
                .formatted(Texts.number(directories.lists(id)), Texts.number(segments.count(id))));
        effects.add("Its runs stay in the list of runs, without the contents of their rows.");
        effects.add("The deletion is a run that can be stopped and resumed; what is deleted does not come back.");
        return pages.confirm(
                "Delete directory " + directory.name(),
                viewer,
                directory,
                new Confirmation(
                        effects,
                        "/directories/" + id + "/delete",
                        List.of(),
                        "Delete directory",
                        "/directories/" + id));
    }

    private static String at(Instant moment, DirectoryView directory) {
        return Texts.moment(moment, ZoneId.of(directory.timeZone())).text();
    }

    @PostMapping(ONE + "/delete")
    ModelAndView deleted(Viewer viewer, @PathVariable String id) {
        DirectoryView directory = seen.find(viewer, id, Role.MANAGE);
        return ConsolePages.goTo("/runs/"
                + Objects.requireNonNull(deletions.start(viewer.actor(), directory.id(), Progress.NONE))
                        .id());
    }
}
