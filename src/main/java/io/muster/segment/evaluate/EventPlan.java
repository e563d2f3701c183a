package io.muster.segment.evaluate;

import io.muster.segment.condition.ValueTest;
import java.util.List;
import java.util.Map;

/**
 * What is made of the events of each contact: transactions or touchpoints. Immutable.
 *
 * @param table which events
 * @param sql streams them by contact number; has a {@code %s} for the slice
 * @param rows how an event is judged
 * @param filters which events count, as masks
 * @param counts how many there are
 * @param sums sums of a field
 * @param latest latest values of a field
 */
record EventPlan(
        EventDraft.Table table,
        String sql,
        RowPlan rows,
        Algebra filters,
        List<Count> counts,
        List<Sum> sums,
        List<Latest> latest) {

    /** Tests of a number of the contact, and the block mask that each decides. */
    record Numbers(NumberRanks ranks, List<ValueTest> tests, List<Integer> masks) {

        static Numbers of(Map<ValueTest, Integer> maskOfTest) {
            return new Numbers(
                    new NumberRanks(maskOfTest.keySet()),
                    List.copyOf(maskOfTest.keySet()),
                    List.copyOf(maskOfTest.values()));
        }
    }

    /** What tells a number or value of a contact from the others, for those who want to see it. */
    record Key(int filter, String field) {}

    /** How many events pass a filter, by its slot. */
    record Count(Key key, int filter, Numbers numbers) {}

    /** The sum of a field, by its place among the plan's names. */
    record Sum(Key key, int filter, int name, Numbers numbers) {}

    /** The latest value of a field among the events that have one: its tests by slot and the block mask of each. */
    record Latest(Key key, int filter, int name, List<Integer> tests, List<Integer> masks, List<Boolean> whenMissing) {}
}
