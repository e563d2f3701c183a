package io.muster.frequency.rules;

import io.muster.support.Refusal;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * At most so many touchpoints in any period of that length.
 *
 * @param times from 0, which means never, to 1,000,000
 * @param per the length of the period; a maximum of 0 needs none
 */
public record Maximum(int times, Optional<Period> per) {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,7}");
    private static final int MOST = 1_000_000;
    private static final String NONE = "none";

    /** Checks the bounds. */
    public Maximum {
        if (times < 0 || times > MOST) {
            throw refusal("the number is not between 0 and 1,000,000");
        }

        if (times > 0 && per.isEmpty()) {
            throw refusal("its period is missing");
        }
    }

    /**
     * Reads what a rule says of its maximum.
     *
     * @param max a number, {@code none}, or null when nothing is said
     * @param per the period, or null when nothing is said
     * @throws Refusal when the two do not make a limit
     */
    public static Limit<Maximum> of(@Nullable String max, @Nullable String per) {
        Optional<Period> period = Optional.ofNullable(per).map(Period::of);
        if (max == null) {
            if (period.isPresent()) {
                throw refusal("a period is given without a number");
            }

            return new Limit.Blank<>();
        }

        if (max.equals(NONE)) {
            return new Limit.None<>();
        }

        if (!NUMBER.matcher(max).matches()) {
            throw refusal("'%s' is neither a whole number nor none".formatted(max));
        }

        return new Limit.Of<>(new Maximum(Integer.parseInt(max), period));
    }

    /**
     * Reads what a rule says of its gap.
     *
     * @param gap a period, {@code none}, or null when nothing is said
     * @throws Refusal when it is no period
     */
    public static Limit<Period> gap(@Nullable String gap) {
        if (gap == null) {
            return new Limit.Blank<>();
        }

        return gap.equals(NONE) ? new Limit.None<>() : new Limit.Of<>(Period.of(gap));
    }

    private static Refusal refusal(String reason) {
        return Refusal.invalid(
                "INVALID_MAXIMUM",
                "Cannot set the maximum of a frequency rule: %s. Write for example --max 2 --per 30d."
                        .formatted(reason));
    }
}
