package io.muster.app;

import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeRecord;
import io.muster.directory.ContactTransaction;
import io.muster.directory.SurveyResponse;
import io.muster.directory.Touchpoint;
import io.muster.directory.store.Responses;
import io.muster.directory.store.Timeline;
import io.muster.directory.store.Timeline.Place;
import io.muster.segment.members.MembershipChange;
import io.muster.segment.members.MembershipHistory;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One timeline of a contact out of several sources: touchpoints, transactions, merges into it, segments joined and left,
 * responses. Newest first; what happened at one moment is in the order of the sources, then of the source's own keys.
 */
final class MergedTimeline {

    private static final Pattern CURSOR = Pattern.compile("(-?\\d{1,18})-([0-4])-([0-9A-F]{1,32})");

    private static final Comparator<Event> ORDER = Comparator.comparingLong(Event::at)
            .reversed()
            .thenComparingInt(event -> event.source().rank)
            .thenComparing(Event::key);

    private static final int AT_ONCE = 500;

    private final Timeline timeline;
    private final Duplicates duplicates;
    private final MembershipHistory history;
    private final Responses responses;
    private final Ids ids;

    /** The sources in the order in which events of one moment are shown. */
    private enum Source {
        TOUCHPOINT(0),
        TRANSACTION(1),
        MERGE(2),
        SEGMENT(3),
        RESPONSE(4);

        /** Its digit in a cursor. */
        private final int rank;

        Source(int rank) {
            this.rank = rank;
        }

        private String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** @param key orders the events of one source and moment; upper-case hexadecimal digits of one length */
    private record Event(long at, Source source, String key, Map<String, Object> detail) {

        TimelineEntry entry() {
            return new TimelineEntry(
                    Instant.ofEpochMilli(at), source.word(), detail, at + "-" + source.rank + "-" + key);
        }
    }

    /** The last event of the page before. */
    private record Cursor(long at, int source, String key) {

        private static final Cursor START = new Cursor(Long.MAX_VALUE, 0, "");

        static Cursor parse(@Nullable String text) {
            if (text == null) {
                return START;
            }

            Matcher matcher = CURSOR.matcher(text.strip());
            if (!matcher.matches()) {
                throw Refusal.invalid(
                                "BAD_CURSOR",
                                "Cannot go on after '" + text + "': that is no place in a timeline."
                                        + " Give what the page before gave as next.")
                        .with("cursor", text);
            }

            return new Cursor(Long.parseLong(matcher.group(1)), Integer.parseInt(matcher.group(2)), matcher.group(3));
        }

        /** Where this cursor is among the events of one source. */
        Place in(Source of) {
            return of.rank == source
                    ? new Place(at, key)
                    : of.rank > source ? new Place(at, "") : new Place(at - 1, "");
        }
    }

    MergedTimeline(Timeline timeline, Duplicates duplicates, MembershipHistory history, Responses responses, Ids ids) {
        this.ids = ids;
        this.timeline = timeline;
        this.duplicates = duplicates;
        this.history = history;
        this.responses = responses;
    }

    Page<TimelineEntry> page(int directory, long number, @Nullable String after, int most) {
        return page(directory, number, TimelineFilter.ALL, after, most);
    }

    Page<TimelineEntry> page(int directory, long number, TimelineFilter filter, @Nullable String after, int most) {
        Cursor cursor = Cursor.parse(after);
        List<Event> events = new ArrayList<>();
        if (filter.wants(Source.TOUCHPOINT.word())) {
            touchpoints(directory, number, filter.channel(), cursor.in(Source.TOUCHPOINT), most + 1)
                    .forEach(one -> events.add(new Event(
                            one.event().happenedAt(), Source.TOUCHPOINT, one.key(), touchpoint(one.event()))));
        }

        if (filter.wants(Source.TRANSACTION.word())) {
            timeline.transactions(directory, number, cursor.in(Source.TRANSACTION), most + 1)
                    .forEach(one -> events.add(new Event(
                            one.event().happenedAt(),
                            Source.TRANSACTION,
                            one.key(),
                            transaction(directory, one.event()))));
        }

        if (filter.wants(Source.MERGE.word())) {
            events.addAll(merges(directory, number, cursor.in(Source.MERGE)));
        }

        if (filter.wants(Source.SEGMENT.word())) {
            Place place = cursor.in(Source.SEGMENT);
            history.before(directory, number, place.at(), before(place.key()), most + 1)
                    .forEach(one -> events.add(new Event(
                            one.change().at(), Source.SEGMENT, falling(one.publication()), segment(one.change()))));
        }

        if (filter.wants(Source.RESPONSE.word())) {
            responses
                    .of(directory, number, cursor.in(Source.RESPONSE), most + 1)
                    .forEach(one -> events.add(
                            new Event(one.event().happenedAt(), Source.RESPONSE, one.key(), response(one.event()))));
        }

        events.sort(ORDER);
        List<TimelineEntry> read =
                events.stream().limit(most + 1L).map(Event::entry).toList();
        return Page.of(read, most, TimelineEntry::cursor);
    }

    /** Touchpoints of a channel are among the others, and a contact has not many. */
    private List<Timeline.Keyed<Touchpoint>> touchpoints(
            int directory, long number, @Nullable String channel, Place from, int most) {
        if (channel == null) {
            return timeline.touchpoints(directory, number, from, most);
        }

        List<Timeline.Keyed<Touchpoint>> found = new ArrayList<>();
        Place place = from;
        List<Timeline.Keyed<Touchpoint>> some;
        do {
            some = timeline.touchpoints(directory, number, place, AT_ONCE);
            some.stream()
                    .filter(one -> one.event().channel().equals(channel))
                    .limit(most - found.size())
                    .forEach(found::add);
            if (!some.isEmpty()) {
                place = new Place(
                        some.getLast().event().happenedAt(), some.getLast().key());
            }
        } while (some.size() == AT_ONCE && found.size() < most);
        return found;
    }

    /** Merges are few: all of a contact are read. */
    private List<Event> merges(int directory, long number, Place from) {
        return duplicates.into(directory, number).stream()
                .map(merge -> new Event(merge.mergedAt(), Source.MERGE, falling(merge.id()), merge(merge)))
                .filter(event -> event.at() < from.at()
                        || (event.at() == from.at() && event.key().compareTo(from.key()) > 0))
                .toList();
    }

    /** A key by which a greater number comes first. */
    private static String falling(long number) {
        return "%016X".formatted(Long.MAX_VALUE - number);
    }

    private static long before(String falling) {
        return falling.isEmpty() ? Long.MAX_VALUE : Long.MAX_VALUE - Long.parseLong(falling, 16);
    }

    private Map<String, Object> touchpoint(Touchpoint touchpoint) {
        Map<String, Object> detail = Named.values("channel", touchpoint.channel(), "kind", touchpoint.kind());
        put(detail, "survey", touchpoint.survey());
        put(detail, "intercept", touchpoint.intercept());
        put(detail, "project", touchpoint.project());
        put(detail, "display", touchpoint.display());
        put(detail, "session", touchpoint.session());
        put(detail, "source", touchpoint.source());
        put(detail, "key", touchpoint.key());
        return ofRun(detail, touchpoint.run());
    }

    private Map<String, Object> transaction(int directory, ContactTransaction transaction) {
        Map<String, Object> detail = Named.values(
                "transactionId",
                ids.transaction(directory, transaction.number()),
                "fields",
                transaction.fields(),
                "source",
                transaction.source());
        put(detail, "id", transaction.id());
        return ofRun(detail, transaction.run());
    }

    private Map<String, Object> response(SurveyResponse response) {
        Map<String, Object> detail = Named.values("id", response.id());
        put(detail, "survey", response.survey());
        detail.put("intercept", ids.of(PublicId.INTERCEPT, response.intercept()));
        detail.put("project", ids.of(PublicId.PROJECT, response.project()));
        detail.put("verified", response.verified());
        detail.put("answers", ResponseView.answers(response));
        return detail;
    }

    private Map<String, Object> merge(MergeRecord merge) {
        return Named.values(
                "merge",
                ids.merge(merge.id()),
                "absorbed",
                merge.absorbed(),
                "state",
                merge.state().name());
    }

    private Map<String, Object> segment(MembershipChange change) {
        return Named.values(
                "segment",
                ids.segment(change.segment()),
                "name",
                change.segmentName(),
                "change",
                change.joined() ? "joined" : "left",
                "version",
                change.version());
    }

    private Map<String, Object> ofRun(Map<String, Object> detail, @Nullable Long run) {
        put(detail, "run", run == null ? null : ids.run(run));
        return detail;
    }

    private static void put(Map<String, Object> detail, String name, @Nullable Object value) {
        if (value != null) {
            detail.put(name, value);
        }
    }
}
