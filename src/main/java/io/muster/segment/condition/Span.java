package io.muster.segment.condition;

import java.time.Duration;
import java.util.Locale;

/**
 * A length of time, such as {@code 30d}. An hour, a day of 24 hours and a week of 7 such days are always equally long,
 * whatever clocks do.
 *
 * @param amount 1 to 99,999
 */
public record Span(int amount, Unit unit) implements Operand {

    static final int MOST = 99_999;

    /** Refuses amounts out of bounds. */
    public Span {
        if (amount < 1 || amount > MOST) {
            throw new IllegalArgumentException("Invalid span: " + amount + " of " + unit);
        }
    }

    /** What is counted. */
    public enum Unit {
        /** Hours. */
        H(Duration.ofHours(1)),
        /** 24 hours. */
        D(Duration.ofDays(1)),
        /** 7 times 24 hours. */
        W(Duration.ofDays(7));

        private final Duration length;

        Unit(Duration length) {
            this.length = length;
        }
    }

    /** How long it is. */
    public Duration duration() {
        return unit.length.multipliedBy(amount);
    }

    /** As conditions write it, for example {@code 30d}. */
    @Override
    public String toString() {
        return amount + unit.name().toLowerCase(Locale.ROOT);
    }
}
