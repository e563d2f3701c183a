package io.muster.segment.evaluate;

import java.util.List;

/** Rules about numbers. */
final class NumberRules {

    private NumberRules() {}

    static List<Rule> all() {
        return List.of(form(), exact(), order(), turned());
    }

    private static Rule form() {
        String longest = "0".repeat(99) + "5";
        return Rule.ofValues(
                        "number-form",
                        "5",
                        "+5",
                        "5.",
                        "05.00",
                        "0.5e1",
                        "50E-1",
                        "5e+000",
                        longest,
                        "0" + longest,
                        "5,0",
                        "1,000",
                        "5 €",
                        "5%",
                        "NaN",
                        "Infinity",
                        "0x5",
                        "٥",
                        "５",
                        "5f",
                        "5 0",
                        "--5",
                        "5e",
                        "5e0000",
                        ".",
                        "+",
                        "5.0.0",
                        "5e1.0",
                        "$5",
                        ".5")
                .as("number")
                .test("is: 5", "5", "+5", "5.", "05.00", "0.5e1", "50E-1", "5e+000", longest)
                .test("is: .5", ".5")
                .test("lt: 1e999", "5", "+5", "5.", "05.00", "0.5e1", "50E-1", "5e+000", longest, ".5")
                .refusesTest(
                        "is: '1,000'",
                        "line 1, is: holds “1,000”, which is not a number. Write one such as 100 or 2.5, without units"
                                + " or thousands separators.")
                .refusesTest(
                        "in: [5, five]",
                        "line 1, in[1]: holds “five”, which is not a number. Write one such as 100 or 2.5, without"
                                + " units or thousands separators.")
                .refusesTest(
                        "gt: 1e1000",
                        "line 1, gt: holds “1e1000”, which is not a number. Write one such as 100 or 2.5, without"
                                + " units or thousands separators.");
    }

    private static Rule exact() {
        return Rule.ofValues(
                        "number-exact",
                        "0.1",
                        "0.10",
                        "0.1000000000000000055",
                        "1",
                        "1.00",
                        "1e0",
                        "-0",
                        "0",
                        "99999999999999999999.5",
                        "99999999999999999999.50",
                        "99999999999999999999.49",
                        "9007199254740993",
                        "9007199254740992",
                        "1e-999",
                        "-1e-999",
                        "999999999999999999",
                        "1000000000000000000")
                .as("number")
                .test("is: 0.1", "0.1", "0.10")
                .test("is: 1", "1", "1.00", "1e0")
                .test("in: [1.0, 0.1]", "1", "1.00", "1e0", "0.1", "0.10")
                .test("is: 0", "-0", "0")
                .test("is: 99999999999999999999.5", "99999999999999999999.5", "99999999999999999999.50")
                .test("is: 9007199254740993", "9007199254740993")
                .test("between: [1e-999, 0.09]", "1e-999")
                .test("lt: 0", "-1e-999")
                .test("is: 999999999999999999", "999999999999999999")
                .test(
                        "gt: 999999999999999999",
                        "1000000000000000000",
                        "99999999999999999999.5",
                        "99999999999999999999.50",
                        "99999999999999999999.49");
    }

    private static Rule order() {
        return Rule.ofValues("number-order", "-10", "2", "9.99", "10", "10.01", "100")
                .as("number")
                .test("lt: 10", "-10", "2", "9.99")
                .test("lte: 10", "-10", "2", "9.99", "10")
                .test("gt: 10", "10.01", "100")
                .test("gte: 10", "10", "10.01", "100")
                .test("between: [2, 10]", "2", "9.99", "10")
                .test("between: [10, 10]", "10")
                .test("in: [10.0, 2]", "2", "10")
                .test("notIn: [10.0, 2]", "-10", "9.99", "10.01", "100");
    }

    private static Rule turned() {
        String problem = "line 1, between: begins with the greater value, so nothing is between. Swap the two.";
        String two = "line 1, between: must be a list of two values, [from, to], both included.";
        return Rule.ofValues("between-turned", "5", "2026-11-22", "2026-11-22T08:00")
                .refusesTest("as: number, between: [2, 1]", problem)
                .refusesTest("as: number, between: [2]", two)
                .refusesTest("as: number, between: 2", two)
                .refusesTest("as: date, between: [2026-01-02, 2026-01-01]", problem)
                .refusesTest("as: date, between: ['2026-01-02T10:00', '2026-01-02T09:00']", problem)
                .refusesTest("as: date, between: ['2026-01-02T10:00Z', '2026-01-02T10:00+01:00']", problem)
                .as("date")
                .test("between: [today, 2026-11-21]")
                .test("between: [now, '2026-11-22T08:00']")
                .test("between: [2026-11-22, today]", "2026-11-22", "2026-11-22T08:00");
    }
}
