package io.muster.jobs.rebuild;

import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.segment.condition.Condition;
import io.muster.segment.condition.Conditions;
import io.muster.segment.condition.ContactTest;
import io.muster.segment.publish.Freshness;
import io.muster.segment.publish.Uses;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** Which segments a rebuild evaluates, and over which contacts. */
final class RebuildPlan {

    /** From this share of changed contacts on it is faster to look at all. */
    private static final int LARGE_CHANGE = 4;

    private final Map<Long, Segment> all = new LinkedHashMap<>();
    private final SequencedMap<Long, Condition<ContactTest>> conditions = new LinkedHashMap<>();
    private final Uses uses = new Uses();

    /** Of all segments of a directory. */
    RebuildPlan(Segments segments, int directory) {
        for (Segment segment : segments.of(directory)) {
            Condition<ContactTest> condition = segments.condition(segment);
            all.put(segment.number(), segment);
            conditions.put(segment.number(), condition);
            uses.add(segment.number(), Conditions.uses(condition).segments());
        }
    }

    /** The segments that a rebuild of this kind covers. */
    List<Segment> scope(RebuildKind kind, Collection<Long> named) {
        return kind == RebuildKind.ALONE
                ? all.values().stream().filter(withUnpublished(named)::contains).toList()
                : List.copyOf(all.values());
    }

    /** Those named, and what they use as far as it was never published. */
    private Set<Segment> withUnpublished(Collection<Long> named) {
        Set<Segment> scope = new HashSet<>();
        Deque<Long> open = new ArrayDeque<>(named);
        while (!open.isEmpty()) {
            Segment segment = all.get(open.remove());
            if (segment != null && scope.add(segment)) {
                used(segment.number()).stream()
                        .filter(used -> Optional.ofNullable(all.get(used))
                                .filter(one -> one.published() == null)
                                .isPresent())
                        .forEach(open::add);
            }
        }

        return scope;
    }

    private Set<Long> used(long segment) {
        Condition<ContactTest> condition = conditions.get(segment);
        return condition == null ? Set.of() : Conditions.uses(condition).segments();
    }

    /** The conditions of some segments. */
    SequencedMap<Long, Condition<ContactTest>> conditions(Collection<Segment> segments) {
        SequencedMap<Long, Condition<ContactTest>> some = new LinkedHashMap<>();
        for (Segment segment : segments) {
            Condition<ContactTest> condition = conditions.get(segment.number());
            if (condition != null) {
                some.put(segment.number(), condition);
            }
        }

        return some;
    }

    /** The published version of every segment that has one. */
    Map<Long, Long> published() {
        Map<Long, Long> versions = new HashMap<>();
        all.forEach((number, segment) -> {
            Long version = segment.published();
            if (version != null) {
                versions.put(number, version);
            }
        });
        return versions;
    }

    /**
     * The segments whose members cannot be carried on with the stream of changes: they, and all that use them, are
     * evaluated over all contacts.
     *
     * @param readerEpoch the epoch of the reader of changes
     * @param revisions the definition that each segment's published members were computed with
     */
    Set<Long> toBeEvaluatedWhole(Freshness.Mark mark, int readerEpoch, String timeZone, Map<Long, Integer> revisions) {
        if (readerEpoch != mark.readerEpoch() || !timeZone.equals(mark.timeZone())) {
            return Set.copyOf(all.keySet());
        }

        Set<Long> whole = new HashSet<>();
        all.forEach((number, segment) -> {
            if (!canBeCarriedOn(segment, mark, revisions)) {
                whole.add(number);
            }
        });
        return uses.withUsers(whole);
    }

    private boolean canBeCarriedOn(Segment segment, Freshness.Mark mark, Map<Long, Integer> revisions) {
        Condition<ContactTest> condition = conditions.get(segment.number());
        Long published = segment.published();
        if (condition == null
                || published == null
                || published < mark.version()
                || revisions.getOrDefault(segment.number(), 0) != segment.revision()
                || Conditions.dependsOnTime(condition)) {
            return false;
        }

        // What it uses was rebuilt alone since: its members come from what that was before.
        return used(segment.number()).stream()
                .map(all::get)
                .noneMatch(used ->
                        used == null || Optional.ofNullable(used.published()).orElse(Long.MAX_VALUE) > published);
    }

    /** Whether so many changed contacts are too many to be looked at one by one. */
    static boolean isLargeChange(long changed, long contacts) {
        return changed > contacts / LARGE_CHANGE;
    }
}
