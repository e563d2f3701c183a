package io.muster.frequency;

import io.muster.directory.MailingList;
import io.muster.segment.Segment;
import io.muster.segment.Segments;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What names a mailing list: conditions of segments, and frequency rules. A list that is named is not deleted. Whoever deletes
 * one locks its row first; whoever names one shares the row.
 */
public final class ListUses {

    private final Segments segments;
    private final FrequencyRuleStore rules;

    /**
     * Something that names a list.
     *
     * @param reason as the end of a sentence, such as {@code frequency rules name it: FR_…}
     * @param remedy what to do about it
     */
    public record Use(String reason, String remedy) {}

    ListUses(Segments segments, FrequencyRuleStore rules) {
        this.segments = segments;
        this.rules = rules;
    }

    /** Why a list stays; empty when nothing names it. */
    public Optional<Use> of(MailingList list) {
        List<String> naming =
                segments.naming(list).stream().map(Segment::called).toList();
        if (!naming.isEmpty()) {
            return Optional.of(new Use(
                    "conditions of segments name it: " + String.join(", ", naming), "Change or delete them first."));
        }

        List<String> limiting = rules.of(list.directory()).stream()
                .filter(rule -> Objects.equals(rule.list(), list.number()))
                .map(StoredRule::id)
                .toList();
        return limiting.isEmpty()
                ? Optional.empty()
                : Optional.of(new Use("frequency rules name it: " + String.join(", ", limiting), "Remove them first."));
    }
}
