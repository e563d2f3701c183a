package io.muster.jobs.contactimport;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;

/**
 * A share, written {@code 5%} or {@code 0.05}; a number in JSON.
 *
 * @param value 0 to 1
 */
public record Share(@JsonValue double value) {

    private static final String WRONG = "must be a share from 0% to 100%, such as 5% or 0.05";

    /** Checks the value. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Share {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(WRONG);
        }
    }

    /** Reads a share as written. */
    public static Share parse(String text) {
        try {
            boolean percent = text.endsWith("%");
            BigDecimal number = new BigDecimal(
                    percent ? text.substring(0, text.length() - 1).strip() : text);
            return new Share((percent ? number.movePointLeft(2) : number).doubleValue());
        } catch (NumberFormatException ignored) {
            throw new IllegalArgumentException(WRONG);
        }
    }
}
