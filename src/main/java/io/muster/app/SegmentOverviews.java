package io.muster.app;

import io.muster.directory.store.AuditEntry;
import io.muster.directory.store.Directories;
import io.muster.intercept.SegmentUses;
import io.muster.segment.DefinitionChange;
import io.muster.segment.Segment;
import io.muster.segment.SegmentSize;
import io.muster.segment.Segments;
import io.muster.segment.SizedSegment;
import io.muster.segment.condition.ParsedCondition;
import io.muster.segment.members.MembershipHistory;
import io.muster.segment.members.Publication;
import io.muster.segment.members.SegmentTrends;
import io.muster.support.Refusal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Segments as lists and pages show them: with sizes, their past, and who uses them; few statements for many segments. */
public final class SegmentOverviews {

    /** So far back go the days of an overview. */
    private static final Duration BACK = Duration.ofDays(30);

    private final Directories directories;
    private final Segments segments;
    private final SegmentTrends trends;
    private final MembershipHistory history;
    private final SegmentUses uses;
    private final InstantSource clock;

    SegmentOverviews(
            Directories directories,
            Segments segments,
            SegmentTrends trends,
            MembershipHistory history,
            SegmentUses uses,
            InstantSource clock) {
        this.directories = directories;
        this.segments = segments;
        this.trends = trends;
        this.history = history;
        this.uses = uses;
        this.clock = clock;
    }

    /**
     * Segments of a directory by name.
     *
     * @param after the name of the last one of the page before; empty for the first page
     */
    public Page<SegmentOverview> page(String directory, String after, int most) {
        int number = directories.find(directory).number();
        Page<SizedSegment> page = Page.of(
                segments.sized(number, after, most + 1),
                most,
                one -> one.segment().name());
        return new Page<>(all(number, page.items()), page.next());
    }

    /** Those of a directory that have a version which is held, by name. */
    public List<SegmentOverview> held(String directory) {
        return segments.held(directories.find(directory).number()).stream()
                .map(SegmentOverviews::alone)
                .toList();
    }

    private static SegmentOverview alone(SizedSegment one) {
        return new SegmentOverview(one.segment(), one.size(), List.of(), List.of());
    }

    /**
     * One segment of a directory, with its sizes and who uses it, without its days.
     *
     * @throws Refusal when the directory has none of that id
     */
    public SegmentOverview show(String directory, String id) {
        SizedSegment one = one(directory, id);
        Segment segment = one.segment();
        return new SegmentOverview(
                segment,
                one.size(),
                List.of(),
                uses.of(segment.directory(), List.of(segment)).getOrDefault(segment.number(), List.of()));
    }

    /** The same without who uses it. */
    public SegmentOverview sized(String directory, String id) {
        return alone(one(directory, id));
    }

    private SizedSegment one(String directory, String id) {
        return segments.sized(directories.find(directory).number(), id)
                .orElseGet(() -> new SizedSegment(find(directory, id), SegmentSize.NONE));
    }

    /**
     * One segment of a directory, alone.
     *
     * @throws Refusal when the directory has none of that id
     */
    public Segment find(String directory, String id) {
        Segment segment = segments.find(directories.find(directory).number(), id);
        // Addresses have ids; a segment may be named like the id of another one.
        if (!segment.id().equals(id)) {
            throw Refusal.notFound("UNKNOWN_SEGMENT", "There is no segment " + id + " in this directory.");
        }

        return segment;
    }

    /** What readers saw of a segment, newest first. */
    public List<Publication> publications(Segment segment, int most) {
        return history.publications(segment, most);
    }

    /** The condition of a segment as it is stored. */
    public ParsedCondition condition(Segment segment) {
        return segments.parsed(segment);
    }

    /** The conditions that a segment has had, newest first. */
    public List<DefinitionChange> definitions(Segment segment) {
        return segments.definitions(segment);
    }

    /** What people did to a segment, newest first. */
    public List<AuditEntry> actions(Segment segment, int most) {
        return segments.actions(segment, most);
    }

    private List<SegmentOverview> all(int directory, List<SizedSegment> sized) {
        List<Segment> some = sized.stream().map(SizedSegment::segment).toList();
        Map<Long, List<SegmentTrends.Day>> days =
                trends.days(directory, some, clock.instant().minus(BACK));
        Map<Long, List<SegmentUses.Use>> used = uses.of(directory, some);
        return sized.stream()
                .map(one -> new SegmentOverview(
                        one.segment(),
                        one.size(),
                        days.getOrDefault(one.segment().number(), List.of()),
                        used.getOrDefault(one.segment().number(), List.of())))
                .toList();
    }
}
