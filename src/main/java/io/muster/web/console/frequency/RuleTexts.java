package io.muster.web.console.frequency;

import io.muster.app.FrequencyRuleService.Groups;
import io.muster.app.FrequencyRuleView;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Frequency rules in words. */
public final class RuleTexts {

    private static final Pattern PERIOD = Pattern.compile("(\\d+)(s|m|h|d|w|mo)");

    private RuleTexts() {}

    /** What a rule limits. */
    public static String limits(FrequencyRuleView rule) {
        if (rule.always()) {
            return "always allowed";
        }

        List<String> limits = new ArrayList<>();
        Object max = rule.max();
        if (max instanceof Integer number) {
            limits.add(
                    number == 0
                            ? "never"
                            : "at most %,d in %s"
                                    .formatted(number, period(Objects.requireNonNullElse(rule.per(), ""))));
        } else if (max != null) {
            limits.add("no maximum");
        }

        String gap = rule.gap();
        if (gap != null) {
            limits.add(gap.equals("none") ? "no least gap" : "at least %s apart".formatted(period(gap)));
        }

        return String.join(", ", limits);
    }

    /** For whom a rule holds. */
    public static String whom(FrequencyRuleView rule, Groups groups) {
        List<String> whom = new ArrayList<>();
        if (rule.survey() != null) {
            whom.add("survey " + rule.survey());
        }

        if (rule.segment() != null) {
            whom.add("segment " + groups.segments().getOrDefault(rule.segment(), rule.segment()));
        }

        if (rule.list() != null) {
            whom.add("list " + groups.lists().getOrDefault(rule.list(), rule.list()));
        }

        return whom.isEmpty() ? "everybody" : String.join(", ", whom);
    }

    /** A length of time such as {@code 14d}, in words. */
    static String period(String text) {
        Matcher form = PERIOD.matcher(text);
        if (!form.matches()) {
            return text;
        }

        String unit = switch (form.group(2)) {
            case "s" -> "second";
            case "m" -> "minute";
            case "h" -> "hour";
            case "d" -> "day";
            case "w" -> "week";
            default -> "month (30 days)";
        };
        boolean one = form.group(1).equals("1");
        return form.group(1) + " " + (one ? unit : unit.startsWith("month") ? "months (30 days each)" : unit + "s");
    }

    /** Milliseconds of such a length; 0 for none. */
    static long millis(@Nullable String text) {
        Matcher form = PERIOD.matcher(text == null ? "" : text);
        if (!form.matches()) {
            return 0;
        }

        long second = 1_000;
        long unit = switch (form.group(2)) {
            case "s" -> second;
            case "m" -> 60 * second;
            case "h" -> 3_600 * second;
            case "d" -> 86_400 * second;
            case "w" -> 7 * 86_400 * second;
            default -> 30 * 86_400 * second;
        };
        return Long.parseLong(form.group(1)) * unit;
    }
}
