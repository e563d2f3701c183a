package io.muster.segment.condition;

import io.muster.support.Ids;
import io.muster.support.document.DocumentKind;
import io.muster.support.document.Documents;
import io.muster.support.document.Problems;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** Conditions as text: YAML or JSON in, the canonical JSON that is stored out. */
public final class Conditions {

    /** Most groups in one another, those of a {@code where} included. */
    static final int DEEPEST = 500;

    static final String TOO_DEEP =
            "is nested deeper than " + DEEPEST + " groups. Make inner groups segments of their own and refer to them";

    /** In characters; a list of a hundred thousand values fits. */
    private static final int LONGEST = 8 << 20;

    private static final String TOO_LONG =
            "is longer than " + LONGEST + " characters. Put the values into a list or a segment of their own";

    /** A group is two levels, a list within keys; a test of transactions with its operands takes up to three more. */
    private static final DocumentKind DOCUMENTS = new DocumentKind(
            "conditions",
            "one condition",
            "docs/segments.md",
            new DocumentKind.Limits(LONGEST, TOO_LONG, 2 * DEEPEST + 3, TOO_DEEP, 0));

    private Conditions() {}

    /** Reads YAML or JSON; reports all problems at once. */
    public static ParsedCondition parse(String text, Ids ids) {
        Problems problems = new Problems();
        Optional<Condition<ContactTest>> condition = Documents.read(text, DOCUMENTS, problems)
                .flatMap(root -> new ConditionReader(problems, ids).read(root));
        return condition.isPresent() && problems.isEmpty()
                ? new ParsedCondition.Good(condition.get())
                : new ParsedCondition.Broken(problems.sorted());
    }

    /** The one compact JSON text of a condition, which {@link #parse} reads back; equal for equal conditions. */
    public static String json(Condition<ContactTest> condition, Ids ids) {
        return ConditionWriter.json(condition, ids);
    }

    /** The segments and lists that a condition names. */
    public static Used uses(Condition<ContactTest> condition) {
        NavigableSet<Long> segments = new TreeSet<>();
        NavigableSet<Integer> lists = new TreeSet<>();
        for (ContactTest test : condition.tests()) {
            switch (test) {
                case ContactTest.SegmentTest segment -> segments.add(segment.segment());
                case ContactTest.ListTest list -> lists.add(list.list());
                case ContactTest.OptedOut optedOut -> optedOut.list().ifPresent(lists::add);
                default -> {
                    // Names neither.
                }
            }
        }

        return new Used(segments, lists);
    }

    /**
     * Whether a condition can become true or false by the passing of time alone: {@code today}, {@code now}, {@code
     * withinLast}, {@code withinNext}. Segments that it uses are not looked into.
     */
    public static boolean dependsOnTime(Condition<ContactTest> condition) {
        return condition.tests().stream().anyMatch(Conditions::moves);
    }

    /** The JSON Schema (draft 7) of condition files, for editors; ends with a line break. */
    public static String schema() {
        return ConditionSchema.json();
    }

    private static boolean moves(ContactTest test) {
        return switch (test) {
            case ContactTest.FieldTest field -> moves(field.test());
            case ContactTest.EmbeddedTest embedded -> moves(embedded.test());
            case ContactTest.TouchpointsTest touchpoints ->
                touchpoints.of().withinLast().isPresent();
            case ContactTest.TransactionsTest transactions ->
                moves(transactions.of())
                        || (transactions.aggregate() instanceof Aggregate.Latest latest && moves(latest.test()));
            default -> false;
        };
    }

    private static boolean moves(TransactionFilter filter) {
        return filter.withinLast().isPresent()
                || filter.where()
                        .filter(where -> where.tests().stream().anyMatch(test -> moves(test.test())))
                        .isPresent();
    }

    private static boolean moves(ValueTest test) {
        return test.operands().stream()
                .anyMatch(operand -> operand instanceof Moment.Relative || operand instanceof Span);
    }
}
