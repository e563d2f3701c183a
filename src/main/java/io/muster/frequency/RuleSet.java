package io.muster.frequency;

import io.muster.frequency.rules.FrequencyRule;
import io.muster.frequency.rules.FrequencyRules;
import io.muster.frequency.rules.FrequencyUse;
import io.muster.frequency.rules.Limit;
import io.muster.frequency.rules.Maximum;
import io.muster.frequency.rules.Period;
import io.muster.segment.members.PublishedBlocks;
import io.muster.support.Ids;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The rules of a directory at one moment, with the groups that they name.
 *
 * @param directory the directory
 * @param revision of its rules
 * @param rules what they say, in order of creation
 * @param segments numeric ids of the segments that they name, by public id
 * @param lists numeric ids of the lists that they name, by public id
 * @param members members of these segments
 */
record RuleSet(
        int directory,
        long revision,
        FrequencyRules rules,
        Map<String, Long> segments,
        Map<String, Integer> lists,
        PublishedBlocks members) {

    /** Reads them, within the transaction in which the members will be read as well. */
    static RuleSet read(JdbcClient jdbc, Ids ids, int directory) {
        RuleRows rows = new RuleRows(jdbc, ids);
        return of(jdbc, directory, rows.revision(directory), rows.of(directory));
    }

    /** These rules, in this order. */
    static RuleSet of(JdbcClient jdbc, int directory, long revision, List<StoredRule> stored) {
        Map<String, Long> segments = new LinkedHashMap<>();
        Map<String, Integer> lists = new LinkedHashMap<>();
        List<FrequencyRule> rules = new ArrayList<>();
        for (StoredRule one : stored) {
            rules.add(one.rule());
            String segment = one.rule().segment();
            String list = one.rule().list();
            if (segment != null && one.segment() != null) {
                segments.put(segment, one.segment());
            }

            if (list != null && one.list() != null) {
                lists.put(list, one.list());
            }
        }

        return new RuleSet(
                directory,
                revision,
                FrequencyRules.of(rules),
                segments,
                lists,
                PublishedBlocks.of(jdbc, directory, segments.values()));
    }

    /** Two sets with the same text give the same times for intercepts of the same touchpoints. */
    String fingerprint() {
        return revision
                + members.versions().entrySet().stream()
                        .map(segment -> " " + segment.getKey() + ":" + segment.getValue())
                        .collect(Collectors.joining());
    }

    /** What each next eligible time for intercepts is for: an empty text for all surveys, then those with rules of their own. */
    List<String> slots() {
        List<String> slots = new ArrayList<>();
        slots.add("");
        slots.addAll(rules.surveys(FrequencyUse.INTERCEPT));
        return List.copyOf(slots);
    }

    /** A touchpoint from before this long ago holds nobody back; milliseconds. */
    long reach() {
        long longest = 0;
        for (FrequencyRule rule : rules.rules()) {
            if (rule.maximum() instanceof Limit.Of<Maximum> most) {
                longest =
                        Math.max(longest, most.value().per().map(Period::millis).orElse(0L));
            }

            if (rule.gap() instanceof Limit.Of<Period> gap) {
                longest = Math.max(longest, gap.value().millis());
            }
        }

        return longest;
    }

    /** Whether a rule holds back even those who were never contacted. */
    boolean canForbid() {
        return rules.rules().stream()
                .anyMatch(rule -> rule.maximum() instanceof Limit.Of<Maximum> most
                        && most.value().times() == 0);
    }
}
