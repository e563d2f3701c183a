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
            AtomicLong contacts = new AtomicLong();
            AtomicLong members = new AtomicLong();
            return moment.read(connection -> {
                int last = (int) (lastNumber(connection, directory.number()) >>> BLOCK_BITS);
                pass.evaluate(connection, 0, last, block -> {
                    contacts.addAndGet(block.contacts().getLongCardinality());
                    members.addAndGet(
                            Objects.requireNonNull(block.members().get(UNSAVED)).getLongCardinality());
                    watch.at(contacts.get(), (block.block() + 1.0) / (last + 1.0));
                });
                return new Count(contacts.get(), members.get(), moment.asOf());
            });
        } catch (SQLException e) {
            throw failure("count the contacts", e);
        }
    }

    /** Which parts of a segment's condition hold for a contact as it is now; empty when there is no such contact. */
    public Optional<Explanation> explain(Directory directory, Segment segment, long number) {
        try (OneMoment moment = OneMoment.open(source, 1, clock)) {
            Pass pass = pass(directory, moment, segment.number(), segments.condition(segment));
            return moment.read(connection -> pass.explain(connection, segment.number(), number, ids));
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
