package io.muster.segment.evaluate;

import static io.muster.segment.evaluate.Rule.MISSING;

import java.time.Instant;
import java.util.List;

/** Rules about dates, and about the dates of contacts. The moment is 2026-11-22, 9:15:30.5 in Berlin, unless said. */
final class DateRules {

    private static final String NO_DATE =
            "”, which is not a date. Write one such as 2026-11-22 or 2026-11-22T08:15:00+01:00, or today or" + " now.";
    private static final String NO_SPAN =
            "”, which is not a length of time. Write 1 to 99999 with h, d or w, such as 12h, 30d or 4w.";

    private DateRules() {}

    static List<Rule> all() {
        return List.of(
                form(),
                day(),
                longDay(),
                time(),
                otherZone(),
                is(),
                before(),
                bounds(),
                now(),
                nowElsewhere(),
                within(),
                units(),
                contact());
    }

    private static Rule form() {
        String[] dates = {
            "2026-11-22",
            "2026-11-22T08:15",
            "2026-11-22 08:15",
            "2026-11-22t08:15:30",
            "2026-11-22T08:15:30.123456789",
            "2026-11-22T08:15Z",
            "2026-11-22T08:15:30z",
            "2026-11-22T08:15+01:00",
            "2026-11-22T08:15-0330",
            "2026-11-22T08:15+01",
            "2024-02-29"
        };
        Rule rule = Rule.ofValues("date-form", dates);
        for (String none : List.of(
                "22.11.2026",
                "11/22/2026",
                "2026-11",
                "2026-1-2",
                "20261122",
                "2026-02-29",
                "2026-13-01",
                "2026-11-22T24:00",
                "2026-11-22T08",
                "2026-11-22T08:15:60",
                "2026-11-22T08:15:30,5",
                "2026-11-22T08:15+25:00",
                "2026-11-22T08:15[Europe/Berlin]",
                "+2026-11-22",
                "tomorrow",
                "٢٠٢٦-11-22",
                "1795000000")) {
            rule.contact(none, contact -> contact.embedded("v", none))
                    .refusesTest("as: date, is: '" + none + "'", "line 1, is: holds “" + none + NO_DATE);
        }

        rule.as("date").test("gte: 0000-01-01", dates);
        for (String date : dates) {
            rule.test("in: ['" + date + "', 1999-01-01]", sameAs(date));
        }

        return rule;
    }

    /** Which of the dates above lie in the one. */
    private static String[] sameAs(String date) {
        return switch (date) {
            case "2026-11-22" ->
                new String[] {
                    "2026-11-22",
                    "2026-11-22T08:15",
                    "2026-11-22 08:15",
                    "2026-11-22t08:15:30",
                    "2026-11-22T08:15:30.123456789",
                    "2026-11-22T08:15Z",
                    "2026-11-22T08:15:30z",
                    "2026-11-22T08:15+01:00",
                    "2026-11-22T08:15-0330",
                    "2026-11-22T08:15+01"
                };
            case "2026-11-22T08:15", "2026-11-22 08:15", "2026-11-22T08:15+01:00", "2026-11-22T08:15+01" ->
                new String[] {"2026-11-22T08:15", "2026-11-22 08:15", "2026-11-22T08:15+01:00", "2026-11-22T08:15+01"};
            default -> new String[] {date};
        };
    }

    private static Rule day() {
        return Rule.ofValues(
                        "date-day",
                        "2026-11-22",
                        "2026-11-21T23:00Z",
                        "2026-11-21T22:59:59.999Z",
                        "2026-11-22T22:59:59.999Z",
                        "2026-11-22T23:00Z",
                        "2026-11-23")
                .as("date")
                .test("is: 2026-11-22", "2026-11-22", "2026-11-21T23:00Z", "2026-11-22T22:59:59.999Z")
                .test("lt: 2026-11-22", "2026-11-21T22:59:59.999Z")
                .test("gt: 2026-11-22", "2026-11-22T23:00Z", "2026-11-23")
                .test(
                        "before: '2026-11-22T23:00Z'",
                        "2026-11-22",
                        "2026-11-21T23:00Z",
                        "2026-11-21T22:59:59.999Z",
                        "2026-11-22T22:59:59.999Z")
                .test(
                        "after: '2026-11-22T22:59:59.998Z'",
                        "2026-11-22T22:59:59.999Z",
                        "2026-11-22T23:00Z",
                        "2026-11-23");
    }

    private static Rule longDay() {
        return Rule.ofValues(
                        "date-day",
                        "2026-10-24T21:59Z",
                        "2026-10-24T22:00Z",
                        "2026-10-25T22:59Z",
                        "2026-10-25T23:00Z",
                        "2026-03-28T23:00Z",
                        "2026-03-29T21:59Z",
                        "2026-03-29T22:00Z")
                .as("date")
                .test("is: 2026-10-25", "2026-10-24T22:00Z", "2026-10-25T22:59Z")
                .test("is: 2026-03-29", "2026-03-28T23:00Z", "2026-03-29T21:59Z");
    }

    private static Rule time() {
        return Rule.ofValues(
                        "date-time",
                        "2026-11-22T08:15:30.1239",
                        "2026-11-22T07:15:30.123Z",
                        "2026-11-22T08:15:30.124",
                        "2026-03-29T02:30",
                        "2026-03-29T03:30",
                        "2026-10-25T02:30",
                        "2026-10-25T00:30Z",
                        "2026-10-25T01:30Z")
                .as("date")
                .test("is: '2026-11-22T08:15:30.123'", "2026-11-22T08:15:30.1239", "2026-11-22T07:15:30.123Z")
                .test("is: '2026-11-22T08:15:30.1231'", "2026-11-22T08:15:30.1239", "2026-11-22T07:15:30.123Z")
                .test("is: '2026-03-29T01:30Z'", "2026-03-29T02:30", "2026-03-29T03:30")
                .test("is: '2026-03-29T02:30'", "2026-03-29T02:30", "2026-03-29T03:30")
                .test("is: '2026-10-25T02:30'", "2026-10-25T02:30", "2026-10-25T00:30Z")
                .test("is: '2026-10-25T02:30+01:00'", "2026-10-25T01:30Z");
    }

    private static Rule otherZone() {
        return Rule.ofValues("date-time", "2026-11-22T08:15", "2026-11-22T11:45Z", "2026-11-22T08:15Z")
                .at("America/St_Johns", "2026-11-22T08:15:30.500Z")
                .as("date")
                .test("is: '2026-11-22T08:15'", "2026-11-22T08:15", "2026-11-22T11:45Z");
    }

    private static Rule is() {
        return Rule.ofValues("date-is", "2026-01-01", "2026-01-01T10:00", "2026-01-01T09:00Z", "2026-01-02", MISSING)
                .as("date")
                .test("is: 2026-01-01", "2026-01-01", "2026-01-01T10:00", "2026-01-01T09:00Z")
                .test("is: '2026-01-01T10:00'", "2026-01-01T10:00", "2026-01-01T09:00Z")
                .test("isNot: '2026-01-01T10:00'", "2026-01-01", "2026-01-02", MISSING)
                .test("in: ['2026-01-01T10:00', 2026-01-02]", "2026-01-01T10:00", "2026-01-01T09:00Z", "2026-01-02")
                .test("notIn: ['2026-01-01T10:00', 2026-01-02]", "2026-01-01", MISSING);
    }

    private static Rule before() {
        return Rule.ofValues(
                        "date-before",
                        "2026-01-01",
                        "2026-01-02",
                        "2026-01-02T12:00",
                        "2026-01-02T12:00:00.001",
                        "2026-01-03")
                .as("date")
                .test("before: 2026-01-02", "2026-01-01")
                .test("lt: 2026-01-02", "2026-01-01")
                .test("after: 2026-01-02", "2026-01-03")
                .test("gt: 2026-01-02", "2026-01-03")
                .test("before: '2026-01-02T12:00'", "2026-01-01")
                .test("before: '2026-01-02T12:00:00.001'", "2026-01-01", "2026-01-02T12:00")
                .test("after: '2026-01-02T12:00'", "2026-01-02T12:00:00.001", "2026-01-03");
    }

    private static Rule bounds() {
        return Rule.ofValues(
                        "date-bounds",
                        "2026-01-01",
                        "2026-01-02",
                        "2026-01-02T12:00",
                        "2026-01-02T12:00:00.001",
                        "2026-01-03")
                .as("date")
                .test("lte: 2026-01-02", "2026-01-01", "2026-01-02", "2026-01-02T12:00", "2026-01-02T12:00:00.001")
                .test("gte: 2026-01-02", "2026-01-02", "2026-01-02T12:00", "2026-01-02T12:00:00.001", "2026-01-03")
                .test("lte: '2026-01-02T12:00'", "2026-01-01", "2026-01-02T12:00")
                .test("gte: '2026-01-02T12:00'", "2026-01-02T12:00", "2026-01-02T12:00:00.001", "2026-01-03")
                .test(
                        "between: [2026-01-01, 2026-01-02]",
                        "2026-01-01",
                        "2026-01-02",
                        "2026-01-02T12:00",
                        "2026-01-02T12:00:00.001")
                .test(
                        "between: ['2026-01-02T12:00', 2026-01-03]",
                        "2026-01-02T12:00",
                        "2026-01-02T12:00:00.001",
                        "2026-01-03")
                .test("between: ['2026-01-02T12:00', '2026-01-02T12:00']", "2026-01-02T12:00");
    }

    private static Rule now() {
        return Rule.ofValues(
                        "date-now",
                        "2026-11-21",
                        "2026-11-22",
                        "2026-11-22T09:15:30.499",
                        "2026-11-22T09:15:30.5",
                        "2026-11-22T09:15:30.501",
                        "2026-11-23",
                        "today",
                        "now")
                .as("date")
                .test("is: now", "2026-11-22T09:15:30.5")
                .test("before: now", "2026-11-21", "2026-11-22T09:15:30.499")
                .test("after: now", "2026-11-22T09:15:30.501", "2026-11-23")
                .test("lte: now", "2026-11-21", "2026-11-22T09:15:30.499", "2026-11-22T09:15:30.5")
                .test(
                        "is: today",
                        "2026-11-22",
                        "2026-11-22T09:15:30.499",
                        "2026-11-22T09:15:30.5",
                        "2026-11-22T09:15:30.501")
                .test("before: today", "2026-11-21")
                .test("after: today", "2026-11-23")
                .test(
                        "between: [2026-11-21, today]",
                        "2026-11-21",
                        "2026-11-22",
                        "2026-11-22T09:15:30.499",
                        "2026-11-22T09:15:30.5",
                        "2026-11-22T09:15:30.501")
                .test("isEmpty: true")
                .refusesTest("is: Today", "line 1, is: holds “Today" + NO_DATE);
    }

    private static Rule nowElsewhere() {
        return Rule.ofValues("date-now", "2026-11-21", "2026-11-22", "2026-11-23")
                .at("Pacific/Apia", "2026-11-22T11:30:00Z")
                .as("date")
                .test("is: today", "2026-11-23")
                .test("before: now", "2026-11-21", "2026-11-22");
    }

    private static Rule within() {
        return Rule.ofValues(
                        "date-within",
                        "2026-11-14",
                        "2026-11-15",
                        "2026-11-15T09:15:30.499",
                        "2026-11-15T09:15:30.5",
                        "2026-11-22T09:15:30.5",
                        "2026-11-22",
                        "2026-11-22T09:15:30.501",
                        "2026-11-29T09:15:30.5",
                        "2026-11-29T09:15:30.501",
                        "2026-11-29",
                        "2026-11-30")
                .as("date")
                .test("withinLast: 7d", "2026-11-15", "2026-11-15T09:15:30.5", "2026-11-22T09:15:30.5", "2026-11-22")
                .test(
                        "withinNext: 7d",
                        "2026-11-22T09:15:30.5",
                        "2026-11-22",
                        "2026-11-22T09:15:30.501",
                        "2026-11-29T09:15:30.5",
                        "2026-11-29")
                .test("withinLast: 1h", "2026-11-22T09:15:30.5", "2026-11-22");
    }

    private static Rule units() {
        // The night in between has 25 hours.
        return Rule.ofValues(
                        "date-units",
                        "2026-10-18T12:59",
                        "2026-10-18T13:00",
                        "2026-10-24T12:59",
                        "2026-10-24T13:00",
                        "2026-10-25T10:59",
                        "2026-10-25T11:00",
                        "2026-10-25T12:00")
                .at("Europe/Berlin", "2026-10-25T11:00:00Z")
                .as("date")
                .test("withinLast: 1h", "2026-10-25T11:00", "2026-10-25T12:00")
                .test("withinLast: 24h", "2026-10-24T13:00", "2026-10-25T10:59", "2026-10-25T11:00", "2026-10-25T12:00")
                .test("withinLast: 1d", "2026-10-24T13:00", "2026-10-25T10:59", "2026-10-25T11:00", "2026-10-25T12:00")
                .test(
                        "withinLast: 1w",
                        "2026-10-18T13:00",
                        "2026-10-24T12:59",
                        "2026-10-24T13:00",
                        "2026-10-25T10:59",
                        "2026-10-25T11:00",
                        "2026-10-25T12:00")
                .test("withinNext: 99999w", "2026-10-25T12:00")
                .refusesTest("withinLast: 0d", "line 1, withinLast: holds “0d" + NO_SPAN)
                .refusesTest("withinLast: 30", "line 1, withinLast: holds “30" + NO_SPAN)
                .refusesTest("withinLast: 1m", "line 1, withinLast: holds “1m" + NO_SPAN)
                .refusesTest("withinLast: 1D", "line 1, withinLast: holds “1D" + NO_SPAN)
                .refusesTest("withinLast: 1.5d", "line 1, withinLast: holds “1.5d" + NO_SPAN)
                .refusesTest("withinLast: -1d", "line 1, withinLast: holds “-1d" + NO_SPAN)
                .refusesTest("withinNext: 100000h", "line 1, withinNext: holds “100000h" + NO_SPAN)
                .refuses(
                        "{touchpoints: {withinLast: P7D}, any: true}",
                        "line 1, touchpoints.withinLast: holds “P7D" + NO_SPAN);
    }

    private static Rule contact() {
        return Rule.of("date-contact")
                .contact("early", contact -> contact.created(Instant.EPOCH).modified(Rule.AS_OF.minusMillis(1)))
                .contact("late", contact -> contact.created(Rule.AS_OF).modified(Rule.AS_OF.plusMillis(1)))
                .contact(
                        "before 1970",
                        contact -> contact.created(Instant.parse("1969-12-31T22:30:00Z"))
                                .modified(Rule.AS_OF.plusSeconds(86_400)))
                .holds("{field: created, is: 1970-01-01}", "early")
                .holds("{field: created, is: 1969-12-31}", "before 1970")
                .holds("{field: created, is: now}", "late")
                .holds("{field: created, isNot: now}", "early", "before 1970")
                .holds("{field: created, in: [1970-01-01, today]}", "early", "late")
                .holds("{field: created, isEmpty: true}")
                .holds("{field: created, isNotEmpty: true}", "early", "late", "before 1970")
                .holds("{field: lastModified, isEmpty: false}", "early", "late", "before 1970")
                .holds("{field: lastModified, before: now}", "early")
                .holds("{field: lastModified, lte: now}", "early")
                .holds("{field: lastModified, after: now}", "late", "before 1970")
                .holds("{field: lastModified, withinNext: 1h}", "late")
                .holds("{field: lastModified, withinNext: 24h}", "late", "before 1970")
                .holds("{field: lastModified, between: [now, today]}", "late");
    }
}
