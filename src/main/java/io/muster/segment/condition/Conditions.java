package io.muster.segment.condition;

import io.muster.support.document.DocumentKind;
import io.muster.support.document.Documents;
import io.muster.support.document.Problems;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Conditions as text: YAML or JSON in, the canonical JSON that is stored out. */
public final class Conditions {

    /** In characters; a list of a hundred thousand values fits. */
    private static final int LONGEST = 8 << 20;

    private static final String TOO_LONG =
            "is longer than " + LONGEST + " characters. Put the values into a list or a segment of their own";

    /** Most groups in one another, those of a {@code where} included. */
    static final int DEEPEST = 500;

    static final String TOO_DEEP =
            "is nested deeper than " + DEEPEST + " groups. Make inner groups segments of their own and refer to them";

    /** A group is two levels: a list within keys. */
    private static final DocumentKind DOCUMENTS = new DocumentKind(
            "conditions",
            "one condition",
            "docs/segments.md",
            new DocumentKind.Limits(LONGEST, TOO_LONG, 2 * DEEPEST + 1, TOO_DEEP, 0));

    private Conditions() {}

    /** Reads YAML or JSON; tells all problems at once. */
    public static ParsedCondition parse(String text) {
        Problems problems = new Problems();
        Optional<Condition> condition =
                Documents.read(text, DOCUMENTS, problems).flatMap(root -> new ConditionReader(problems).read(root));
        return condition.isPresent() && problems.isEmpty()
                ? new ParsedCondition.Good(condition.get())
                : new ParsedCondition.Broken(problems.sorted());
    }

    /** The one compact JSON text of a condition, which {@link #parse} reads back; equal for equal conditions. */
    public static String json(Condition condition) {
        return ConditionWriter.json(condition);
    }

    /** The segments and lists that a condition names. */
    public static Used uses(Condition condition) {
        NavigableSet<Long> segments = new TreeSet<>();
        NavigableSet<Integer> lists = new TreeSet<>();
        tests(condition, test -> {
            switch (test) {
                case Condition.SegmentTest segment -> segments.add(segment.segment());
                case Condition.ListTest list -> lists.add(list.list());
                case Condition.OptedOut optedOut -> optedOut.list().ifPresent(lists::add);
                default -> {
                    // Names neither.
                }
            }
        });
        return new Used(segments, lists);
    }

    /**
     * Whether a condition can become true or false by the passing of time alone: {@code today}, {@code now}, {@code
     * withinLast}, {@code withinNext}. Segments that it uses are not looked into.
     */
    public static boolean dependsOnTime(Condition condition) {
        boolean[] depends = new boolean[1];
        tests(condition, test -> depends[0] = depends[0] || moves(test));
        return depends[0];
    }

    /** The JSON Schema (draft 7) of condition files, for editors; ends with a line break. */
    public static String schema() {
        return ConditionSchema.json();
    }

    private static boolean moves(Condition test) {
        return switch (test) {
            case Condition.FieldTest field -> moves(field.test());
            case Condition.EmbeddedTest embedded -> moves(embedded.test());
            case Condition.TouchpointsTest touchpoints ->
                touchpoints.of().withinLast().isPresent();
            case Condition.TransactionsTest transactions ->
                transactions.of().withinLast().isPresent()
                        || transactions.of().where().filter(Conditions::moves).isPresent()
                        || (transactions.aggregate() instanceof Aggregate.Latest latest && moves(latest.test()));
            default -> false;
        };
    }

    private static boolean moves(EventCondition root) {
        Deque<EventCondition> rest = new ArrayDeque<>(List.of(root));
        while (!rest.isEmpty()) {
            switch (rest.pop()) {
                case EventCondition.Group group -> group.parts().forEach(rest::push);
                case EventCondition.FieldTest field -> {
                    if (moves(field.test())) {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private static boolean moves(ValueTest test) {
        return switch (test) {
            case DateTest.WithinLast ignored -> true;
            case DateTest.WithinNext ignored -> true;
            case DateTest.Is one -> relative(one.value());
            case DateTest.IsNot one -> relative(one.value());
            case DateTest.In one -> relative(one.values());
            case DateTest.NotIn one -> relative(one.values());
            case DateTest.Before one -> relative(one.value());
            case DateTest.AtMost one -> relative(one.value());
            case DateTest.After one -> relative(one.value());
            case DateTest.AtLeast one -> relative(one.value());
            case DateTest.Between one -> relative(one.from()) || relative(one.to());
            case DateTest.Empty ignored -> false;
            case DateTest.NotEmpty ignored -> false;
            case TextTest ignored -> false;
            case NumberTest ignored -> false;
        };
    }

    private static boolean relative(Moment moment) {
        return moment instanceof Moment.Relative;
    }

    private static boolean relative(Collection<Moment> moments) {
        Predicate<Moment> relative = Conditions::relative;
        return moments.stream().anyMatch(relative);
    }

    /** Visits every condition that is no group. */
    private static void tests(Condition root, Consumer<Condition> visitor) {
        Deque<Condition> rest = new ArrayDeque<>();
        rest.push(root);
        while (!rest.isEmpty()) {
            Condition condition = rest.pop();
            if (condition instanceof Condition.Group group) {
                group.parts().forEach(rest::push);
            } else {
                visitor.accept(condition);
            }
        }
    }
}
