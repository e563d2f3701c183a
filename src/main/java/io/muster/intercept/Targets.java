package io.muster.intercept;

import io.muster.intercept.decide.SegmentTest;
import io.muster.intercept.decide.Tree;
import io.muster.intercept.decide.TreeJson;
import io.muster.segment.condition.Condition;
import io.muster.segment.condition.Conditions;
import io.muster.segment.condition.ContactTest;
import io.muster.segment.condition.ParsedCondition;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import io.muster.support.document.Problem;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Targets as people write them: conditions of segments, of which only tests of membership in segments are allowed, since an
 * evaluator knows nothing else of a contact.
 */
final class Targets {

    private static final String DOING = "Cannot use the target";

    private Targets() {}

    /** The canonical JSON of a target written as YAML or JSON. */
    static String read(String text, Ids ids) {
        return switch (Conditions.parse(text, ids)) {
            case ParsedCondition.Good good ->
                TreeJson.ofTarget(tree(good.condition(), ids)).toString();
            case ParsedCondition.Broken broken ->
                throw refusal(broken.problems().stream().map(Problem::text).collect(Collectors.joining("; ")));
        };
    }

    /** The numbers of the segments that a target names. */
    static Set<Long> segments(@Nullable String target, Ids ids) {
        Set<Long> segments = new TreeSet<>();
        if (target != null) {
            TreeJson.target(target)
                    .forEach(test -> ids.read(PublicId.SEGMENT, test.segment()).ifPresent(segments::add));
        }

        return segments;
    }

    private static Tree<SegmentTest> tree(Condition<ContactTest> condition, Ids ids) {
        return switch (condition) {
            case Condition.Group<ContactTest> group ->
                new Tree.Group<>(
                        Tree.Join.valueOf(group.kind().name()),
                        group.parts().stream().map(part -> tree(part, ids)).toList());
            case Condition.Test<ContactTest> test -> {
                if (test.test() instanceof ContactTest.SegmentTest segment) {
                    yield new Tree.Leaf<>(new SegmentTest(
                            ids.segment(segment.segment()), segment.is() == ContactTest.Membership.MEMBER));
                }

                throw refusal("it tests something other than segments. Make that a segment and name the segment");
            }
        };
    }

    private static Refusal refusal(String reason) {
        return Refusal.invalid(
                "INVALID_TARGET",
                DOING + ": " + reason + (reason.endsWith(".") ? "" : ".")
                        + " Write for example {segment: SG_…, is: member}.");
    }
}
