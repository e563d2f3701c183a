package io.muster.segment;

import io.muster.directory.MailingList;
import io.muster.directory.store.MailingLists;
import io.muster.segment.condition.Condition;
import io.muster.segment.condition.Conditions;
import io.muster.segment.condition.ContactTest;
import io.muster.segment.condition.ParsedCondition;
import io.muster.segment.condition.Used;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import io.muster.support.document.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A condition with its canonical text and what it names.
 *
 * @param json the canonical text
 */
record Definition(Condition<ContactTest> condition, String json, Used uses) {

    private static final int MOST_PROBLEMS = 20;

    /**
     * Reads a condition; a refusal with everything that is wrong with it.
     *
     * @param doing what cannot be done else, such as {@code Cannot create the segment 'A'}
     */
    static Definition read(String doing, String text, Ids ids) {
        return switch (Conditions.parse(text, ids)) {
            case ParsedCondition.Good good -> of(good.condition(), ids);
            case ParsedCondition.Broken broken ->
                throw Refusal.invalid(
                        "INVALID_CONDITION",
                        doing + ": its condition has " + problems(broken.problems()) + " See docs/segments.md.");
        };
    }

    private static Definition of(Condition<ContactTest> condition, Ids ids) {
        return new Definition(condition, Conditions.json(condition, ids), Conditions.uses(condition));
    }

    /** Refuses lists and segments that are not of the directory; keeps the lists until the transaction ends. */
    void check(String doing, int directory, MailingLists lists, SegmentRows segments, Ids ids) {
        List<String> unknown = new ArrayList<>();
        for (int list : uses.lists()) {
            Optional<MailingList> found = lists.shared(list).filter(one -> one.directory() == directory);
            if (found.isEmpty()) {
                unknown.add("the list " + ids.list(list));
            }
        }

        for (long segment : uses.segments()) {
            Optional<Segment> found = segments.byNumber(segment).filter(one -> one.directory() == directory);
            if (found.isEmpty()) {
                unknown.add("the segment " + ids.segment(segment));
            }
        }

        if (!unknown.isEmpty()) {
            throw Refusal.invalid(
                    "UNKNOWN_IN_CONDITION",
                    doing + ": its condition names " + String.join(", ", unknown)
                            + ", which the directory does not have. Name lists and segments of the same directory.");
        }
    }

    private static String problems(List<Problem> problems) {
        String first = problems.stream()
                .limit(MOST_PROBLEMS)
                .map(Problem::text)
                .map(text -> text.endsWith(".") ? text : text + ".")
                .collect(Collectors.joining(" "));
        String more = problems.size() > MOST_PROBLEMS
                ? " And " + (problems.size() - MOST_PROBLEMS) + " further problems."
                : "";
        return (problems.size() == 1 ? "a problem: " : problems.size() + " problems: ") + first + more;
    }
}
