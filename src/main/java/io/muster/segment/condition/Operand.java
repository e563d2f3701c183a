package io.muster.segment.condition;

import java.math.BigDecimal;

/** What a value is compared with. */
public sealed interface Operand permits Operand.Text, Operand.Decimal, Moment, Span {

    /** A text, a part of one, or a pattern. */
    record Text(String text) implements Operand {}

    /** An exact decimal number without trailing zeros: {@code 1.0} and {@code 1} are the same. */
    record Decimal(BigDecimal number) implements Operand {}
}
