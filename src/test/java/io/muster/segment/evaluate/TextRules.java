package io.muster.segment.evaluate;

import static io.muster.segment.evaluate.Rule.MISSING;

import java.util.List;

/** Rules about texts. */
final class TextRules {

    private static final String ACUTE = "e\u0301";

    private TextRules() {}

    static List<Rule> all() {
        return List.of(ofCase(), reference(), parts(), stored(), whole(), patternCase(), refused());
    }

    private static Rule ofCase() {
        return Rule.ofValues(
                        "text-case",
                        "Straße",
                        "STRASSE",
                        "strase",
                        "é",
                        ACUTE,
                        "É",
                        "e",
                        "ΣΊΣΥΦΟΣ",
                        "σίσυφος",
                        "Istanbul",
                        "istanbul",
                        "İstanbul",
                        "ıstanbul",
                        "\u212a",
                        "k",
                        "ﬁ",
                        "FI",
                        "Ꭰ",
                        "ꭰ",
                        "𐐀",
                        "𐐨",
                        "李")
                .test("is: strasse", "Straße", "STRASSE")
                .test("in: [STRAẞE, x]", "Straße", "STRASSE")
                .test("is: é", "é", ACUTE, "É")
                .test("is: \"E\\u0301\"", "é", ACUTE, "É")
                .test("is: e", "e")
                .test("is: Σίσυφοσ", "ΣΊΣΥΦΟΣ", "σίσυφος")
                .test("is: ISTANBUL", "Istanbul", "istanbul")
                .test("is: \"i\\u0307stanbul\"", "İstanbul")
                .test("is: K", "\u212a", "k")
                .test("is: fi", "ﬁ", "FI")
                .test("is: Ꭰ", "Ꭰ", "ꭰ")
                .test("is: 𐐨", "𐐀", "𐐨")
                .test("is: 李", "李")
                .contact("capitals", contact -> contact.embedded("letters", "@ABCDEFGHIJKLMNOPQRSTUVWXYZ["))
                .contact("small", contact -> contact.embedded("letters", "@abcdefghijklmnopqrstuvwxyz["))
                .contact("next to letters", contact -> contact.embedded("letters", "`abcdefghijklmnopqrstuvwxyz{"))
                .holds("{embedded: letters, is: '@aBcDeFgHiJkLmNoPqRsTuVwXyZ['}", "capitals", "small")
                .holds("{embedded: letters, endsWith: 'Z{'}", "next to letters")
                .contact("name", contact -> contact.field("lastName", "MÜLLER").field("email", "A@X.org"))
                .holds("{field: lastName, is: müller}", "name")
                .holds("{field: lastName, is: muller}")
                .holds("{field: email, is: a@x.ORG}", "name");
    }

    private static Rule reference() {
        return Rule.of("text-reference")
                .contact("lower", contact -> contact.field("extRef", "ab-é"))
                .contact("upper", contact -> contact.field("extRef", "AB-É"))
                .contact("apart", contact -> contact.field("extRef", " ab-" + ACUTE + "\u00a0"))
                .holds("{field: extRef, is: ab-é}", "lower")
                .holds("{field: extRef, is: ' ab-é '}", "lower")
                .holds("{field: extRef, is: \"ab-e\\u0301\"}", "apart")
                .holds("{field: extRef, isNot: ab-é}", "upper", "apart")
                .holds("{field: extRef, in: [ab-é, AB-É]}", "lower", "upper")
                .holds("{field: extRef, startsWith: ab}", "lower", "apart")
                .holds("{field: extRef, contains: B-}", "upper")
                .holds("{field: extRef, endsWith: É}", "upper")
                .holds("{field: extRef, matches: 'ab-.'}", "lower")
                .holds("{field: extRef, matches: '(?i)ab-.'}", "lower", "upper")
                .holds("{field: extRef, isEmpty: false}", "lower", "upper", "apart");
    }

    private static Rule parts() {
        return Rule.ofValues("text-parts", "Groß und klein", "GROSS", "Klein", "é und e", "a", MISSING)
                .test("startsWith: GROSS", "Groß und klein", "GROSS")
                .test("contains: ß", "Groß und klein", "GROSS")
                .test("contains: s", "Groß und klein", "GROSS")
                .test("endsWith: KLEIN", "Groß und klein", "Klein")
                .test("contains: e", "Groß und klein", "Klein", "é und e")
                .test("startsWith: e")
                .test("contains: UND", "Groß und klein", "é und e")
                .test("contains: \"E\\u0301\"", "é und e")
                .test("contains: aa")
                .test("startsWith: A", "a")
                .test("endsWith: a", "a");
    }

    private static Rule stored() {
        return Rule.of("text-stored")
                .contact("read", contact -> contact.field("phone", "+49301234567"))
                .contact("unread", contact -> contact.field("phone", "030 1234567"))
                .holds("{field: phone, is: '+49301234567'}", "read")
                .holds("{field: phone, is: 030 1234567}", "unread")
                .holds("{field: phone, startsWith: '+4930'}", "read");
    }

    private static Rule whole() {
        return Rule.ofValues("pattern-whole", "gold", "golden", " gold ", "marigold", MISSING)
                .test("matches: gold", "gold", " gold ")
                .test("matches: gold.*", "gold", " gold ", "golden")
                .test("matches: '.*gold.*'", "gold", " gold ", "golden", "marigold")
                .test("matches: 'x|gold'", "gold", " gold ")
                .test("matches: '^gold$'", "gold", " gold ")
                .test("matches: 'x*'");
    }

    private static Rule patternCase() {
        return Rule.ofValues("pattern-case", "GOLD\nen", "É", ACUTE, "Σ", "Straße", "STRASSE")
                .test("matches: gold.en", "GOLD\nen")
                .test("matches: é", "É", ACUTE)
                .test("matches: \"[e\\u0301]\"", "É", ACUTE)
                .test("matches: ς", "Σ")
                .test("matches: '\\p{Lu}'", "É", ACUTE, "Σ")
                // Single characters are compared, not their full folding.
                .test("matches: stra.e", "Straße")
                .test("matches: (?-i)straße")
                .test("matches: '[A-Z]+'", "STRASSE")
                .test("matches: '[a-z]+'", "STRASSE");
    }

    private static Rule refused() {
        return Rule.ofValues("pattern-refused", "a")
                .test("matches: '" + "a?".repeat(500) + "'", "a")
                .test("matches: 'a{1,1000}'", "a")
                .refusesTest("matches: ''", "line 1, matches: is empty. Write a regular expression, or isEmpty: true.")
                .refusesTest(
                        "matches: 'a('",
                        "line 1, matches: is not a regular expression of RE2: missing closing ) near “a(”."
                                + " Backreferences and look-arounds do not exist there.")
                .refusesTest(
                        "matches: '(a)\\1'",
                        "line 1, matches: is not a regular expression of RE2: invalid escape sequence near “\\1”."
                                + " Backreferences and look-arounds do not exist there.")
                .refusesTest(
                        "matches: '(?=a)a'",
                        "line 1, matches: is not a regular expression of RE2: invalid or unsupported Perl syntax near"
                                + " “(?=”. Backreferences and look-arounds do not exist there.")
                .refusesTest(
                        "matches: '" + "a".repeat(1_001) + "'",
                        "line 1, matches: is longer than 1000 characters. Split it, or use in, startsWith, endsWith.")
                .refusesTest(
                        "matches: '((a{100}){100}){100}'",
                        "line 1, matches: repeats too much: written out, it has more than 2000 steps. Use smaller"
                                + " counts, or + and *.");
    }
}
