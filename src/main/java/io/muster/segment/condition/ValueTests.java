package io.muster.segment.condition;

import io.muster.support.document.DocumentPath;
import io.muster.support.document.Node;
import io.muster.support.document.Node.Entry;
import io.muster.support.document.Problems;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Reads the operator of a test and what stands behind it. */
final class ValueTests {

    private final Problems problems;
    private final Operands operands;

    ValueTests(Problems problems, Operands operands) {
        this.problems = problems;
        this.operands = operands;
    }

    /** How a test reads its value, by its key {@code as}. */
    Form form(Map<String, Entry> keys, DocumentPath path, Form usual) {
        Entry as = keys.get("as");
        return as == null
                ? usual
                : operands.word(as.value(), path.key("as"), List.of("text", "number", "date"))
                        .map(word -> Form.valueOf(word.toUpperCase(Locale.ROOT)))
                        .orElse(usual);
    }

    /** The test of a value read in that form; other keys than operators are left alone. */
    Optional<? extends ValueTest> test(Node.Keys keys, DocumentPath path, Form form) {
        return operator(keys, path, form, Operator.of(form)).flatMap(operator -> {
            Node value = value(keys, operator);
            DocumentPath at = path.key(operator.key());
            return switch (form) {
                case TEXT -> text(operator, value, at);
                case NUMBER -> number(operator, value, at);
                case DATE -> date(operator, value, at);
            };
        });
    }

    /** The test of a count or sum. */
    Optional<NumberTest> ofAggregate(Node.Keys keys, DocumentPath path) {
        return operator(keys, path, Form.NUMBER, Operator.OF_AGGREGATE)
                .flatMap(operator -> number(operator, value(keys, operator), path.key(operator.key())));
    }

    private static Node value(Node.Keys keys, Operator operator) {
        return Objects.requireNonNull(keys.entries().get(operator.key())).value();
    }

    private Optional<Operator> operator(Node.Keys keys, DocumentPath path, Form form, Set<Operator> suitable) {
        Set<Operator> written = EnumSet.noneOf(Operator.class);
        keys.entries().keySet().forEach(key -> Operator.byKey(key).ifPresent(written::add));
        if (written.isEmpty()) {
            problems.add(keys.place(), path, "has no operator. Write one of " + Operator.words(suitable));
            return Optional.empty();
        }

        if (written.size() > 1) {
            problems.add(
                    keys.place(),
                    path,
                    "has " + written.size() + " operators: " + Operator.words(written)
                            + ". Write a test for each and put them into all or any");
            return Optional.empty();
        }

        Operator operator = written.iterator().next();
        if (!suitable.contains(operator)) {
            Entry entry = Objects.requireNonNull(keys.entries().get(operator.key()));
            problems.add(entry.keyPlace(), path.key(operator.key()), unsuitable(operator, form, suitable));
            return Optional.empty();
        }

        return Optional.of(operator);
    }

    private static String unsuitable(Operator operator, Form form, Set<Operator> suitable) {
        String hint = form == Form.TEXT && operator.suits(Form.NUMBER)
                ? "Add as: number or as: date, or use one of "
                : form == Form.TEXT ? "Add as: date, or use one of " : "Use one of ";
        return "is no operator of a " + form.key() + ". " + hint + Operator.words(suitable);
    }

    private Optional<TextTest> text(Operator operator, Node value, DocumentPath path) {
        return switch (operator) {
            case IS -> operands.text(value, path).map(TextTest.Is::new);
            case IS_NOT -> operands.text(value, path).map(TextTest.IsNot::new);
            case IN -> operands.list(value, path, operands::text).map(TextTest.In::new);
            case NOT_IN -> operands.list(value, path, operands::text).map(TextTest.NotIn::new);
            case CONTAINS -> operands.part(value, path).map(TextTest.Contains::new);
            case STARTS_WITH -> operands.part(value, path).map(TextTest.StartsWith::new);
            case ENDS_WITH -> operands.part(value, path).map(TextTest.EndsWith::new);
            case MATCHES -> operands.pattern(value, path).map(TextTest.Matches::new);
            case IS_EMPTY ->
                operands.truth(value, path).map(empty -> empty ? new TextTest.Empty() : new TextTest.NotEmpty());
            case IS_NOT_EMPTY ->
                operands.truth(value, path).map(filled -> filled ? new TextTest.NotEmpty() : new TextTest.Empty());
            default -> throw new IllegalStateException("Unexpected operator of a text: " + operator);
        };
    }

    private Optional<NumberTest> number(Operator operator, Node value, DocumentPath path) {
        return switch (operator) {
            case IS -> operands.number(value, path).map(NumberTest.Is::new);
            case IS_NOT -> operands.number(value, path).map(NumberTest.IsNot::new);
            case IN -> operands.list(value, path, operands::number).map(NumberTest.In::new);
            case NOT_IN -> operands.list(value, path, operands::number).map(NumberTest.NotIn::new);
            case LT -> operands.number(value, path).map(NumberTest.Less::new);
            case LTE -> operands.number(value, path).map(NumberTest.AtMost::new);
            case GT -> operands.number(value, path).map(NumberTest.Greater::new);
            case GTE -> operands.number(value, path).map(NumberTest.AtLeast::new);
            case BETWEEN -> operands.pair(value, path, operands::number).flatMap(pair -> numbers(pair, value, path));
            case IS_EMPTY ->
                operands.truth(value, path).map(empty -> empty ? new NumberTest.Empty() : new NumberTest.NotEmpty());
            case IS_NOT_EMPTY ->
                operands.truth(value, path).map(filled -> filled ? new NumberTest.NotEmpty() : new NumberTest.Empty());
            default -> throw new IllegalStateException("Unexpected operator of a number: " + operator);
        };
    }

    private Optional<NumberTest> numbers(List<BigDecimal> pair, Node value, DocumentPath path) {
        if (pair.getFirst().compareTo(pair.getLast()) > 0) {
            return turned(value, path);
        }

        return Optional.of(new NumberTest.Between(pair.getFirst(), pair.getLast()));
    }

    private Optional<DateTest> date(Operator operator, Node value, DocumentPath path) {
        return switch (operator) {
            case IS -> operands.moment(value, path).map(DateTest.Is::new);
            case IS_NOT -> operands.moment(value, path).map(DateTest.IsNot::new);
            case IN -> operands.list(value, path, operands::moment).map(DateTest.In::new);
            case NOT_IN -> operands.list(value, path, operands::moment).map(DateTest.NotIn::new);
            case LT, BEFORE -> operands.moment(value, path).map(DateTest.Before::new);
            case LTE -> operands.moment(value, path).map(DateTest.AtMost::new);
            case GT, AFTER -> operands.moment(value, path).map(DateTest.After::new);
            case GTE -> operands.moment(value, path).map(DateTest.AtLeast::new);
            case BETWEEN -> operands.pair(value, path, operands::moment).flatMap(pair -> moments(pair, value, path));
            case WITHIN_LAST -> operands.span(value, path).map(DateTest.WithinLast::new);
            case WITHIN_NEXT -> operands.span(value, path).map(DateTest.WithinNext::new);
            case IS_EMPTY ->
                operands.truth(value, path).map(empty -> empty ? new DateTest.Empty() : new DateTest.NotEmpty());
            case IS_NOT_EMPTY ->
                operands.truth(value, path).map(filled -> filled ? new DateTest.NotEmpty() : new DateTest.Empty());
            default -> throw new IllegalStateException("Unexpected operator of a date: " + operator);
        };
    }

    private Optional<DateTest> moments(List<Moment> pair, Node value, DocumentPath path) {
        return isLater(pair.getFirst(), pair.getLast())
                ? turned(value, path)
                : Optional.of(new DateTest.Between(pair.getFirst(), pair.getLast()));
    }

    /** Moments of different kinds are in an order that depends on zone and time; nothing is said of them. */
    private static boolean isLater(Moment one, Moment other) {
        return switch (one) {
            case Moment.Day day -> other instanceof Moment.Day to && day.date().isAfter(to.date());
            case Moment.Local local ->
                other instanceof Moment.Local to && local.time().isAfter(to.time());
            case Moment.Exact exact ->
                other instanceof Moment.Exact to && exact.time().isAfter(to.time());
            case Moment.Relative ignored -> false;
        };
    }

    private <T> Optional<T> turned(Node value, DocumentPath path) {
        problems.add(
                value.place(), path, "begins with the greater value, so that nothing lies between. Turn them round");
        return Optional.empty();
    }
}
