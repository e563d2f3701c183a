package io.muster.automation.schedule;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The days that a cron expression allows: by day of the month or by day of the week. */
final class CronDays {

    private static final Pattern FROM_END = Pattern.compile("L(?:-(\\d{1,2}))?");
    private static final Pattern LAST_WEEKDAY = Pattern.compile("([0-7])L");
    private static final Pattern NTH_WEEKDAY = Pattern.compile("([0-7])#([1-5])");
    private static final List<String> NAMES = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

    private final List<Predicate<LocalDate>> anyOf;

    private CronDays(List<Predicate<LocalDate>> anyOf) {
        this.anyOf = anyOf;
    }

    static CronDays parse(String dayOfMonth, String dayOfWeek) {
        boolean anyDay = dayOfMonth.equals("*") || dayOfMonth.equals("?");
        boolean anyWeekday = dayOfWeek.equals("*") || dayOfWeek.equals("?");
        if (!anyDay && !anyWeekday) {
            throw new IllegalArgumentException(
                    "restricts both day-of-month and day-of-week, which cron dialects read in"
                            + " two ways. Write two schedules, or * for one of the two");
        }

        if (anyDay && anyWeekday) {
            return new CronDays(List.of(ignored -> true));
        }

        return new CronDays(anyWeekday ? daysOfMonth(dayOfMonth) : daysOfWeek(dayOfWeek));
    }

    private static List<Predicate<LocalDate>> daysOfMonth(String text) {
        List<Predicate<LocalDate>> days = new ArrayList<>();
        for (String part : text.toUpperCase(java.util.Locale.ROOT).split(",", -1)) {
            Matcher fromEnd = FROM_END.matcher(part);
            if (fromEnd.matches()) {
                int back = fromEnd.group(1) == null ? 0 : Integer.parseInt(fromEnd.group(1));
                if (back > 30) {
                    throw CronField.wrong("day-of-month", text, 1, 31);
                }

                days.add(date -> date.getDayOfMonth() == date.lengthOfMonth() - back);
            } else {
                CronField field = CronField.parse("day-of-month", part, 1, 31);
                days.add(date -> field.holds(date.getDayOfMonth()));
            }
        }

        return List.copyOf(days);
    }

    private static List<Predicate<LocalDate>> daysOfWeek(String text) {
        List<Predicate<LocalDate>> days = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String named = part.replaceAll("(?i)^([A-Z]{3})L$", "$1-LAST");
            String numbered = CronField.numbered(named, NAMES, 0).replace("-LAST", "L");
            Matcher last = LAST_WEEKDAY.matcher(numbered);
            Matcher nth = NTH_WEEKDAY.matcher(numbered);
            if (last.matches()) {
                int weekday = Integer.parseInt(last.group(1)) % 7;
                days.add(date -> weekday(date) == weekday && date.getDayOfMonth() > date.lengthOfMonth() - 7);
            } else if (nth.matches()) {
                int weekday = Integer.parseInt(nth.group(1)) % 7;
                int week = Integer.parseInt(nth.group(2));
                days.add(date -> weekday(date) == weekday && (date.getDayOfMonth() - 1) / 7 + 1 == week);
            } else {
                // FRI-SUN runs to the other end of the week: Sunday is 7 there.
                CronField field = CronField.parse("day-of-week", numbered.replaceAll("-0\\b", "-7"), 0, 7);
                days.add(date -> field.holds(weekday(date)) || (weekday(date) == 0 && field.holds(7)));
            }
        }

        return List.copyOf(days);
    }

    private static int weekday(LocalDate date) {
        return date.getDayOfWeek().getValue() % 7;
    }

    boolean hold(LocalDate date) {
        return anyOf.stream().anyMatch(day -> day.test(date));
    }
}
