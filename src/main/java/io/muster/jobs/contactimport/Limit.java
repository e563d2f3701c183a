package io.muster.jobs.contactimport;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A limit on a share, written {@code 5%}, {@code 0.05}, {@code 5% over 20} (never passed by 20 or fewer) or
 * {@code none}. In JSON a plain share is a number, as runs stored it before limits had a floor.
 *
 * @param share 0 to 1; null for no limit
 * @param over the limit is never passed by so many or fewer
 */
public record Limit(@Nullable BigDecimal share, long over) {

    /** No limit, said on purpose: a default does not come in its place. */
    public static final Limit NONE = new Limit(null, 0);

    private static final String NO_LIMIT = "none";
    private static final Pattern WRITTEN = Pattern.compile("([0-9.eE+-]+)\\s*(%?)(?:\\s+over\\s+([0-9]{1,15}))?");
    private static final String WRONG =
            "must be a share from 0% to 100% such as 5% or 0.05, a share with a floor such as 5% over 20, or none";

    /** Checks the values. */
    public Limit {
        if (share != null) {
            if (share.signum() < 0 || share.compareTo(BigDecimal.ONE) > 0 || over < 0) {
                throw new IllegalArgumentException(WRONG);
            }

            share = share.stripTrailingZeros();
        }
    }

    /** A limit of so many percent that is never passed by {@code over} or fewer. */
    static Limit percent(int percent, long over) {
        return new Limit(BigDecimal.valueOf(percent, 2), over);
    }

    /** Reads a limit as written. */
    public static Limit parse(String text) {
        String written = text.strip();
        if (written.equals(NO_LIMIT)) {
            return NONE;
        }

        Matcher matcher = WRITTEN.matcher(written);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(WRONG);
        }

        try {
            BigDecimal number = new BigDecimal(matcher.group(1));
            String over = matcher.group(3);
            return new Limit(
                    matcher.group(2).isEmpty() ? number : number.movePointLeft(2),
                    over == null ? 0 : Long.parseLong(over));
        } catch (NumberFormatException ignored) {
            throw new IllegalArgumentException(WRONG);
        }
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Limit ofJson(Object json) {
        return parse(String.valueOf(json));
    }

    @JsonValue
    Object json() {
        return share == null ? NO_LIMIT : over == 0 ? share : text();
    }

    /** Whether so many of so many are more than the limit allows. */
    public boolean isPassedBy(long count, long of) {
        return share != null
                && count > over
                && BigDecimal.valueOf(count).compareTo(share.multiply(BigDecimal.valueOf(of))) > 0;
    }

    /** How many there must be for so many of them not to pass the limit, at most {@link Integer#MAX_VALUE}. */
    long leastFor(long count) {
        if (share == null || count <= over) {
            return 0;
        }

        if (share.signum() == 0) {
            return Integer.MAX_VALUE;
        }

        BigDecimal least = BigDecimal.valueOf(count).divide(share, 0, RoundingMode.CEILING);
        return least.min(BigDecimal.valueOf(Integer.MAX_VALUE)).longValueExact();
    }

    /** What it allows, for a message: {@code 10 % and 20 rows}. */
    public String allowed(String unit) {
        return share == null ? NO_LIMIT : percent(" %") + (over == 0 ? "" : " and %,d ".formatted(over) + unit);
    }

    private String percent(String sign) {
        return share == null
                ? NO_LIMIT
                : share.movePointRight(2).stripTrailingZeros().toPlainString() + sign;
    }

    /** The limit as written. */
    public String text() {
        return percent("%") + (over == 0 ? "" : " over " + over);
    }
}
