package io.muster.segment.evaluate;

import io.muster.segment.condition.Condition;
import io.muster.segment.condition.ContactTest;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * All conditions of a pass, compiled. Immutable.
 *
 * <p>The slots of contact masks: first the bits of the contacts' own values, then the block masks, then what is computed.
 *
 * @param setup what the pass is about
 * @param rows how a contact's own values are judged
 * @param contacts the conditions over contacts
 * @param blockMasks how many masks are made for a whole block before its contacts are read
 * @param members the block mask of the members of each list
 * @param optedOut the block mask of those of its members who opted out, and of those who did of the directory
 * @param published the block mask of each published segment
 * @param events transactions and touchpoints, where conditions ask for them
 * @param segments the slot of each segment
 * @param conditions the conditions of the segments
 * @param seen what the tests of events are about, by identity
 * @param nodes the node of each condition and each of its parts, by identity
 */
record Plan(
        Setup setup,
        RowPlan rows,
        Algebra contacts,
        int blockMasks,
        Map<Integer, Integer> members,
        Map<Integer, Integer> optedOut,
        Map<Long, Integer> published,
        List<EventPlan> events,
        SequencedMap<Long, Integer> segments,
        SequencedMap<Long, Condition<ContactTest>> conditions,
        IdentityHashMap<Condition<ContactTest>, Integer> nodes,
        IdentityHashMap<ContactTest, Seen> seen) {

    /** Stands for the directory where a list is asked for; no list has this number. */
    static final int DIRECTORY = 0;

    /** Which number or value of events a test is about, and what it is when there are no events. */
    record Seen(
            EventDraft.Table table,
            EventPlan.Key key,
            @Nullable String whenNone) {}

    /** The slot of the first block mask. */
    int firstBlockSlot() {
        return rows.words() * 64;
    }
}
