package io.muster.web.console.frequency;

import io.muster.app.FrequencyRuleView;
import io.muster.app.NewFrequencyRule;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.Texts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The form of a rule as it was filled in.
 *
 * @param max how often at most, {@code none}, or blank
 * @param per the number of the period, and its unit
 * @param gap the number of the least gap, {@code none}, or blank, and its unit
 * @param always whether nothing limits the survey
 */
record RuleForm(
        String max,
        String per,
        String perUnit,
        String gap,
        String gapUnit,
        String survey,
        String segment,
        String list,
        boolean always) {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,7}");
    private static final Pattern PERIOD = Pattern.compile("(\\d+)(s|m|h|d|w|mo)");
    private static final List<String> UNITS = List.of("m", "h", "d", "w", "mo");
    private static final int LONGEST_SURVEY = 100;
    private static final String NONE = "none";
    private static final String DAYS = "d";

    static RuleForm of(Map<String, String> sent) {
        return new RuleForm(
                text(sent, "max"),
                text(sent, "per"),
                unit(sent, "perUnit"),
                text(sent, "gap"),
                unit(sent, "gapUnit"),
                text(sent, "survey"),
                text(sent, "segment"),
                text(sent, "list"),
                sent.containsKey("always"));
    }

    private static String text(Map<String, String> sent, String name) {
        return sent.getOrDefault(name, "").strip();
    }

    private static String unit(Map<String, String> sent, String name) {
        String unit = text(sent, name);
        return UNITS.contains(unit) || unit.equals("s") ? unit : DAYS;
    }

    static RuleForm of(FrequencyRuleView rule) {
        Matcher per = PERIOD.matcher(Objects.requireNonNullElse(rule.per(), ""));
        boolean hasPer = per.matches();
        String gap = Objects.requireNonNullElse(rule.gap(), "");
        Matcher gapForm = PERIOD.matcher(gap);
        boolean hasGap = gapForm.matches();
        return new RuleForm(
                rule.max() == null ? "" : rule.max().toString(),
                hasPer ? per.group(1) : "",
                hasPer ? per.group(2) : DAYS,
                hasGap ? gapForm.group(1) : gap,
                hasGap ? gapForm.group(2) : DAYS,
                Objects.requireNonNullElse(rule.survey(), ""),
                Objects.requireNonNullElse(rule.segment(), ""),
                Objects.requireNonNullElse(rule.list(), ""),
                rule.always());
    }

    /** What is wrong with it; empty when nothing is. */
    List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        boolean limits = !max.isEmpty() || !gap.isEmpty();
        if (always && survey.isEmpty()) {
            problems.add(new Problem("survey", "Always allowed is an exception for a survey: name the survey."));
        }

        if (always && limits) {
            problems.add(new Problem("always", "Always allowed is used alone: leave the maximum and the gap blank."));
        }

        if (!always && !limits) {
            problems.add(new Problem("max", "The rule limits nothing: give a maximum, a gap, or both."));
        }

        if (!max.isEmpty() && !max.equals(NONE) && !NUMBER.matcher(max).matches()) {
            problems.add(new Problem("max", "The maximum is neither a whole number nor none."));
        } else if (NUMBER.matcher(max).matches() && Integer.parseInt(max) > 1_000_000) {
            problems.add(new Problem("max", "The maximum is more than 1,000,000."));
        }

        boolean needsPer = NUMBER.matcher(max).matches() && Integer.parseInt(max) > 0;
        if (needsPer && !isPeriod(per)) {
            problems.add(new Problem("per", "The period of the maximum is no whole number of at least 1."));
        }

        if (!gap.isEmpty() && !gap.equals(NONE) && !isPeriod(gap)) {
            problems.add(new Problem("gap", "The least gap is neither a whole number of at least 1 nor none."));
        }

        if (!segment.isEmpty() && !list.isEmpty()) {
            problems.add(new Problem("list", "A rule is for a segment or for a list, not for both: make two rules."));
        }

        if (survey.codePointCount(0, survey.length()) > LONGEST_SURVEY) {
            problems.add(new Problem("survey", "The survey is longer than 100 characters."));
        }

        return problems;
    }

    private static boolean isPeriod(String text) {
        return NUMBER.matcher(text).matches() && Integer.parseInt(text) > 0;
    }

    NewFrequencyRule rule() {
        boolean counts = NUMBER.matcher(max).matches() && Integer.parseInt(max) > 0;
        return new NewFrequencyRule(
                Texts.given(max),
                counts ? per + perUnit : null,
                gap.isEmpty() ? null : gap.equals(NONE) ? NONE : gap + gapUnit,
                Texts.given(survey),
                always,
                Texts.given(segment),
                Texts.given(list));
    }

    /** What a form sends to say the same. */
    Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        put(fields, "max", max);
        put(fields, "per", per);
        put(fields, "perUnit", perUnit);
        put(fields, "gap", gap);
        put(fields, "gapUnit", gapUnit);
        put(fields, "survey", survey);
        put(fields, "segment", segment);
        put(fields, "list", list);
        put(fields, "always", always ? "true" : "");
        return fields;
    }

    private static void put(Map<String, String> fields, String name, String value) {
        if (!value.isEmpty()) {
            fields.put(name, value);
        }
    }

    /** The units of lengths of time by what forms send. */
    static String unitName(@Nullable String unit) {
        return switch (unit == null ? DAYS : unit) {
            case "s" -> "seconds";
            case "m" -> "minutes";
            case "h" -> "hours";
            case "w" -> "weeks";
            case "mo" -> "months of 30 days";
            default -> "days";
        };
    }

    static List<String> units() {
        return UNITS;
    }
}
