package io.muster.segment.condition;

import io.muster.segment.condition.ValueOperator.Follows;
import io.muster.support.document.DocumentPath;
import io.muster.support.document.Node;
import io.muster.support.document.Node.Entry;
import io.muster.support.document.Problems;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** Reads the operator of a test and its operands. */
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
    Optional<ValueTest> test(Node.Keys keys, DocumentPath path, Form form) {
        return test(keys, path, form, ValueOperator.of(form));
    }

    /** The test of a count or sum. */
    Optional<ValueTest> ofAggregate(Node.Keys keys, DocumentPath path) {
        return test(keys, path, Form.NUMBER, ValueOperator.OF_AGGREGATE);
    }

    private Optional<ValueTest> test(Node.Keys keys, DocumentPath path, Form form, Set<ValueOperator> suitable) {
        return operator(keys, path, form, suitable).flatMap(operator -> {
            Node value =
                    Objects.requireNonNull(keys.entries().get(operator.key())).value();
            DocumentPath at = path.key(operator.key());
            return operator.follows() == Follows.TRUTH
                    ? empty(operator, form, value, at)
                    : operands(operator, form, value, at)
                            .map(found -> new ValueTest(form, operator.canonical(form), found));
        });
    }

    private Optional<ValueTest> empty(ValueOperator operator, Form form, Node value, DocumentPath path) {
        return operands.truth(value, path)
                .map(truth -> new ValueTest(
                        form,
                        truth == (operator == ValueOperator.IS_EMPTY)
                                ? ValueOperator.IS_EMPTY
                                : ValueOperator.IS_NOT_EMPTY,
                        List.of()));
    }

    private Optional<List<Operand>> operands(ValueOperator operator, Form form, Node value, DocumentPath path) {
        BiFunction<Node, DocumentPath, Optional<Operand>> one = (node, at) -> operand(operator, form, node, at);
        return switch (operator.follows()) {
            case LIST -> operands.list(value, path, one);
            case PAIR -> operands.pair(value, path, one).filter(pair -> isRising(pair, value, path));
            default -> one.apply(value, path).map(List::of);
        };
    }

    private Optional<Operand> operand(ValueOperator operator, Form form, Node node, DocumentPath path) {
        return switch (operator.follows()) {
            case PART -> operands.part(node, path).map(Operand.Text::new);
            case PATTERN -> operands.pattern(node, path).map(Operand.Text::new);
            case SPAN -> operands.span(node, path).map(span -> span);
            default ->
                switch (form) {
                    case TEXT -> operands.text(node, path).map(Operand.Text::new);
                    case NUMBER -> operands.number(node, path).map(Operand.Decimal::new);
                    case DATE -> operands.moment(node, path).map(moment -> moment);
                };
        };
    }

    private Optional<ValueOperator> operator(
            Node.Keys keys, DocumentPath path, Form form, Set<ValueOperator> suitable) {
        Set<ValueOperator> written = EnumSet.noneOf(ValueOperator.class);
        keys.entries().keySet().forEach(key -> ValueOperator.byKey(key).ifPresent(written::add));
        if (written.isEmpty()) {
            problems.add(keys.place(), path, "has no operator. Write one of " + ValueOperator.words(suitable));
            return Optional.empty();
        }

        if (written.size() > 1) {
            problems.add(
                    keys.place(),
                    path,
                    "has " + written.size() + " operators: " + ValueOperator.words(written)
                            + ". Write a test for each and put them into all or any");
            return Optional.empty();
        }

        ValueOperator operator = written.iterator().next();
        if (!suitable.contains(operator)) {
            Entry entry = Objects.requireNonNull(keys.entries().get(operator.key()));
            problems.add(entry.keyPlace(), path.key(operator.key()), unsuitable(operator, form, suitable));
            return Optional.empty();
        }

        return Optional.of(operator);
    }

    private static String unsuitable(ValueOperator operator, Form form, Set<ValueOperator> suitable) {
        String hint = form == Form.TEXT && operator.suits(Form.NUMBER)
                ? "Add as: number or as: date, or use one of "
                : form == Form.TEXT ? "Add as: date, or use one of " : "Use one of ";
        return "is not an operator for a " + form.key() + ". " + hint + ValueOperator.words(suitable);
    }

    private boolean isRising(List<Operand> pair, Node value, DocumentPath path) {
        boolean turned = isLater(pair.getFirst(), pair.getLast());
        if (turned) {
            problems.add(value.place(), path, "begins with the greater value, so nothing is between. Swap the two");
        }

        return !turned;
    }

    /** Absolute and relative moments can only be ordered once zone and time are known, so they are not checked here. */
    private static boolean isLater(Operand one, Operand other) {
        return switch (one) {
            case Operand.Decimal number ->
                other instanceof Operand.Decimal to && number.number().compareTo(to.number()) > 0;
            case Moment.Day day -> other instanceof Moment.Day to && day.date().isAfter(to.date());
            case Moment.Local local ->
                other instanceof Moment.Local to && local.time().isAfter(to.time());
            case Moment.Exact exact ->
                other instanceof Moment.Exact to && exact.time().isAfter(to.time());
            default -> false;
        };
    }
}
