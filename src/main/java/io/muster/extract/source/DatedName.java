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

    private final Pattern name;
    private final DateTimeFormatter format;

    private DatedName(Pattern name, DateTimeFormatter format) {
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
            return new DatedName(NamePattern.compiled(before + "(.+?)" + after), format);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"%s\" is no date pattern: write it like yyyyMMdd or yyyy-MM-dd_HHmm".formatted(date), e);
        }
    }

    /** Whether the name has the form, whatever stands at the place of the date. */
    boolean matches(String fileName) {
        return name.matcher(fileName).matches();
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
