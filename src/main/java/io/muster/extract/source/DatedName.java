package io.muster.extract.source;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file name with a date in it, such as <code>contacts-{yyyyMMdd}.csv</code>; the rest of it is a glob. */
final class DatedName {

    private final Pattern form;
    private final Pattern name;
    private final DateTimeFormatter format;

    private DatedName(Pattern form, Pattern name, DateTimeFormatter format) {
        this.form = form;
        this.name = name;
        this.format = format;
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException when no date, or none that can be read, is in it
     */
    static DatedName of(String template) {
        int open = template.indexOf('{');
        int close = template.indexOf('}', open + 1);
        if (open < 0 || close < open + 2) {
            throw new IllegalArgumentException(
                    "\"%s\" has no date in it: write it like contacts-{yyyyMMdd}.csv".formatted(template));
        }

        String date = template.substring(open + 1, close);
        try {
            // strict resolving refuses the 31st of February, and needs the year without era
            DateTimeFormatter format = new DateTimeFormatterBuilder()
                    .appendPattern(date.replace('y', 'u'))
                    .toFormatter(Locale.ROOT)
                    .withResolverStyle(ResolverStyle.STRICT);
            String before = NamePattern.regexOfGlob(template.substring(0, open));
            String after = NamePattern.regexOfGlob(template.substring(close + 1));
            // the formatter has refused quotes that are not closed
            return new DatedName(
                    NamePattern.compiled(before + ".+" + after),
                    NamePattern.compiled(before + "(" + regexOfDate(date) + ")" + after),
                    format);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"%s\" is not a date pattern: write it like yyyyMMdd or yyyy-MM-dd_HHmm".formatted(date), e);
        }
    }

    /** As many digits as letters, so that text after the date is not taken for a part of it. */
    private static String regexOfDate(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); ) {
            char c = pattern.charAt(i);
            int end = i + 1;
            while (end < pattern.length() && pattern.charAt(end) == c) {
                end++;
            }
            int count = end - i;
            if (c == '\'') {
                int close = pattern.indexOf('\'', i + 1);
                regex.append(Pattern.quote(pattern.substring(i + 1, close)));
                end = close + 1;
            } else if (!Character.isLetter(c)) {
                regex.append(Pattern.quote(pattern.substring(i, end)));
            } else if ("yuDdHhmsSn".indexOf(c) >= 0 || ("ML".indexOf(c) >= 0 && count <= 2)) {
                regex.append(count == 1 ? "\\d+" : "\\d{" + count + "}");
            } else {
                regex.append("\\p{L}+");
            }
            i = end;
        }
        return regex.toString();
    }

    /** Whether the name has the form, whatever is in the place of the date. */
    boolean matches(String fileName) {
        return form.matcher(fileName).matches();
    }

    /** The date in a name; a date without time means midnight. */
    Optional<LocalDateTime> date(String fileName) {
        Matcher matcher = name.matcher(fileName);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            TemporalAccessor parsed = format.parse(String.valueOf(matcher.group(1)));
            if (parsed.query(TemporalQueries.localTime()) != null) {
                return Optional.of(LocalDateTime.from(parsed));
            }
            return Optional.of(LocalDate.from(parsed).atStartOfDay());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
