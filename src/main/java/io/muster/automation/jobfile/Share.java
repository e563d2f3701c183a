package io.muster.automation.jobfile;

import java.math.BigDecimal;

/**
 * A share, written {@code 5%} or {@code 0.05}.
 *
 * @param value 0 to 1
 */
public record Share(double value) {

    /** Reads a share as written. */
    static Share parse(String text) {
        String wrong = "must be a share from 0% to 100%, such as 5% or 0.05";
        try {
            boolean percent = text.endsWith("%");
            BigDecimal number = new BigDecimal(
                    percent ? text.substring(0, text.length() - 1).strip() : text);
            double value = (percent ? number.movePointLeft(2) : number).doubleValue();
            if (value < 0 || value > 1) {
                throw new IllegalArgumentException(wrong);
            }

            return new Share(value);
        } catch (NumberFormatException ignored) {
            throw new IllegalArgumentException(wrong);
        }
    }
}
