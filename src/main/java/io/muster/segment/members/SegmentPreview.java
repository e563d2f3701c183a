package io.muster.segment.members;

import io.muster.directory.Directory;
import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.segment.condition.Condition;
import io.muster.segment.condition.Conditions;
import io.muster.segment.condition.ContactTest;
import io.muster.segment.evaluate.Explanation;
import io.muster.segment.evaluate.Pass;
import io.muster.segment.evaluate.PublishedMembers;
import io.muster.segment.evaluate.Setup;
import io.muster.segment.publish.OneMoment;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * Tries conditions on the contacts as they are now, with what the rebuild evaluates them with, and saves nothing. Segments
 * that a condition uses are evaluated as well, as a rebuild of all would.
 */
public final class SegmentPreview {

    /** What a condition that is not saved is called within a pass; segments are numbered from 1. */
    private static final long UNSAVED = 0;

    private static final String LAST_NUMBER = "SELECT COALESCE(MAX(number), 0) FROM contact WHERE directory_id = ?";

    private static final int BLOCK_BITS = 16;

    /** Directories with numbers below this are counted whole. */
    private static final long EXACT_BELOW = 500_000;

    private final DataSource source;
    private final Segments segments;
    private final InstantSource clock;
    private final Ids ids;

    /** Tries them in that database. */
    public SegmentPreview(DataSource source, Segments segments, InstantSource clock, Ids ids) {
        this.source = source;
        this.segments = segments;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * How many contacts were met.
     *
     * @param contacts contacts of the directory
     * @param members those of them for whom the condition holds
     * @param asOf the moment that was read
     */
    public record Count(long contacts, long members, Instant asOf) {}

    /** Told how far a count has come. */
    @FunctionalInterface
    public interface Watch {

        /**
         * So many contacts were read.
         *
         * @param share done share, 0 to 1
         */
        void at(long contacts, double share);
    }

    /** How many contacts a condition holds for. */
    public Count count(Directory directory, Condition<ContactTest> condition, Watch watch) {
        try (OneMoment moment = OneMoment.open(source, 1, clock)) {
            Pass pass = pass(directory, moment, UNSAVED, condition);
            return moment.read(connection ->
                    count(connection, pass, lastNumber(connection, directory.number()), moment.asOf(), watch));
        } catch (SQLException e) {
            throw failure("count the contacts", e);
        }
    }

    private static Count count(Connection connection, Pass pass, long lastNumber, Instant asOf, Watch watch)
            throws SQLException {
        AtomicLong contacts = new AtomicLong();
        AtomicLong members = new AtomicLong();
        int last = (int) (lastNumber >>> BLOCK_BITS);
        pass.evaluate(connection, 0, last, block -> {
            contacts.addAndGet(block.contacts().getLongCardinality());
            members.addAndGet(
                    Objects.requireNonNull(block.members().get(UNSAVED)).getLongCardinality());
            watch.at(contacts.get(), (block.block() + 1.0) / (last + 1.0));
        });
        return new Count(contacts.get(), members.get(), asOf);
    }

    /**
     * How many contacts a condition holds for: counted, or about, from some of them.
     *
     * @param contacts contacts of the directory; about, where not all were read
     * @param members those for whom the condition holds; about, where not all were read
     * @param error how far the share of members may be off, as a share of all contacts, in 19 of 20 cases; 0 when all were
     *     read
     * @param asOf the moment that was read
     */
    public record Estimate(boolean isExact, long contacts, long members, double error, Instant asOf) {}

    /** Like {@link #count}, but of a large directory only some contacts are read, so that the answer comes at once. */
    public Estimate estimate(Directory directory, Condition<ContactTest> condition, Watch watch) {
        return estimate(directory, condition, EXACT_BELOW, watch);
    }

    Estimate estimate(Directory directory, Condition<ContactTest> condition, long exactBelow, Watch watch) {
        try (OneMoment moment = OneMoment.open(source, 1, clock)) {
            Pass pass = pass(directory, moment, UNSAVED, condition);
            return moment.read(connection -> {
                long last = lastNumber(connection, directory.number());
                if (last < exactBelow) {
                    Count count = count(connection, pass, last, moment.asOf(), watch);
                    return new Estimate(true, count.contacts(), count.members(), 0, count.asOf());
                }

                ContactStretches stretches = ContactStretches.over(last);
                pass.evaluateOnly(connection, stretches.positions(), block -> {
                    stretches.add(block, Objects.requireNonNull(block.members().get(UNSAVED)));
                    watch.at(stretches.contacts(), (block.block() + 1.0) / ((last >>> BLOCK_BITS) + 1.0));
                });
                return stretches.estimate(moment.asOf());
            });
        } catch (SQLException e) {
            throw failure("count the contacts", e);
        }
    }

    /** Numbers of contacts, spread evenly over the directory; some may be of none. */
    public List<Long> someNumbers(Directory directory) {
        try (OneMoment moment = OneMoment.open(source, 1, clock)) {
            return moment.read(connection -> ContactStretches.numbers(lastNumber(connection, directory.number())));
        } catch (SQLException e) {
            throw failure("read contacts", e);
        }
    }

    /** Which parts of a condition that is not saved hold for a contact as it is now; empty when there is no such contact. */
    public Optional<Explanation> explain(Directory directory, Condition<ContactTest> condition, long number) {
        return explain(directory, UNSAVED, condition, number);
    }

    /** Which parts of a segment's condition hold for a contact as it is now; empty when there is no such contact. */
    public Optional<Explanation> explain(Directory directory, Segment segment, long number) {
        return explain(directory, segment.number(), segments.condition(segment), number);
    }

    private Optional<Explanation> explain(
            Directory directory, long segment, Condition<ContactTest> condition, long number) {
        try (OneMoment moment = OneMoment.open(source, 1, clock)) {
            Pass pass = pass(directory, moment, segment, condition);
            return moment.read(connection -> pass.explain(connection, segment, number, ids));
        } catch (SQLException e) {
            throw failure("explain the segment", e);
        }
    }

    private Pass pass(Directory directory, OneMoment moment, long number, Condition<ContactTest> condition) {
        SequencedMap<Long, Condition<ContactTest>> all = new LinkedHashMap<>();
        all.put(number, condition);
        Deque<Long> open = new ArrayDeque<>(Conditions.uses(condition).segments());
        while (!open.isEmpty()) {
            long used = open.remove();
            if (!all.containsKey(used)) {
                segments.byNumber(used).map(segments::condition).ifPresent(found -> {
                    all.put(used, found);
                    open.addAll(Conditions.uses(found).segments());
                });
            }
        }

        return Pass.compile(
                new Setup(directory.number(), directory.timeZone(), moment.asOf(), PublishedMembers.NONE), all);
    }

    private static long lastNumber(Connection connection, int directory) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LAST_NUMBER)) {
            statement.setInt(1, directory);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    private static Refusal failure(String doing, SQLException e) {
        return Refusal.failed(
                        "DATABASE",
                        "Cannot " + doing + ": the database says: " + e.getMessage() + ". Check it, then try again.")
                .causedBy(e);
    }
}
