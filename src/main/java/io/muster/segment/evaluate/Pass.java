package io.muster.segment.evaluate;

import io.muster.segment.condition.Condition;
import io.muster.segment.condition.ContactTest;
import io.muster.support.Ids;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import org.roaringbitmap.RoaringBitmap;

/**
 * The conditions of segments compiled into one plan that reads every contact once. A pass is immutable; its methods may
 * run in several threads at once, each with a connection of its own.
 *
 * <p>The connection is in a consistent snapshot that the caller opened ({@code REPEATABLE READ}, {@code START TRANSACTION
 * WITH CONSISTENT SNAPSHOT}); a pass only reads, and streams. Memory depends on the conditions, never on the contacts.
 */
public final class Pass {

    /** Contact numbers of a block. */
    public static final int BLOCK = 1 << 16;

    private final Plan plan;

    private Pass(Plan plan) {
        this.plan = plan;
    }

    /**
     * Compiles segments. They may use each other.
     *
     * @param segments conditions by the segments' numeric ids
     * @throws SegmentCycleException when they use each other in a circle
     */
    public static Pass compile(Setup setup, SequencedMap<Long, Condition<ContactTest>> segments) {
        return new Pass(new PlanBuilder(setup).build(segments));
    }

    /**
     * Evaluates all contacts of a range of blocks.
     *
     * @param firstBlock contact numbers shifted right by 16, included
     * @param lastBlock included
     * @param sink is told of every block that has contacts, in ascending order; may use the connection
     */
    public void evaluate(Connection connection, int firstBlock, int lastBlock, BlockSink sink) throws SQLException {
        BlockRun run = new BlockRun(plan, connection);
        for (int block = firstBlock; block <= lastBlock; block++) {
            BlockMembers members = run.run(Slice.whole(block), null);
            if (!members.contacts().isEmpty()) {
                sink.accept(members);
            }
        }
    }

    /**
     * Evaluates some contacts.
     *
     * @param numbers positions by block; numbers of no contact are left out of the answer
     * @param sink is told of every block asked for, also of those where no contact is left, in ascending order; may use the
     *     connection
     */
    public void evaluateOnly(Connection connection, SortedMap<Integer, RoaringBitmap> numbers, BlockSink sink)
            throws SQLException {
        BlockRun run = new BlockRun(plan, connection);
        for (Map.Entry<Integer, RoaringBitmap> entry : numbers.entrySet()) {
            sink.accept(run.run(Slice.of(entry.getKey(), entry.getValue()), entry.getValue()));
        }
    }

    /**
     * Explains why a contact is or is not a member of a segment of this pass.
     *
     * @return empty when there is no such contact
     */
    public Optional<Explanation> explain(Connection connection, long segment, long number, Ids ids)
            throws SQLException {
        return new Explainer(plan, connection, ids).explain(segment, number);
    }
}
