package io.muster.web.console.segments;

import io.muster.access.Role;
import io.muster.app.AutomationService;
import io.muster.app.DirectoryView;
import io.muster.app.ExplainedMembership;
import io.muster.app.SegmentOverview;
import io.muster.app.SegmentOverviews;
import io.muster.app.SegmentReach;
import io.muster.app.SegmentReach.Reach;
import io.muster.app.SegmentRef;
import io.muster.app.SegmentRefreshes;
import io.muster.app.SegmentService;
import io.muster.directory.Contact;
import io.muster.directory.ContactField;
import io.muster.directory.store.AuditEntry;
import io.muster.segment.DefinitionChange;
import io.muster.segment.Segment;
import io.muster.segment.condition.ParsedCondition;
import io.muster.segment.members.Publication;
import io.muster.support.Refusal;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.CsvDownload;
import io.muster.web.console.page.Pager;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** {@code /directories/POOL_…/segments/SG_…}: what a segment says, whom it holds, and how that came about. */
@Controller
final class SegmentController {

    private static final int PUBLICATIONS = 90;
    private static final int DEFINITIONS = 20;
    private static final int ACTS = 50;
    private static final int SOME = 10;
    private static final int MEMBERS = 50;

    private final ConsolePages pages;
    private final SeenDirectories directories;
    private final SegmentOverviews segments;
    private final SegmentService service;
    private final SegmentRefreshes refreshes;
    private final SegmentReach reach;
    private final RebuildState rebuilds;
    private final AutomationService automations;
    private final ConditionReading conditions;
    private final SegmentTexts.Files files;

    SegmentController(
            ConsolePages pages,
            SegmentTexts.Files files,
            SeenDirectories directories,
            SegmentOverviews segments,
            SegmentService service,
            SegmentRefreshes refreshes,
            SegmentReach reach,
            RebuildState rebuilds,
            AutomationService automations,
            ConditionReading conditions) {
        this.pages = pages;
        this.directories = directories;
        this.segments = segments;
        this.service = service;
        this.refreshes = refreshes;
        this.reach = reach;
        this.rebuilds = rebuilds;
        this.automations = automations;
        this.conditions = conditions;
        this.files = files;
    }

    /**
     * One segment.
     *
     * @param asOf the moment that its members show; null until it was first rebuilt
     * @param words its condition in words; empty where it cannot be read
     * @param broken why it cannot be read; empty where it can
     */
    record SegmentPage(
            String address,
            String id,
            boolean mayChange,
            RebuildState.Live live,
            @Nullable Moment asOf,
            @Nullable Moment next,
            boolean rebuilt,
            boolean mayPutBack,
            List<SegmentTexts.Held> held,
            SegmentCharts.@Nullable Trend trend,
            String words,
            String yaml,
            String broken,
            String guard,
            List<SegmentTexts.Use> usedBy,
            List<Definition> definitions,
            List<Act> acts,
            SegmentTexts.Files files) {}

    /** A contact that is a member. */
    record Person(String address, String id, String name, String reference, String email) {}

    /**
     * A condition that the segment has, or has had.
     *
     * @param edit where it can be put back; null for the one it has
     */
    record Definition(
            Moment at,
            int revision,
            String by,
            String yaml,
            @Nullable String edit) {}

    /** What somebody did to the segment. */
    record Act(Moment at, String what, String by, String detail) {}

    /** How many can be reached, as bars. */
    record ReachPage(String address, String name, List<ReachBar> bars, String finding, SegmentTexts.Files files) {}

    /** @param width of 300; null where the number is not known */
    record ReachBar(String name, String number, @Nullable Integer width) {}

    /** Members, some at a time. */
    record MembersPage(
            String address, String name, List<Person> people, String members, Pager pager, SegmentTexts.Files files) {}

    /**
     * Why a contact is in the segment, or is not.
     *
     * @param verdict as a sentence; empty until a contact was named
     */
    record ExplainPage(
            String address,
            String name,
            String contact,
            List<Problem> problems,
            String verdict,
            List<ConditionReading.Line> lines,
            SegmentTexts.Files files) {}

    @GetMapping("/directories/{pool}/segments/{id}")
    ModelAndView show(Viewer viewer, @PathVariable String pool, @PathVariable String id) {
        DirectoryView directory = directories.find(viewer, pool, Role.ACCESS);
        SegmentOverview overview = segments.show(directory.id(), id);
        Segment segment = overview.segment();
        ZoneId zone = SegmentTexts.zone(directory);
        String address = SegmentTexts.address(directory, segment);
        List<Publication> publications = segments.publications(segment, PUBLICATIONS);
        ParsedCondition parsed = segments.condition(segment);
        Instant asOf = overview.size().asOf();
        SegmentTexts.Held held = SegmentTexts.held(overview, address);
        return pages.inDirectory(
                "segments/segment",
                segment.name(),
                viewer,
                directory,
                new SegmentPage(
                        address,
                        segment.id(),
                        SegmentTexts.mayChange(viewer),
                        rebuilds.live(directory, SegmentTexts.members(overview), address + "/live"),
                        asOf == null ? null : Texts.moment(asOf, zone),
                        SegmentsController.next(automations.rebuilds(directory), segment, zone),
                        segment.published() != null,
                        segment.previous() != null && segment.heldReason() != Segment.HeldReason.ROLLBACK,
                        held == null ? List.of() : List.of(held),
                        SegmentCharts.trend(publications, overview.size().held(), zone),
                        conditions.words(parsed),
                        conditions.yaml(segment.definition()),
                        conditions.broken(parsed),
                        SegmentTexts.guard(segment),
                        SegmentTexts.uses(overview, SegmentTexts.address(directory)),
                        definitions(segment, address, zone),
                        segments.actions(segment, ACTS).stream()
                                .map(entry -> act(entry, zone))
                                .toList(),
                        files));
    }

    private List<Definition> definitions(Segment segment, String address, ZoneId zone) {
        List<Definition> found = new ArrayList<>();
        for (DefinitionChange change :
                segments.definitions(segment).stream().limit(DEFINITIONS).toList()) {
            found.add(new Definition(
                    Texts.moment(change.definedAt(), zone),
                    change.revision(),
                    change.actor(),
                    conditions.yaml(change.definition()),
                    change.revision() == segment.revision() ? null : address + "/edit?revision=" + change.revision()));
        }

        return found;
    }

    private static Act act(AuditEntry entry, ZoneId zone) {
        Object result = entry.detail().get("result");
        return new Act(
                Texts.moment(entry.actedAt(), zone),
                Texts.act(entry.action()),
                entry.actor().text(),
                result == null ? "" : result.toString());
    }

    private static Person person(Contact contact, DirectoryView directory) {
        String name = Stream.of(
                        text(contact.profile().field(ContactField.FIRST_NAME)),
                        text(contact.profile().field(ContactField.LAST_NAME)))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" "));
        return new Person(
                "/directories/" + directory.id() + "/contacts/" + contact.id(),
                contact.id(),
                name,
                text(contact.profile().field(ContactField.EXT_REF)),
                text(contact.profile().field(ContactField.EMAIL)));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    @GetMapping("/directories/{pool}/segments/{id}/live")
    ModelAndView live(Viewer viewer, @PathVariable String pool, @PathVariable String id) {
        DirectoryView directory = directories.find(viewer, pool, Role.ACCESS);
        SegmentOverview overview = segments.sized(directory.id(), id);
        return ConsolePages.part(
                "segments/live :: live",
                rebuilds.live(
                        directory,
                        SegmentTexts.members(overview),
                        SegmentTexts.address(directory, overview.segment()) + "/live"));
    }

    @PostMapping("/directories/{pool}/segments/{id}/rebuild")
    ModelAndView rebuild(Viewer viewer, @PathVariable String pool, @PathVariable String id) {
        DirectoryView directory = directories.find(viewer, pool, Role.MANAGE);
        Segment segment = segments.find(directory.id(), id);
        var ignored = refreshes.start(viewer.actor(), segment);
        return ConsolePages.goTo(SegmentTexts.address(directory, segment));
    }

    @GetMapping("/directories/{pool}/segments/{id}/reach")
    ModelAndView reach(Viewer viewer, @PathVariable String pool, @PathVariable String id, HttpServletRequest request) {
        DirectoryView directory = directories.find(viewer, pool, Role.ACCESS);
        SegmentOverview overview = segments.sized(directory.id(), id);
        Segment segment = overview.segment();
        Long members = overview.size().members();
        ReachPage page = reachPage(
                directory,
                segment,
                members == null
                        ? new Reach(0, true, 0, 0, OptionalLong.of(0), OptionalLong.of(0))
                        : reach.of(directory.id(), segment, members));
        return request.getHeader("X-Muster-Part") == null
                ? pages.inDirectory("segments/reach", "Reach of " + segment.name(), viewer, directory, page)
                : ConsolePages.part("segments/reach :: reach", page);
    }

    private ReachPage reachPage(DirectoryView directory, Segment segment, Reach reach) {
        List<ReachBar> bars = List.of(
                bar("Members", OptionalLong.of(reach.members()), reach.members(), true),
                bar("With a reference", OptionalLong.of(reach.withReference()), reach.members(), reach.isExact()),
                bar("Not opted out", OptionalLong.of(reach.notOptedOut()), reach.members(), reach.isExact()),
                bar("May be sent a message now", reach.mail(), reach.members(), true),
                bar("May be shown an intercept now", reach.web(), reach.members(), true));
        return new ReachPage(
                SegmentTexts.address(directory, segment),
                segment.name(),
                bars,
                "%s of %s members did not opt out; %s have a reference"
                        .formatted(
                                Texts.number(reach.notOptedOut()),
                                Texts.number(reach.members()),
                                Texts.number(reach.withReference())),
                files);
    }

    private static ReachBar bar(String name, OptionalLong number, long members, boolean isExact) {
        return number.isEmpty()
                ? new ReachBar(name, "not worked out for so many", null)
                : new ReachBar(
                        name,
                        (isExact ? "" : "about ") + Texts.number(number.getAsLong()),
                        members == 0 ? 0 : (int) (number.getAsLong() * 300 / members));
    }

    /** A few members, which a page asks for once it is shown; else all of them are led to. */
    @GetMapping("/directories/{pool}/segments/{id}/sample")
    ModelAndView sample(Viewer viewer, @PathVariable String pool, @PathVariable String id, HttpServletRequest request) {
        DirectoryView directory = directories.find(viewer, pool, Role.ACCESS);
        Segment segment = segments.find(directory.id(), id);
        return request.getHeader("X-Muster-Part") == null
                ? ConsolePages.goTo(SegmentTexts.address(directory, segment) + "/members")
                : ConsolePages.part(
                        "segments/people :: some",
                        reach.some(segment, SOME).stream()
                                .map(contact -> person(contact, directory))
                                .toList());
    }

    @GetMapping("/directories/{pool}/segments/{id}/members")
    ModelAndView members(
            Viewer viewer,
            @PathVariable String pool,
            @PathVariable String id,
            @RequestParam(defaultValue = "0") long after) {
        DirectoryView directory = directories.find(viewer, pool, Role.ACCESS);
        SegmentOverview overview = segments.sized(directory.id(), id);
        String address = SegmentTexts.address(directory, overview.segment());
        SegmentReach.Members found = reach.after(overview.segment(), Math.max(0, after), MEMBERS);
        Long last = found.last();
        return pages.inDirectory(
                "segments/members",
                "Members of " + overview.segment().name(),
                viewer,
                directory,
                new MembersPage(
                        address,
                        overview.segment().name(),
                        found.contacts().stream()
                                .map(contact -> person(contact, directory))
                                .toList(),
                        SegmentTexts.members(overview),
                        Pager.of(
                                address + "/members",
                                Map.of(),
                                after > 0 ? Long.toString(after) : "",
                                last == null ? null : Long.toString(last)),
                        files));
    }

    @GetMapping({
        "/directories/{pool}/segments/{id}/members/exact.csv",
        "/directories/{pool}/segments/{id}/members/spreadsheet.csv"
    })
    void export(
            Viewer viewer,
            @PathVariable String pool,
            @PathVariable String id,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        DirectoryView directory = directories.find(viewer, pool, Role.ACCESS);
        Segment segment = segments.find(directory.id(), id);
        if (segment.published() == null) {
            throw Refusal.conflict(
                    "NEVER_REBUILT",
                    "Cannot export the members of the segment " + segment.called()
                            + ": it was never rebuilt. Rebuild it first.");
        }

        CsvDownload.write(
                response,
                "members-" + segment.id().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
                request.getRequestURI().endsWith("/spreadsheet.csv"),
                List.of("contactId", "extRef"),
                records -> service.forEachMember(
                        new SegmentRef(segment.id(), null),
                        member -> records.accept(List.of(member.contactId(), text(member.extRef())))));
    }

    @GetMapping("/directories/{pool}/segments/{id}/explain")
    ModelAndView explain(
            Viewer viewer,
            @PathVariable String pool,
            @PathVariable String id,
            @RequestParam(defaultValue = "") String contact) {
        DirectoryView directory = directories.find(viewer, pool, Role.ACCESS);
        Segment segment = segments.find(directory.id(), id);
        String address = SegmentTexts.address(directory, segment);
        ExplainPage page = new ExplainPage(address, segment.name(), contact, List.of(), "", List.of(), files);
        HttpStatus status = HttpStatus.OK;
        if (!contact.isBlank()) {
            try {
                ExplainedMembership answer = service.explain(new SegmentRef(segment.id(), null), contact.strip());
                page = new ExplainPage(
                        address,
                        segment.name(),
                        contact,
                        List.of(),
                        verdict(answer),
                        conditions.lines(answer.condition()),
                        files);
            } catch (Refusal refusal) {
                page = new ExplainPage(
                        address,
                        segment.name(),
                        contact,
                        List.of(new Problem("contact", String.valueOf(refusal.getMessage()))),
                        "",
                        List.of(),
                        files);
                status = HttpStatus.BAD_REQUEST;
            }
        }

        return pages.inDirectory(
                "segments/explain", "Explain a contact in " + segment.name(), viewer, directory, page, status);
    }

    private static String verdict(ExplainedMembership answer) {
        String now = answer.holds() ? "The condition holds now" : "The condition does not hold now";
        if (answer.member() == answer.holds()) {
            return now + (answer.member() ? ", and the contact is a member." : ", and the contact is no member.");
        }

        return now
                + (answer.member()
                        ? ", but the contact is still a member: members are those of the last rebuild."
                        : ", but the contact is no member yet: members are those of the last rebuild.");
    }
}
