package io.muster.intercept.decide;

import io.muster.support.Refusal;
import java.math.BigDecimal;

/**
 * A share in hundredths of a percent.
 *
 * @param hundredths from 0 to 10,000
 */
public record Percentage(int hundredths) {

    /** How many hundredths the whole has; draws are below it. */
    public static final int WHOLE = 10_000;

    /** Nobody. */
    public static final Percentage NOBODY = new Percentage(0);

    /** Everybody. */
    public static final Percentage EVERYBODY = new Percentage(WHOLE);

    /** Checks the bounds. */
    public Percentage {
        if (hundredths < 0 || hundredths > WHOLE) {
            throw new IllegalArgumentException("Not between 0 and 10,000 hundredths of a percent: " + hundredths);
        }
    }

    /**
     * Reads a percentage with up to two decimals.
     *
     * @throws Refusal when it is none
     */
    public static Percentage of(String text) {
        try {
            return new Percentage(new BigDecimal(text.length() > 8 ? "" : text)
                    .movePointRight(2)
                    .intValueExact());
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw refusal(text);
        }
    }

    private static Refusal refusal(String text) {
        return Refusal.invalid(
                "INVALID_PERCENTAGE",
                "Cannot use '%s' as a percentage: it is not between 0 and 100 with up to two decimals. Write for example 12.5."
                        .formatted(text));
    }
}
