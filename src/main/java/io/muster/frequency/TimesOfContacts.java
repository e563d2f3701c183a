package io.muster.frequency;

import io.muster.frequency.rules.CountedTouchpoint;
import io.muster.frequency.rules.FrequencyRules;
import io.muster.frequency.rules.FrequencyUse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Computes next eligible times for intercepts from touchpoints and reservations. */
final class TimesOfContacts {

    private TimesOfContacts() {}

    /**
     * The times of the contacts of a span whom something holds back, in the order of {@link RuleSet#slots}; within one
     * snapshot. What is over at the moment is as if it had never been.
     *
     * @param now the moment, epoch milliseconds
     */
    static SortedMap<Long, long[]> compute(JdbcClient jdbc, RuleSet rules, NumberSpan span, long now) {
        ContactedRows rows = new ContactedRows(jdbc);
        Map<Long, Contacted> contacted = rows.read(rules.directory(), span, now - rules.reach());
        GroupMembers groups = GroupMembers.read(jdbc, rules, span);
        List<String> slots = rules.slots();
        SortedMap<Long, long[]> times = new TreeMap<>();
        contacted.forEach(
                (number, touched) -> put(times, number, of(rules, slots, groups.of(number), touched.counted(), now)));
        if (rules.canForbid()) {
            rows.existing(rules.directory(), span).stream()
                    .filter(number -> !contacted.containsKey(number))
                    .forEach(number -> put(times, number, of(rules, slots, groups.of(number), List.of(), now)));
        }

        return times;
    }

    private static void put(SortedMap<Long, long[]> times, long number, long @Nullable [] of) {
        if (of != null) {
            times.put(number, of);
        }
    }

    private static long @Nullable [] of(
            RuleSet rules,
            List<String> slots,
            Predicate<String> memberOf,
            List<CountedTouchpoint> touchpoints,
            long now) {
        long[] times = new long[slots.size()];
        Arrays.fill(times, FrequencyRules.ALWAYS);
        boolean any = false;
        for (int slot = 0; slot < times.length; slot++) {
            String survey = slot == 0 ? null : slots.get(slot);
            long next = rules.rules().nextEligible(survey, FrequencyUse.INTERCEPT, memberOf, touchpoints);
            if (next > now) {
                times[slot] = next;
                any = true;
            }
        }

        return any ? times : null;
    }
}
