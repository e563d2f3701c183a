package io.muster.app;

import io.muster.directory.Actor;
import io.muster.directory.Contact;
import io.muster.directory.Directory;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.Directories;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.frequency.StoredRule;
import io.muster.intercept.Projects;
import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.segment.SizeGuard;
import io.muster.segment.condition.Condition;
import io.muster.segment.condition.ContactTest;
import io.muster.segment.condition.ParsedCondition;
import io.muster.segment.evaluate.Explanation;
import io.muster.segment.members.Member;
import io.muster.segment.members.MemberPage;
import io.muster.segment.members.MembershipHistory;
import io.muster.segment.members.MembershipHistory.Change;
import io.muster.segment.members.Publication;
import io.muster.segment.members.SegmentMembers;
import io.muster.segment.members.SegmentMembers.MembersOfVersion;
import io.muster.segment.members.SegmentPreview;
import io.muster.segment.publish.Switching;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/** Segments: their conditions, members, versions and history. */
public final class SegmentService {

    private final Directories directories;
    private final Contacts contacts;
    private final Segments segments;
    private final Projects intercepts;
    private final Switching switching;
    private final SegmentMembers members;
    private final MembershipHistory history;
    private final SegmentPreview preview;
    private final FrequencyRuleStore rules;
    private final TransactionTemplate transactions;
    private final Ids ids;

    SegmentService(
            Directories directories,
            Contacts contacts,
            Segments segments,
            Projects intercepts,
            Switching switching,
            SegmentMembers members,
            MembershipHistory history,
            SegmentPreview preview,
            FrequencyRuleStore rules,
            TransactionTemplate transactions,
            Ids ids) {
        this.rules = rules;
        this.transactions = transactions;
        this.ids = ids;
        this.directories = directories;
        this.contacts = contacts;
        this.segments = segments;
        this.intercepts = intercepts;
        this.switching = switching;
        this.members = members;
        this.history = history;
        this.preview = preview;
    }

    /** How many segments a directory has. */
    public int count(String directory) {
        return all(directory).size();
    }

    /** The segments of a directory by name. */
    public List<Segment> all(String directory) {
        return segments.of(directories.find(directory).number());
    }

    /**
     * Segments of a directory by name.
     *
     * @param after id or name of the last segment of the page before; null for the first page
     */
    public Page<SegmentView> list(String directory, @Nullable String after, int most) {
        Directory found = directories.find(directory);
        String name =
                after == null ? null : segments.find(found.number(), after).name();
        return Page.of(segments.page(found.number(), name, most + 1), most, Segment::id)
                .map(segment -> SegmentView.of(found, segment, history));
    }

    /** Some segments of a directory, made after the one of that number, in the order of their making. */
    public List<Segment> inOrder(Directory directory, long after, int most) {
        return segments.inOrder(directory.number(), after, most);
    }

    /** How many members readers see. */
    public long size(Segment segment) {
        return segment.published() == null
                ? 0
                : history.publications(segment, 1).stream()
                        .findFirst()
                        .map(Publication::members)
                        .orElse(0L);
    }

    /** The condition of a segment as a test of a search; empty when it is none. */
    public Optional<SearchTest> searchTest(Directory directory, Segment segment) {
        return segments.parsed(segment) instanceof ParsedCondition.Good good
                ? SearchTest.of(good.condition(), directory.timeZone(), ids)
                : Optional.empty();
    }

    /** The segment of an id; empty when the directory has none. */
    public Optional<Segment> byId(Directory directory, String id) {
        OptionalLong number = ids.read(PublicId.SEGMENT, id);
        return number.isEmpty()
                ? Optional.empty()
                : segments.byNumber(number.getAsLong()).filter(found -> found.directory() == directory.number());
    }

    /** Some members of one version, as in {@link SegmentMembers#ofVersion}. */
    public Optional<MembersOfVersion> membersOf(Segment segment, @Nullable Long version, long after, int most) {
        return members.ofVersion(segment, version, after, most);
    }

    /** Whether a contact is a member in the version that readers see. */
    public boolean isMember(Segment segment, long contact) {
        return history.segmentsOf(segment.directory(), contact).contains(segment.number());
    }

    /** The ids of the directories of segments, by the segments' ids; those that are gone are left out. */
    public Map<String, String> directoriesOf(Collection<String> some) {
        return segments
                .byNumbers(some.stream()
                        .flatMapToLong(id -> ids.read(PublicId.SEGMENT, id).stream())
                        .boxed()
                        .toList())
                .stream()
                .collect(Collectors.toMap(Segment::id, segment -> ids.directory(segment.directory())));
    }

    /** A segment with who uses it. */
    public SegmentDetails show(SegmentRef segment) {
        Segment found = find(segment);
        return new SegmentDetails(
                view(found), segments.users(found).stream().map(Segment::id).toList());
    }

    /** Saves a condition as a segment; its members come with the next rebuild. */
    public SegmentView create(Actor actor, String directory, String name, String condition, SizeGuard guard) {
        Directory found = directories.find(directory);
        return SegmentView.of(found, segments.create(found, name, condition, guard, actor), history);
    }

    /** Changes a segment: all that is asked for, or nothing. */
    public SegmentView change(SegmentChange request) {
        return Objects.requireNonNull(transactions.execute(status -> {
            Segment after = find(request.segment());
            if (request.condition() != null) {
                after = segments.redefine(after, request.condition(), request.actor());
            }

            if (request.guard() != null) {
                after = segments.guard(after, request.guard().apply(after.guard()), request.actor());
            }

            if (request.name() != null) {
                after = segments.rename(after, request.name(), request.actor());
            }

            return view(after);
        }));
    }

    /** The segment that would be deleted; a refusal while it is in use. */
    public SegmentView deletable(SegmentRef segment) {
        Segment found = find(segment);
        requireDeletable(found);
        return view(found);
    }

    /**
     * Looks whether a segment can be deleted.
     *
     * @throws Refusal while it is in use
     */
    public void requireDeletable(Segment segment) {
        requireUnused(segment);
        segments.checkUnused(segment);
    }

    /** Deletes a segment with the history of its members; the answer is what it was. A refusal while it is in use. */
    public SegmentView delete(Actor actor, SegmentRef segment) {
        Segment found = find(segment);
        SegmentView before = view(found);
        segments.delete(found, this::requireUnused, actor);
        return before;
    }

    private void requireUnused(Segment segment) {
        List<String> naming = rules.of(segment.directory()).stream()
                .filter(rule -> Objects.equals(rule.segment(), segment.number()))
                .map(StoredRule::id)
                .toList();
        if (!naming.isEmpty()) {
            throw Refusal.conflict(
                    "SEGMENT_IN_USE",
                    "Cannot delete the segment " + segment.called() + ": frequency rules name it: "
                            + String.join(", ", naming) + ". Remove them first.");
        }

        List<String> targeting = intercepts.usersOf(segment.number());
        if (!targeting.isEmpty()) {
            throw Refusal.conflict(
                    "SEGMENT_IN_USE",
                    "Cannot delete the segment " + segment.called() + ": the target of the intercept '"
                            + targeting.getFirst() + "' names it. Change the target, and put that in force.");
        }
    }

    /** Publishes the version that is held, and those that were held only because of it. */
    public List<SegmentView> publish(Actor actor, SegmentRef segment) {
        return switching.release(find(segment), actor).stream().map(this::view).toList();
    }

    /** Gives the version that is held up, and those that were held only because of it. */
    public List<SegmentView> discard(Actor actor, SegmentRef segment) {
        return switching.discard(find(segment), actor).stream().map(this::view).toList();
    }

    /** Puts the version before the published one back. */
    public SegmentView rollBack(Actor actor, SegmentRef segment) {
        return view(switching.rollBack(find(segment), actor));
    }

    /** How many contacts a condition holds for now. */
    public long count(String directory, String text, SegmentPreview.Watch progress) {
        Directory found = directories.find(directory);
        Condition<ContactTest> condition = segments.preview(found, text);
        return preview.count(found, condition, progress).members();
    }

    /** Which parts of a segment's condition hold for a contact now. */
    public ExplainedMembership explain(SegmentRef segment, String contact) {
        Segment found = find(segment);
        Contact who = contacts.find(found.directory(), contact);
        Explanation explanation = preview.explain(directory(found), found, who.number())
                .orElseThrow(() -> Refusal.conflict(
                        "CONTACT_GONE",
                        "Cannot explain the segment " + found.called() + ": the contact was deleted meanwhile."));
        boolean member = history.segmentsOf(found.directory(), who.number()).contains(found.number());
        return new ExplainedMembership(
                found.id(),
                found.name(),
                who.id(),
                member,
                explanation.holds(),
                ExplainedMembership.Part.of(explanation));
    }

    /** What a segment was over time, at most that many of each kind. */
    public SegmentPast past(SegmentRef segment, int most) {
        Segment found = find(segment);
        return new SegmentPast(
                found.id(),
                history.publications(found, most).stream()
                        .map(SegmentPast.Version::of)
                        .toList(),
                segments.definitions(found).stream()
                        .limit(most)
                        .map(SegmentPast.Written::of)
                        .toList(),
                segments.actions(found, most).stream().map(SegmentPast.Deed::of).toList());
    }

    /** The names of a directory's segments by their ids, in the order of the names. */
    public Map<String, String> names(String directory) {
        Map<String, String> names = new LinkedHashMap<>();
        segments.of(directories.find(directory).number()).stream()
                .sorted(Comparator.comparing(Segment::name))
                .forEach(segment -> names.put(segment.id(), segment.name()));
        return names;
    }

    /** The versions of a segment that readers saw, newest first, at most that many. */
    public List<SegmentPast.Version> versions(String directory, String segment, int most) {
        return history.publications(find(new SegmentRef(segment, directory)), most).stream()
                .map(SegmentPast.Version::of)
                .toList();
    }

    /** When a contact joined and left a segment, newest first. */
    public List<SegmentPast.Stay> stays(SegmentRef segment, String contact, int most) {
        Segment found = find(segment);
        return history
                .of(found.directory(), contacts.find(found.directory(), contact).number(), found.number(), most)
                .stream()
                .map(change -> SegmentPast.Stay.of(change, ids))
                .toList();
    }

    /**
     * Who joined and who left with a version: the contacts' ids.
     *
     * @param begun is run once the version is found
     */
    public void changes(SegmentRef segment, long version, Runnable begun, BiConsumer<Change, String> sink) {
        Segment found = find(segment);
        Publication publication = history.publications(found, Integer.MAX_VALUE).stream()
                .filter(one -> one.version() == version)
                .findFirst()
                .orElseThrow(() -> Refusal.notFound(
                                "UNKNOWN_VERSION",
                                "Cannot show version " + version + " of the segment " + found.called()
                                        + ": it was never published, or its history was pruned.")
                        .with("segment", found.id())
                        .with("version", version));
        begun.run();
        history.forEachChange(found, publication, sink);
    }

    /** One page of the members that readers see. */
    public MemberPage members(SegmentRef segment, @Nullable String after, int most) {
        return members.page(find(segment), after, most);
    }

    /** Hands out all members that readers see. */
    public void forEachMember(SegmentRef segment, Consumer<Member> sink) {
        members.forEach(find(segment), sink);
    }

    /** Writes all members that readers see and leaves the stream open. */
    public void writeMembers(SegmentRef segment, SegmentMembers.Format format, OutputStream out) throws IOException {
        long ignored = members.write(find(segment), format, out);
    }

    private Segment find(SegmentRef segment) {
        String directory = segment.directory();
        return segments.find(
                directory == null ? null : directories.find(directory).number(), segment.segment());
    }

    private SegmentView view(Segment segment) {
        return SegmentView.of(directory(segment), segment, history);
    }

    private Directory directory(Segment segment) {
        return directories.byNumber(segment.directory()).orElseThrow();
    }
}
