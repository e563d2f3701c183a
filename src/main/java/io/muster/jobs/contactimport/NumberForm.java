package io.muster.jobs.contactimport;

import io.muster.directory.Verdict;
import io.muster.support.Fold;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How numbers are written, given as an example: {@code 1.234,50}, {@code 1 234,50}, {@code 1'234.50} or {@code 1234,50}.
 * They are stored in one form: digits, and a point before the decimals where there are any.
 */
public final class NumberForm {

    private static final Pattern EXAMPLE = Pattern.compile("1([., \u00a0\u202f'\u2019]?)234([.,])50?");
    private static final String SPACES = "[ \u00a0\u202f]";
    private static final String APOSTROPHES = "['\u2019]";

    private final String example;
    private final Pattern number;

    private NumberForm(String example, String grouping, String decimal) {
        this.example = example;
        String groups = grouping.isEmpty() ? "" : "[0-9]{1,3}(?:" + anyOf(grouping) + "[0-9]{3})+|";
        this.number = Pattern.compile("([+\u2212-]?)(" + groups + "[0-9]*)(?:" + Pattern.quote(decimal) + "([0-9]*))?");
    }

    /**
     * Reads an example.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static NumberForm parse(String example) {
        Matcher matcher = EXAMPLE.matcher(example.strip());
        if (!matcher.matches() || matcher.group(1).equals(matcher.group(2))) {
            throw new IllegalArgumentException(
                    "must be the number one thousand two hundred thirty-four and a half as the column writes it, such as"
                            + " 1.234,50 or 1,234.50 or 1234,50");
        }

        return new NumberForm(example.strip(), matcher.group(1), matcher.group(2));
    }

    private static String anyOf(String grouping) {
        return " \u00a0\u202f".contains(grouping)
                ? SPACES
                : "'\u2019".contains(grouping) ? APOSTROPHES : Pattern.quote(grouping);
    }

    /** The number of a cell in the stored form. */
    Verdict judge(String cell) {
        String text = Fold.trim(cell);
        if (text.isEmpty()) {
            return Verdict.BLANK;
        }

        Matcher matcher = number.matcher(text);
        String decimals = matcher.matches() && matcher.group(3) != null ? matcher.group(3) : "";
        String whole = matcher.matches() ? matcher.group(2).replaceAll("[^0-9]", "") : "";
        if (whole.isEmpty() && decimals.isEmpty()) {
            return new Verdict.Invalid("NUMBER_INVALID", "The value is no number written like " + example + ".");
        }

        String sign = matcher.group(1).isEmpty() || matcher.group(1).equals("+") ? "" : "-";
        BigDecimal read = new BigDecimal(sign + "0" + whole + "." + decimals + "0");
        return new Verdict.Valid(read.stripTrailingZeros().toPlainString());
    }

    /** The example. */
    @Override
    public String toString() {
        return example;
    }
}
