package io.muster.segment.publish;

import io.muster.directory.Actor;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.segment.Segment;
import io.muster.segment.Segment.HeldReason;
import io.muster.segment.SegmentGate;
import io.muster.segment.Segments;
import io.muster.segment.condition.Conditions;
import io.muster.segment.condition.ParsedCondition;
import io.muster.support.Refusal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.transaction.support.TransactionTemplate;

/** What people do with versions: put the last one back, and publish one that is held. Pressed twice, nothing changes. */
public final class Switching {

    private static final String ENTER = """
        INSERT INTO segment_publication (directory_id, segment_id, version, base_version, kind, actor, members,
          published_at)
        SELECT directory_id, segment_id, version, ?, ?, ?, members, ?
        FROM segment_version
        WHERE directory_id = ? AND segment_id = ? AND version = ?
        """;

    private static final String COUNT = "UPDATE segment_publication SET added = ?, removed = ? WHERE id = ?";

    private static final String STATE = """
        UPDATE segment_version SET state = 'PUBLISHED'
        WHERE directory_id = ? AND segment_id = ? AND version = ?
        """;

    private static final String ROLL_BACK = """
        UPDATE segment SET held_version = published_version, held_reason = 'ROLLBACK',
          published_version = previous_version, previous_version = NULL
        WHERE id = ?
        """;

    private static final String RELEASE = """
        UPDATE segment SET previous_version = published_version, published_version = held_version,
          held_version = NULL, held_reason = NULL
        WHERE id = ?
        """;

    private static final String DISCARD = "UPDATE segment SET held_version = NULL, held_reason = NULL WHERE id = ?";

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Segments segments;
    private final SegmentGate gate;
    private final Audit audit;
    private final VersionDifference differences;
    private final Cleaning cleaning;
    private final InstantSource clock;

    /** Switches in a database. */
    public Switching(JdbcClient jdbc, TransactionTemplate transactions, Segments segments, InstantSource clock) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.segments = segments;
        this.gate = new SegmentGate(jdbc);
        this.audit = new Audit(jdbc, clock);
        this.differences = new VersionDifference(jdbc);
        this.cleaning = new Cleaning(jdbc);
        this.clock = clock;
    }

    /** Puts the version before the published one back; the one taken back can be published again until the next rebuild. */
    public Segment rollBack(Segment segment, Actor actor) {
        return Objects.requireNonNull(transactions.execute(status -> {
            gate.pass(segment.directory());
            Segment current = current(segment);
            if (current.heldReason() == HeldReason.ROLLBACK) {
                return current;
            }

            Long previous = current.previous();
            if (previous == null) {
                throw Refusal.conflict(
                        "NO_EARLIER_VERSION",
                        "Cannot roll back the segment " + current.called()
                                + ": there is no version before the published one. Rebuild it instead.");
            }

            enter(current, previous, "ROLLBACK", actor);
            jdbc.sql(ROLL_BACK).param(current.number()).update();
            cleaning.clean(current.directory(), current.number());
            enter(actor, "segment.rollback", current, "version " + current.published() + " → " + previous);
            return current(segment);
        }));
    }

    /**
     * Publishes the version of a segment that is held, and those of segments that were held only because of it.
     *
     * @return the segments switched, the one named first; it alone when nothing was held any more
     */
    public List<Segment> release(Segment segment, Actor actor) {
        return Objects.requireNonNull(transactions.execute(status -> {
            gate.pass(segment.directory());
            Segment current = current(segment);
            if (current.held() == null) {
                return List.of(current);
            }

            Map<Long, Segment> held = new HashMap<>();
            segments.of(segment.directory()).stream()
                    .filter(one -> one.heldReason() == HeldReason.GUARD || one.heldReason() == HeldReason.USES)
                    .forEach(one -> held.put(one.number(), one));
            held.remove(current.number());
            refuseWhenUsedIsHeld(current, held);
            List<Segment> released = new ArrayList<>();
            switchToHeld(current, actor);
            released.add(current(segment));
            if (current.heldReason() != HeldReason.ROLLBACK) {
                releaseUsers(current, held, actor, released);
            }

            return released;
        }));
    }

    /**
     * Gives the version of a segment that is held up, and those of segments that were held only because of it. Readers go on
     * seeing what they see; the next rebuild builds anew.
     *
     * @return the segments whose versions were given up, the one named first; it alone when nothing was held any more
     */
    public List<Segment> discard(Segment segment, Actor actor) {
        return Objects.requireNonNull(transactions.execute(status -> {
            gate.pass(segment.directory());
            Segment current = current(segment);
            if (current.held() == null) {
                return List.of(current);
            }

            List<Segment> discarded = new ArrayList<>(List.of(giveUp(current, actor)));
            if (current.heldReason() != HeldReason.ROLLBACK) {
                Map<Long, Segment> held = new HashMap<>();
                segments.of(segment.directory()).stream()
                        .filter(one -> one.heldReason() == HeldReason.USES)
                        .forEach(one -> held.put(one.number(), one));
                held.remove(current.number());
                discardUsers(current, held, actor, discarded);
            }

            return discarded;
        }));
    }

    private void discardUsers(Segment used, Map<Long, Segment> held, Actor actor, List<Segment> discarded) {
        for (Segment one : List.copyOf(held.values())) {
            if (held.containsKey(one.number())
                    && Objects.equals(one.held(), used.held())
                    && uses(one).contains(used.number())) {
                held.remove(one.number());
                discarded.add(giveUp(one, actor));
                discardUsers(one, held, actor, discarded);
            }
        }
    }

    private Segment giveUp(Segment segment, Actor actor) {
        jdbc.sql(DISCARD).param(segment.number()).update();
        cleaning.clean(segment.directory(), segment.number());
        enter(actor, "segment.discard", segment, "version " + segment.held());
        return current(segment);
    }

    private void refuseWhenUsedIsHeld(Segment segment, Map<Long, Segment> held) {
        if (segment.heldReason() != HeldReason.USES) {
            return;
        }

        for (long used : uses(segment)) {
            Segment one = held.get(used);
            if (one != null) {
                throw Refusal.conflict(
                                "USES_HELD",
                                "Cannot publish the held version of the segment " + segment.called()
                                        + ": it uses the segment " + one.called()
                                        + ", which is held as well. Publish that one first.")
                        .with("segment", one.id());
            }
        }
    }

    private void releaseUsers(Segment first, Map<Long, Segment> held, Actor actor, List<Segment> released) {
        boolean found = true;
        while (found) {
            found = false;
            for (Segment one : List.copyOf(held.values())) {
                boolean free = one.heldReason() == HeldReason.USES
                        && Objects.equals(one.held(), first.held())
                        && uses(one).stream().noneMatch(held::containsKey);
                if (free) {
                    switchToHeld(one, actor);
                    held.remove(one.number());
                    released.add(current(one));
                    found = true;
                }
            }
        }
    }

    private void switchToHeld(Segment segment, Actor actor) {
        long version = Objects.requireNonNull(segment.held());
        enter(segment, version, "RELEASE", actor);
        jdbc.sql(RELEASE).param(segment.number()).update();
        jdbc.sql(STATE).params(segment.directory(), segment.number(), version).update();
        cleaning.clean(segment.directory(), segment.number());
        enter(actor, "segment.publish", segment, "version " + version);
    }

    private void enter(Actor actor, String action, Segment segment, String result) {
        audit.enter(
                actor, action, AuditSubject.segment(segment.directory(), segment.number()), Map.of("result", result));
    }

    private void enter(Segment segment, long version, String kind, Actor actor) {
        GeneratedKeyHolder key = new GeneratedKeyHolder();
        jdbc.sql(ENTER)
                .param(segment.published())
                .param(kind)
                .param(actor.text())
                .param(clock.millis())
                .param(segment.directory())
                .param(segment.number())
                .param(version)
                .update(key);
        long publication = Objects.requireNonNull(key.getKey()).longValue();
        VersionDifference.Size size = differences.write(segment, segment.published(), version, publication);
        jdbc.sql(COUNT).params(size.added(), size.removed(), publication).update();
    }

    private Collection<Long> uses(Segment segment) {
        return segments.parsed(segment) instanceof ParsedCondition.Good good
                ? Conditions.uses(good.condition()).segments()
                : List.of();
    }

    private Segment current(Segment segment) {
        @Nullable Segment current = segments.byNumber(segment.number()).orElse(null);
        if (current == null) {
            throw Refusal.notFound(
                    "UNKNOWN_SEGMENT", "Cannot use the segment " + segment.called() + ": it was deleted meanwhile.");
        }

        return current;
    }
}
