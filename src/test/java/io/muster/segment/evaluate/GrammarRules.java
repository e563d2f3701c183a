package io.muster.segment.evaluate;

import static io.muster.segment.evaluate.Rule.MISSING;

import java.util.List;
import java.util.Map;

/** Rules about groups, operators, and values that are not there. */
final class GrammarRules {

    private static final String OPERATORS_OF_NUMBERS =
            "is, isNot, in, notIn, isEmpty, isNotEmpty, lt, lte, gt, gte, between";
    private static final String OPERATORS_OF_TEXTS =
            "is, isNot, in, notIn, contains, startsWith, endsWith, matches, isEmpty, isNotEmpty";
    private static final String SUBJECTS =
            "Write one of field, embedded, optedOut, list, segment, transactions, touchpoints, or a"
                    + " group: all, any, none.";

    private GrammarRules() {}

    static List<Rule> all() {
        return List.of(
                groups(),
                nested(),
                nothingEmpty(),
                oneTest(),
                complements(),
                missing(),
                unreadable(),
                whiteSpace(),
                names(),
                forms(),
                limits());
    }

    private static Rule groups() {
        return Rule.ofValues("groups", "a", "ab", "b", MISSING)
                .holds("all: [{embedded: v, contains: a}, {embedded: v, contains: b}]", "ab")
                .holds("any: [{embedded: v, contains: a}, {embedded: v, contains: b}]", "a", "ab", "b")
                .holds("none: [{embedded: v, contains: a}, {embedded: v, contains: b}]", MISSING)
                .holds("all: [{embedded: v, is: a}]", "a")
                .holds("any: [{embedded: v, is: a}]", "a")
                .holds("none: [{embedded: v, is: a}]", "ab", "b", MISSING)
                .holds("any: [{all: [{embedded: v, is: a}]}, {none: [{embedded: v, isEmpty: false}]}]", "a", MISSING)
                .refuses(
                        "{all: [{embedded: v, is: a}], any: [{embedded: v, is: b}]}",
                        "line 1, any: is beside all. A group has no other key; make it a part of the list.")
                .refuses(
                        "all: {embedded: v, is: a}",
                        "line 1, all: holds a group of keys but must be a list of conditions.");
    }

    private static Rule nested() {
        String test = "{\"embedded\":\"v\",\"is\":\"a\"}";
        String even = "{\"none\":[".repeat(500) + test + "]}".repeat(500);
        String odd = "{\"none\":[".repeat(499) + test + "]}".repeat(499);
        String where = "{\"none\":[".repeat(499) + test.replace("embedded", "field") + "]}".repeat(499);
        String tooDeep = "{\"all\":[".repeat(501) + test + "]}".repeat(501);
        return Rule.ofValues("groups-nested", "a", "b")
                .holds(even, "a")
                .holds(odd, "b")
                .holds("{transactions: {where: " + where + "}, any: false}", "a", "b")
                .refuses(
                        tooDeep,
                        "line 1: is nested deeper than 500 groups. Make inner groups segments of their own and refer"
                                + " to them.");
    }

    private static Rule nothingEmpty() {
        return Rule.of("nothing-empty")
                .refuses("", "line 1: is empty. Write one condition, see docs/segments.md.")
                .refuses(" \n# a comment\n", "line 1: is empty. Write one condition, see docs/segments.md.")
                .refuses("{}", "line 1: is an empty condition. " + SUBJECTS)
                .refuses("any: []", "line 1, any: is an empty group. Write at least one condition.")
                .refuses("all:\n  - none: []", "line 2, all[0].none: is an empty group. Write at least one condition.")
                .refuses("all:\n  - {}", "line 2, all[0]: is an empty condition. " + SUBJECTS)
                .refuses(
                        "all:\n  -",
                        "line 2, all[0]: holds nothing but must be a condition such as {field: language, is: en}.")
                .refusesTest("in: []", "line 1, in: is an empty list. Write at least one value.")
                .refusesTest("notIn: []", "line 1, notIn: is an empty list. Write at least one value.")
                .refuses(
                        "{touchpoints: {channel: []}, any: true}",
                        "line 1, touchpoints.channel: is an empty list. Write at least one value.")
                .refuses(
                        "{transactions: {where: {all: []}}, any: true}",
                        "line 1, transactions.where.all: is an empty group. Write at least one condition.");
    }

    private static Rule oneTest() {
        return Rule.of("one-test")
                .refuses("{embedded: v}", "line 1: has no operator. Write one of " + OPERATORS_OF_TEXTS + ".")
                .refusesTest(
                        "is: a, contains: b",
                        "line 1: has 2 operators: is, contains. Write a test for each and put them into all or any.")
                .refuses(
                        "{embedded: v, field: email, is: a}",
                        "line 1: tests field, embedded at once. Write a test for each and put them into all or any.")
                .refusesTest(
                        "gt: 5",
                        "line 1, gt: is not an operator for a text. Add as: number or as: date, or use one of "
                                + OPERATORS_OF_TEXTS + ".")
                .refusesTest(
                        "before: 2026-01-01",
                        "line 1, before: is not an operator for a text. Add as: date, or use one of "
                                + OPERATORS_OF_TEXTS + ".")
                .refusesTest(
                        "as: number, contains: 5",
                        "line 1, contains: is not an operator for a number. Use one of " + OPERATORS_OF_NUMBERS + ".")
                .refusesTest(
                        "as: number, withinLast: 5d",
                        "line 1, withinLast: is not an operator for a number. Use one of " + OPERATORS_OF_NUMBERS + ".")
                .refusesTest(
                        "as: date, matches: a",
                        "line 1, matches: is not an operator for a date. Use one of is, isNot, in, notIn, isEmpty,"
                                + " isNotEmpty, lt, lte, gt, gte, between, before, after, withinLast, withinNext.")
                .refuses(
                        "{transactions: {}, count: {isEmpty: true}}",
                        "line 1, count.isEmpty: is not an operator for a number. Use one of is, isNot, in, notIn, lt,"
                                + " lte, gt, gte, between.")
                .refuses(
                        "{list: CG_1, is: member, isNot: member}",
                        "line 1: has two operators. Write is: member or isNot: member.");
    }

    private static Rule complements() {
        String[] filled = {"5", "5.0", "2026-01-01", "x"};
        return Rule.ofValues("complements", "5", "5.0", "2026-01-01", "x", MISSING)
                .contact("out", contact -> contact.unsubscribed().optedOutOf(1))
                .test("is: '5'", "5")
                .test("isNot: '5'", "5.0", "2026-01-01", "x", MISSING, "out")
                .test("in: [x, '5']", "5", "x")
                .test("notIn: [x, '5']", "5.0", "2026-01-01", MISSING, "out")
                .test("isEmpty: true", MISSING, "out")
                .test("isEmpty: false", filled)
                .test("isNotEmpty: true", filled)
                .test("isNotEmpty: false", MISSING, "out")
                .as("number")
                .test("isNot: 5", "2026-01-01", "x", MISSING, "out")
                .test("notIn: [5, 6]", "2026-01-01", "x", MISSING, "out")
                .test("isEmpty: false", filled)
                .as("date")
                .test("isNot: 2026-01-01", "5", "5.0", "x", MISSING, "out")
                .test("notIn: [2026-01-01]", "5", "5.0", "x", MISSING, "out")
                .test("isNotEmpty: false", MISSING, "out")
                .holds("{optedOut: true}", "out")
                .holds("{optedOut: false}", "5", "5.0", "2026-01-01", "x", MISSING)
                .holds("{optedOut: false, list: CG_1}", "5", "5.0", "2026-01-01", "x", MISSING)
                .holds("{none: [{any: [{embedded: v, is: x}]}]}", "5", "5.0", "2026-01-01", MISSING, "out");
    }

    private static Rule missing() {
        String nbsp = "\u00a0\u3000\ufeff";
        String[] all = {MISSING, "", " \t\n", nbsp};
        Rule rule = Rule.ofValues("missing", all)
                .contact("full", contact -> contact.embedded("v", "0").field("email", "a@b.org"))
                .contact("blank field", contact -> contact.embedded("v", "1").field("email", " "))
                .test("isEmpty: true", all)
                .test("isNot: 0", MISSING, "", " \t\n", nbsp, "blank field")
                .test("notIn: [0, 1]", all)
                .test("is: 0", "full")
                .test("matches: '.*'", "full", "blank field")
                .test("contains: ' '")
                .test("startsWith: 0", "full")
                .as("number")
                .test("isEmpty: true", all)
                .test("isNot: 0", MISSING, "", " \t\n", nbsp, "blank field")
                .test("lt: 1", "full")
                .test("lte: 0", "full")
                .test("gt: -1", "full", "blank field")
                .test("between: [-1, 0]", "full")
                .as("date")
                .test("isEmpty: true", all)
                .test("isNot: today", MISSING, "", " \t\n", nbsp, "full", "blank field")
                .test("before: 9999-12-31")
                .test("gte: 0000-01-01")
                .test("withinLast: 99999w");
        return rule.holds("{field: email, isEmpty: true}", MISSING, "", " \t\n", nbsp, "blank field")
                .holds("{field: email, isNot: a@b.org}", MISSING, "", " \t\n", nbsp, "blank field");
    }

    private static Rule unreadable() {
        return Rule.ofValues("unreadable", "5", "five", "2026-01-01", "01.01.2026", MISSING)
                .as("number")
                .test("isNot: 5", "five", "2026-01-01", "01.01.2026", MISSING)
                .test("notIn: [5]", "five", "2026-01-01", "01.01.2026", MISSING)
                .test("isNotEmpty: true", "5", "five", "2026-01-01", "01.01.2026")
                .test("is: 5", "5")
                .test("in: [5, 2026]", "5")
                .test("lt: 1e99", "5")
                .test("gte: -1e99", "5")
                .test("between: [-1e99, 1e99]", "5")
                .as("date")
                .test("isNot: 2026-01-01", "5", "five", "01.01.2026", MISSING)
                .test("isNotEmpty: true", "5", "five", "2026-01-01", "01.01.2026")
                .test("lte: 9999-12-31", "2026-01-01")
                .test("after: 0000-01-01", "2026-01-01")
                .test("withinLast: 99999w", "2026-01-01")
                .test("withinNext: 99999w");
    }

    private static Rule whiteSpace() {
        return Rule.ofValues("white-space", "gold", " Gold\t", "\u2003gold\u00a0", "g old", "go ld")
                .test("is: gold", "gold", " Gold\t", "\u2003gold\u00a0")
                .test("is: \"\\u00a0 gold \"", "gold", " Gold\t", "\u2003gold\u00a0")
                .test("in: [' g old ']", "g old")
                .test("contains: ' '", "g old", "go ld")
                .test("contains: 'g '", "g old")
                .test("startsWith: ' g'")
                .test("endsWith: ' ld'", "go ld")
                .test("matches: gold", "gold", " Gold\t", "\u2003gold\u00a0")
                .test("matches: ' gold'")
                .contact("7", contact -> contact.embedded("v", " 7 "))
                .contact("day", contact -> contact.embedded("v", "\u00a02026-01-01\n"))
                .holds("{embedded: v, as: number, is: ' 7'}", "7")
                .holds("{embedded: v, as: date, is: ' 2026-01-01 '}", "day");
    }

    private static Rule names() {
        return Rule.of("names")
                .contact("lower", contact -> contact.embedded("straße", "x"))
                .contact("upper", contact -> contact.embedded("STRASSE", "x"))
                .contact("other", contact -> contact.embedded("strase", "x"))
                .contact(
                        "quoted",
                        contact -> contact.embedded("a \"b\u0001\\c", "y").embedded("b", "z \"\\\n\u0001"))
                .contact(
                        "two",
                        contact -> contact.transaction(
                                "00000000000000000000000000000001", Rule.AS_OF, Map.of("Sum", "1", "sum", "2")))
                .holds("{embedded: Straße, is: x}", "lower", "upper")
                .holds("{embedded: \"A \\\"B\\x01\\\\C\", is: y}", "quoted")
                .holds("{embedded: B, is: \"z \\\"\\\\\\n\\x01\"}", "quoted")
                .holds("{embedded: ' strasse ', is: x}", "lower", "upper")
                .holds("{transactions: {where: {field: SUM, is: '1'}}, any: true}", "two")
                .holds("{transactions: {where: {field: sum, is: '2'}}, any: true}")
                .holds("{transactions: {}, sum: {field: sUM, is: 1}}", "two")
                .holds("{transactions: {}, latest: {field: sum, is: '1'}}", "two");
    }

    private static Rule forms() {
        return Rule.ofValues("forms", "10", "9", "1e1")
                .contact("phone", contact -> contact.field("phone", "112").field("firstName", "2026-11-22"))
                .test("is: 10", "10")
                .test("as: text, is: 10", "10")
                .test("as: number, is: 10", "10", "1e1")
                .test("as: number, lt: 10", "9")
                .holds("{field: phone, as: number, gt: 100}", "phone")
                .holds("{field: firstName, as: date, is: today}", "phone")
                .holds("{field: created, as: date, before: 2000-01-01}", "10", "9", "1e1", "phone")
                .refuses(
                        "{field: created, as: text, is: x}",
                        "line 1, as: does not suit created, which is always a date.")
                .refusesTest("as: decimal, is: 1", "line 1, as: holds “decimal” but must be text, number or date.");
    }

    private static Rule limits() {
        return Rule.ofValues("operand-limits", "x".repeat(1_024))
                .test("is: " + "X".repeat(1_024), "x".repeat(1_024))
                .refusesTest(
                        "is: " + "x".repeat(1_025),
                        "line 1, is: is longer than the longest possible (1024 characters). Shorten it.")
                .refusesTest("is: ' '", "line 1, is: is blank. To ask for missing values write isEmpty: true.")
                .refusesTest("in: [a, '']", "line 1, in[1]: is blank. To ask for missing values write isEmpty: true.")
                .refusesTest("is: null", "line 1, is: holds nothing but must be a text.")
                .refusesTest("is: [a]", "line 1, is: holds a list but must be a text.")
                .refusesTest(
                        "contains: ''", "line 1, contains: is empty, and would be part of every value. Write a text.")
                .refuses(
                        "{embedded: " + "n".repeat(201) + ", is: a}",
                        "line 1, embedded: is longer than the longest possible (200 characters). Shorten it.")
                .refuses("{embedded: ' ', is: a}", "line 1, embedded: is blank. Write the name of a value.")
                .refuses(
                        "{embedded: v, in: [" + "xxxxxxx,".repeat(1 << 20) + "]}",
                        "line 1: is longer than 8388608 characters. Put the values into a list or a segment of their"
                                + " own.");
    }
}
