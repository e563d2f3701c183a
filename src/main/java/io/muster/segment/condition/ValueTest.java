package io.muster.segment.condition;

import java.math.BigDecimal;
import java.util.List;

/**
 * A test of one value, which may be missing or unreadable. A date spans its day in the directory's time zone, a date-time
 * one millisecond.
 *
 * @param form how the value is read
 * @param operator an operator that suits the form; for dates {@link ValueOperator#BEFORE} and {@link ValueOperator#AFTER}
 *     stand for {@code lt} and {@code gt}
 * @param operands {@link Operand.Text}, {@link Operand.Decimal} or {@link Moment} after the form, for spans a
 *     {@link Span}: two for {@link ValueOperator#BETWEEN}, one or more for lists, none for the tests of being empty, else
 *     one
 */
public record ValueTest(Form form, ValueOperator operator, List<Operand> operands) {

    /** Whether a value is missing or blank, in whatever form it is read otherwise. */
    public static final ValueTest EMPTY = new ValueTest(Form.TEXT, ValueOperator.IS_EMPTY, List.of());

    /** Copies the operands. */
    public ValueTest {
        operands = List.copyOf(operands);
    }

    /** The same with another operator. */
    public ValueTest with(ValueOperator other) {
        return new ValueTest(form, other, operands);
    }

    /** The operands of a test of a text. */
    public List<String> texts() {
        return operands.stream().map(operand -> ((Operand.Text) operand).text()).toList();
    }

    /** The operands of a test of a number. */
    public List<BigDecimal> numbers() {
        return operands.stream()
                .map(operand -> ((Operand.Decimal) operand).number())
                .toList();
    }

    /** The operands of a test of a date, but for those within a span. */
    public List<Moment> moments() {
        return operands.stream().map(Moment.class::cast).toList();
    }

    /** The span of a test of a date within one. */
    public Span span() {
        return (Span) operands.getFirst();
    }
}
