package io.muster.web.console.segments;

import io.muster.segment.condition.Aggregate;
import io.muster.segment.condition.Condition;
import io.muster.segment.condition.ContactTest;
import io.muster.segment.condition.ContactTest.Membership;
import io.muster.segment.condition.DecimalText;
import io.muster.segment.condition.EventTest;
import io.muster.segment.condition.Moment;
import io.muster.segment.condition.Operand;
import io.muster.segment.condition.Span;
import io.muster.segment.condition.TestedField;
import io.muster.segment.condition.TouchpointFilter;
import io.muster.segment.condition.TransactionFilter;
import io.muster.segment.condition.ValueOperator;
import io.muster.segment.condition.ValueTest;
import io.muster.support.Ids;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a condition says, as a person would say it. */
final class ConditionWords {

    /** Of a long list of values, the first are enough to recognise it. */
    private static final int VALUES = 10;

    private final Map<String, String> names;
    private final Ids ids;

    /** @param names of lists and segments, by their ids */
    ConditionWords(Map<String, String> names, Ids ids) {
        this.names = names;
        this.ids = ids;
    }

    /** A condition in words. */
    String of(Condition<ContactTest> condition) {
        return words(condition, this::test, false);
    }

    private <T> String words(Condition<T> condition, Function<T, String> test, boolean within) {
        return switch (condition) {
            case Condition.Test<T> one -> test.apply(one.test());
            case Condition.Group<T> group -> {
                String parts = group.parts().stream()
                        .map(part -> words(part, test, true))
                        .collect(Collectors.joining(group.kind() == Condition.Kind.ALL ? ", and " : ", or "));
                yield group.kind() == Condition.Kind.NONE
                        ? "none of (" + parts + ")"
                        : within && group.parts().size() > 1 ? "(" + parts + ")" : parts;
            }
        };
    }

    /** A test in words. */
    String test(ContactTest test) {
        return switch (test) {
            case ContactTest.FieldTest one -> field(one.field()) + " " + value(one.test());
            case ContactTest.EmbeddedTest one -> quoted(one.name()) + " " + value(one.test());
            case ContactTest.OptedOut one ->
                (one.out() ? "opted out of " : "did not opt out of ")
                        + (one.list().isPresent()
                                ? "the list " + named(ids.list(one.list().getAsInt()))
                                : "the directory");
            case ContactTest.ListTest one -> is(one.is()) + "on the list " + named(ids.list(one.list()));
            case ContactTest.SegmentTest one -> is(one.is()) + "in the segment " + named(ids.segment(one.segment()));
            case ContactTest.TransactionsTest one -> transactions(one);
            case ContactTest.TouchpointsTest one ->
                "the number of touchpoints" + filter(one.of()) + " " + value(one.count());
        };
    }

    private static String is(Membership membership) {
        return membership == Membership.MEMBER ? "is " : "is not ";
    }

    private String named(String id) {
        String name = names.get(id);
        return name == null ? id + ", which is gone" : quoted(name);
    }

    static String field(TestedField field) {
        return switch (field) {
            case FIRST_NAME -> "first name";
            case LAST_NAME -> "last name";
            case EMAIL -> "email";
            case PHONE -> "phone";
            case EXT_REF -> "reference";
            case LANGUAGE -> "language";
            case CREATED -> "created";
            case LAST_MODIFIED -> "last modified";
        };
    }

    private String transactions(ContactTest.TransactionsTest test) {
        String filter = filter(test.of());
        return switch (test.aggregate()) {
            case Aggregate.Count one -> "the number of transactions" + filter + " " + value(one.test());
            case Aggregate.Sum one ->
                "the sum of " + quoted(one.field()) + " in transactions" + filter + " " + value(one.test());
            case Aggregate.Latest one ->
                "the latest " + quoted(one.field()) + " in transactions" + filter + " " + value(one.test());
        };
    }

    private String filter(TransactionFilter filter) {
        return filter.withinLast().map(ConditionWords::recent).orElse("")
                + filter.where()
                        .map(where -> " where " + words(where, this::event, true))
                        .orElse("");
    }

    private String event(EventTest test) {
        return quoted(test.field()) + " " + value(test.test());
    }

    private static String filter(TouchpointFilter filter) {
        return some(" of the channel ", filter.channels())
                + some(" of the kind ", filter.kinds())
                + some(" of the survey ", filter.surveys())
                + some(" of the intercept ", filter.intercepts())
                + filter.withinLast().map(ConditionWords::recent).orElse("");
    }

    private static String some(String what, List<String> texts) {
        return texts.isEmpty() ? "" : what + String.join(" or ", texts);
    }

    private static String recent(Span span) {
        return " in the last " + span(span);
    }

    private static String span(Span span) {
        String unit = switch (span.unit()) {
            case H -> "hour";
            case D -> "day";
            case W -> "week";
        };
        return span.amount() + " " + unit + (span.amount() == 1 ? "" : "s");
    }

    private static String value(ValueTest test) {
        List<String> values = test.operands().stream()
                .limit(VALUES)
                .map(ConditionWords::operand)
                .toList();
        String more =
                test.operands().size() > VALUES ? " and " + (test.operands().size() - VALUES) + " more" : "";
        return operator(test.operator())
                .formatted(
                        switch (test.operator()) {
                            case IN, NOT_IN -> String.join(", ", values) + more;
                            case BETWEEN -> String.join(" and ", values);
                            default -> values.isEmpty() ? "" : values.getFirst();
                        });
    }

    /** An operator with a place for what follows it. */
    private static String operator(ValueOperator operator) {
        return switch (operator) {
            case IS -> "is %s";
            case IS_NOT -> "is not %s";
            case IN -> "is one of %s";
            case NOT_IN -> "is none of %s";
            case CONTAINS -> "contains %s";
            case STARTS_WITH -> "starts with %s";
            case ENDS_WITH -> "ends with %s";
            case MATCHES -> "matches %s";
            case IS_EMPTY -> "is empty";
            case IS_NOT_EMPTY -> "is not empty";
            case LT -> "is less than %s";
            case LTE -> "is at most %s";
            case GT -> "is more than %s";
            case GTE -> "is at least %s";
            case BETWEEN -> "is between %s";
            case BEFORE -> "is before %s";
            case AFTER -> "is after %s";
            case WITHIN_LAST -> "is within the last %s";
            case WITHIN_NEXT -> "is within the next %s";
        };
    }

    /** An operator as a choice. */
    static String choice(ValueOperator operator) {
        return operator(operator).replace(" %s", "");
    }

    private static String operand(Operand operand) {
        return switch (operand) {
            case Operand.Text text -> quoted(text.text());
            case Operand.Decimal number -> DecimalText.write(number.number());
            case Moment moment -> moment.text();
            case Span span -> span(span);
        };
    }

    private static String quoted(String text) {
        return "“" + text + "”";
    }
}
