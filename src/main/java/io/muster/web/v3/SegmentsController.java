package io.muster.web.v3;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.access.Scope;
import io.muster.app.ContactReading;
import io.muster.app.DatedContact;
import io.muster.app.SearchTest;
import io.muster.app.SegmentRefreshes;
import io.muster.app.SegmentRefreshes.Refresh;
import io.muster.app.SegmentService;
import io.muster.directory.ContactField;
import io.muster.directory.Directory;
import io.muster.directory.Profile;
import io.muster.segment.Segment;
import io.muster.segment.members.SegmentMembers.MembersOfVersion;
import io.muster.web.call.Caller;
import io.muster.web.call.Needs;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The segments of a directory, their members and their rebuilds. */
@RestController
@RequestMapping(V3Paths.DIRECTORY + "/segments")
final class SegmentsController {

    private final Doors doors;
    private final SegmentService segments;
    private final SegmentRefreshes refreshes;
    private final ContactReading contacts;

    SegmentsController(Doors doors, SegmentService segments, SegmentRefreshes refreshes, ContactReading contacts) {
        this.doors = doors;
        this.segments = segments;
        this.refreshes = refreshes;
        this.contacts = contacts;
    }

    /** A segment. */
    record Listed(
            String segmentId,
            String name,
            @Nullable String description,
            long contactCount,
            String creationDate,
            String lastModifiedDate,
            Criteria criteria) {}

    /** Its condition, where that is one test of a search. */
    record Criteria(
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            SimpleFilter simpleFilter) {}

    /** A test of a search. */
    record SimpleFilter(
            String filterType,
            Object comparison,
            @Nullable String value,
            @Nullable String mailingListId) {

        static SimpleFilter of(SearchTest test) {
            return new SimpleFilter(test.type(), test.comparison(), test.value(), test.list());
        }
    }

    /** A member. */
    record Member(
            String contactId,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String email,
            @Nullable String phone,
            @Nullable String extRef,
            @Nullable String language,
            boolean directoryUnsubscribed,
            @Nullable String directoryUnsubscribeDate,
            boolean segmentUnsubscribed,
            @Nullable String segmentUnsubscribeDate) {

        static Member of(DatedContact dated) {
            Profile profile = dated.contact().profile();
            return new Member(
                    dated.contact().id(),
                    profile.field(ContactField.FIRST_NAME),
                    profile.field(ContactField.LAST_NAME),
                    profile.field(ContactField.EMAIL),
                    profile.field(ContactField.PHONE),
                    profile.field(ContactField.EXT_REF),
                    profile.field(ContactField.LANGUAGE),
                    profile.unsubscribed(),
                    V3Dates.iso(dated.optedOutAt()),
                    false,
                    null);
        }
    }

    /** How far a rebuild is. */
    record Progress(int percentComplete, String status) {

        static Progress of(Refresh refresh) {
            return new Progress(
                    (int) (refresh.share() * 100),
                    switch (refresh.status()) {
                        case QUEUED -> "queued";
                        case RUNNING -> "inProgress";
                        case COMPLETED -> "complete";
                        case FAILED, STOPPED, DEAD, ABANDONED -> "failed";
                    });
        }
    }

    @GetMapping
    Envelope<V3Page<Listed>> list(@Needs(Scope.READ) Caller caller, @PathVariable String directory, PageAsk ask) {
        Directory found = doors.directory(caller, directory);
        List<Segment> some = segments.inOrder(found, ask.number().orElse(0L), ask.size() + 1);
        return Envelope.of(PageAsk.map(ask.page(some, Segment::number), segment -> listed(found, segment)));
    }

    @GetMapping("/{segment}")
    Envelope<Listed> show(
            @Needs(Scope.READ) Caller caller, @PathVariable String directory, @PathVariable String segment) {
        Directory found = doors.directory(caller, directory);
        return Envelope.of(listed(found, find(found, segment)));
    }

    private Listed listed(Directory directory, Segment segment) {
        return new Listed(
                segment.id(),
                segment.name(),
                null,
                segments.size(segment),
                V3Dates.text(segment.createdAt()),
                V3Dates.text(segment.modifiedAt()),
                new Criteria(segments.searchTest(directory, segment)
                        .map(SimpleFilter::of)
                        .orElse(null)));
    }

    private Segment find(Directory directory, String id) {
        return segments.byId(directory, id)
                .orElseThrow(() -> V3Exception.notFound(
                        "UNKNOWN_SEGMENT",
                        "Cannot use the segment: the directory has none of this id. Take an id from its segments."));
    }

    @GetMapping("/{segment}/contacts")
    Envelope<V3Page<Member>> members(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String directory,
            @PathVariable String segment,
            PageAsk ask) {
        Directory found = doors.directory(caller, directory);
        Segment of = find(found, segment);
        // A position holds the version, so that all pages are of one.
        String[] position = ask.position().map(text -> text.split(":", 2)).orElse(new String[] {"", "0"});
        Long version = position[0].isEmpty() ? null : Long.valueOf(position[0]);
        MembersOfVersion some = segments.membersOf(of, version, Long.parseLong(position[1]), ask.size() + 1)
                .orElseThrow(() -> V3Exception.bad(
                        "BAD_SKIP_TOKEN",
                        "Cannot go on: the version of the segment that the page before was of is not kept any more."
                                + " Begin without skipToken."));
        boolean more = some.numbers().size() > ask.size();
        List<Long> numbers = more ? some.numbers().subList(0, ask.size()) : some.numbers();
        List<Member> members =
                contacts.byNumbers(found, numbers).stream().map(Member::of).toList();
        return Envelope.of(ask.page(members, more ? some.version() + ":" + numbers.getLast() : null));
    }

    @GetMapping("/{segment}/contacts/{contact}")
    Envelope<Member> member(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String directory,
            @PathVariable String segment,
            @PathVariable String contact) {
        Directory found = doors.directory(caller, directory);
        Segment of = find(found, segment);
        long number = doors.contact(found, contact);
        return Envelope.of(contacts.byNumbers(found, List.of(number)).stream()
                .filter(one -> segments.isMember(of, number))
                .findFirst()
                .map(Member::of)
                .orElseThrow(Doors::unknownContact));
    }

    @PostMapping("/{segment}/refresh-jobs")
    Envelope<ContactsController.Made> refresh(
            @Needs(Scope.MANAGE) Caller caller, @PathVariable String directory, @PathVariable String segment) {
        Directory found = doors.directory(caller, directory);
        return Envelope.of(new ContactsController.Made(refreshes.start(caller.actor(), find(found, segment))));
    }

    @GetMapping("/{segment}/refresh-jobs/{run}")
    Envelope<Progress> progress(
            @Needs(Scope.READ) Caller caller,
            @PathVariable String directory,
            @PathVariable String segment,
            @PathVariable String run) {
        Directory found = doors.directory(caller, directory);
        Segment ignored = find(found, segment);
        return Envelope.of(refreshes
                .show(found, run)
                .map(Progress::of)
                .orElseThrow(() -> V3Exception.notFound(
                        "UNKNOWN_SEGMENT",
                        "Cannot show the refresh job: the directory has none of this id. Start one by POST"
                                + " …/refresh-jobs.")));
    }
}
