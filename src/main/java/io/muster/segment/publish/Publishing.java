package io.muster.segment.publish;

import io.muster.segment.Segment;
import io.muster.segment.Segment.HeldReason;
import io.muster.segment.SegmentGate;
import io.muster.segment.Segments;
import io.muster.segment.condition.Conditions;
import io.muster.segment.publish.Built.Fate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Switches readers from one version to the next: all segments of a rebuild in one transaction, the caller's. What was
 * changed meanwhile is left out, what jumped in size is held back, and so are those that use either.
 */
public final class Publishing {

    private static final String MEMBERS = """
            SELECT segment_id, SUM(members) FROM segment_block
            WHERE directory_id = :directory AND segment_id IN (:segments) AND version = :version
            GROUP BY segment_id
            """;

    private static final String CHANGES = """
            SELECT segment_id, SUM(joined_count), SUM(gone_count) FROM segment_change
            WHERE directory_id = :directory AND segment_id IN (:segments) AND publication_id IN (:publications)
            GROUP BY segment_id
            """;

    private static final String BEFORE = """
            SELECT v.segment_id, v.members, v.revision
            FROM segment s
            JOIN segment_version v ON v.directory_id = s.directory_id AND v.segment_id = s.id
              AND v.version = s.published_version
            WHERE s.directory_id = :directory AND s.id IN (:segments)
            """;

    private static final String COUNT = """
            UPDATE segment_version SET members = ?, added = ?, removed = ?, state = ?
            WHERE directory_id = ? AND segment_id = ? AND version = ?
            """;

    private static final String SWITCH = """
            UPDATE segment SET previous_version = published_version, published_version = :version,
              held_version = NULL, held_reason = NULL
            WHERE directory_id = :directory AND id IN (:segments)
            """;

    private static final String HOLD = """
            UPDATE segment SET held_version = :version, held_reason = :reason
            WHERE directory_id = :directory AND id IN (:segments)
            """;

    private static final String PUBLISHED = """
            UPDATE segment_publication SET members = ?, added = ?, removed = ?, published_at = ?
            WHERE id = ?
            """;

    private static final String DROP =
            "DELETE FROM segment_version WHERE directory_id = ? AND segment_id = ? AND version = ?";

    private final JdbcClient jdbc;
    private final Segments segments;
    private final SegmentGate gate;
    private final VersionDifference differences;
    private final InstantSource clock;

    /** Publishes in a database. */
    public Publishing(JdbcClient jdbc, Segments segments, InstantSource clock) {
        this.jdbc = jdbc;
        this.segments = segments;
        this.gate = new SegmentGate(jdbc);
        this.differences = new VersionDifference(jdbc);
        this.clock = clock;
    }

    private record Size(long members, int revision) {}

    private record Step(long added, long removed) {}

    /**
     * Publishes what a rebuild has built, within the caller's transaction.
     *
     * @return what became of each segment, in the order given
     */
    public List<Built> publish(Fence fence, List<Planned> planned) {
        gate.pass(fence.directory());
        fence.check(jdbc);
        if (planned.isEmpty()) {
            return List.of();
        }

        Uses uses = new Uses();
        planned.forEach(one -> uses.add(
                one.segment().number(), Conditions.uses(one.condition()).segments()));
        Map<Long, Segment> now = new HashMap<>();
        segments.of(fence.directory()).forEach(segment -> now.put(segment.number(), segment));
        Set<Long> outdated = outdated(planned, now, uses);
        List<Planned> good = planned.stream()
                .filter(one -> !outdated.contains(one.segment().number()))
                .toList();
        good.forEach(one -> followBase(one, now, fence));

        Map<Long, Long> members = members(fence, good);
        Map<Long, Step> steps = steps(fence, good);
        Set<Long> jumped = jumped(good, now, members, sizes(fence, good));
        // One that uses a segment that jumped may jump because of it; it follows when that one is published.
        Set<Long> following = uses.withUsers(uses.usersOf(jumped));
        List<Built> built = new ArrayList<>();
        for (Planned one : planned) {
            long segment = one.segment().number();
            Fate fate = fate(segment, outdated, following, jumped);
            Step step = steps.getOrDefault(segment, new Step(0, 0));
            built.add(new Built(
                    segment,
                    one.segment().name(),
                    fence.version(),
                    members.getOrDefault(segment, 0L),
                    step.added(),
                    step.removed(),
                    fate));
        }

        write(fence, planned, built);
        return built;
    }

    private static Fate fate(long segment, Set<Long> outdated, Set<Long> following, Set<Long> jumped) {
        if (outdated.contains(segment)) {
            return Fate.OUTDATED;
        }

        if (following.contains(segment)) {
            return Fate.HELD_WITH_USED;
        }

        return jumped.contains(segment) ? Fate.HELD : Fate.PUBLISHED;
    }

    /** Those changed or deleted since the rebuild began, and those that use them. */
    private static Set<Long> outdated(List<Planned> planned, Map<Long, Segment> now, Uses uses) {
        Set<Long> changed = new HashSet<>();
        for (Planned one : planned) {
            Segment current = now.get(one.segment().number());
            if (current == null || current.revision() != one.building().revision()) {
                changed.add(one.segment().number());
            }
        }

        return uses.withUsers(changed);
    }

    /** Somebody switched the segment while it was built: who joined and left is against what readers see now. */
    private void followBase(Planned one, Map<Long, Segment> now, Fence fence) {
        Segment current = Objects.requireNonNull(now.get(one.segment().number()));
        if (!Objects.equals(current.published(), one.building().base())) {
            differences.write(
                    current,
                    current.published(),
                    fence.version(),
                    one.building().publication());
        }
    }

    private static Set<Long> jumped(
            List<Planned> planned, Map<Long, Segment> now, Map<Long, Long> members, Map<Long, Size> before) {
        Set<Long> jumped = new HashSet<>();
        for (Planned one : planned) {
            long segment = one.segment().number();
            Size size = before.get(segment);
            // Another definition may well have another size.
            if (size != null
                    && size.revision() == one.building().revision()
                    && Objects.requireNonNull(now.get(segment))
                            .guard()
                            .holds(size.members(), members.getOrDefault(segment, 0L))) {
                jumped.add(segment);
            }
        }

        return jumped;
    }

    private void write(Fence fence, List<Planned> planned, List<Built> built) {
        Map<Long, Building> buildings = new HashMap<>();
        planned.forEach(one -> buildings.put(one.segment().number(), one.building()));
        long now = clock.millis();
        for (Built one : built) {
            if (one.fate() == Fate.OUTDATED) {
                jdbc.sql(DROP)
                        .params(fence.directory(), one.segment(), fence.version())
                        .update();
                continue;
            }

            jdbc.sql(COUNT)
                    .params(
                            one.members(),
                            one.added(),
                            one.removed(),
                            one.fate() == Fate.PUBLISHED ? "PUBLISHED" : "HELD",
                            fence.directory(),
                            one.segment(),
                            fence.version())
                    .update();
            if (one.fate() == Fate.PUBLISHED) {
                jdbc.sql(PUBLISHED)
                        .params(
                                one.members(),
                                one.added(),
                                one.removed(),
                                now,
                                Objects.requireNonNull(buildings.get(one.segment()))
                                        .publication())
                        .update();
            }
        }

        List<Long> published = of(built, Fate.PUBLISHED);
        if (!published.isEmpty()) {
            jdbc.sql(SWITCH)
                    .param("version", fence.version())
                    .param("directory", fence.directory())
                    .param("segments", published)
                    .update();
        }

        hold(fence, of(built, Fate.HELD), HeldReason.GUARD);
        hold(fence, of(built, Fate.HELD_WITH_USED), HeldReason.USES);
    }

    private void hold(Fence fence, List<Long> segments, HeldReason reason) {
        if (!segments.isEmpty()) {
            jdbc.sql(HOLD)
                    .param("version", fence.version())
                    .param("reason", reason.name())
                    .param("directory", fence.directory())
                    .param("segments", segments)
                    .update();
        }
    }

    private static List<Long> of(List<Built> built, Fate fate) {
        return built.stream()
                .filter(one -> one.fate() == fate)
                .map(Built::segment)
                .toList();
    }

    private Map<Long, Long> members(Fence fence, List<Planned> planned) {
        Map<Long, Long> members = new HashMap<>();
        if (!planned.isEmpty()) {
            jdbc.sql(MEMBERS)
                    .param("directory", fence.directory())
                    .param("segments", numbers(planned))
                    .param("version", fence.version())
                    .query(row -> {
                        members.put(row.getLong(1), row.getLong(2));
                    });
        }

        return members;
    }

    private Map<Long, Step> steps(Fence fence, List<Planned> planned) {
        Map<Long, Step> steps = new HashMap<>();
        if (!planned.isEmpty()) {
            jdbc.sql(CHANGES)
                    .param("directory", fence.directory())
                    .param("segments", numbers(planned))
                    .param(
                            "publications",
                            planned.stream()
                                    .map(one -> one.building().publication())
                                    .toList())
                    .query(row -> {
                        steps.put(row.getLong(1), new Step(row.getLong(2), row.getLong(3)));
                    });
        }

        return steps;
    }

    private Map<Long, Size> sizes(Fence fence, List<Planned> planned) {
        Map<Long, Size> sizes = new HashMap<>();
        if (!planned.isEmpty()) {
            jdbc.sql(BEFORE)
                    .param("directory", fence.directory())
                    .param("segments", numbers(planned))
                    .query(row -> {
                        sizes.put(row.getLong(1), new Size(row.getLong(2), row.getInt(3)));
                    });
        }

        return sizes;
    }

    private static List<Long> numbers(List<Planned> planned) {
        return planned.stream().map(one -> one.segment().number()).toList();
    }
}
