package io.muster.segment.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.segment.condition.Condition;
import io.muster.segment.condition.Conditions;
import io.muster.segment.condition.ParsedCondition;
import io.muster.support.PublicId;
import io.muster.support.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.roaringbitmap.RoaringBitmap;

/** Each line of the table in {@code docs/segments.md} on a real database. */
class SemanticsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    /** 09:15:30 in Berlin. */
    private static final Instant AS_OF = Instant.parse("2026-11-22T08:15:30Z");

    private static int directories;

    private final SequencedMap<String, LiveContact> contacts = new LinkedHashMap<>();
    private final LiveDirectory directory = new LiveDirectory(database, ++directories);
    private @Nullable PublishedMembers published;
    private boolean written;

    @Test
    void everyLineOfTheTableHasATest() throws IOException {
        Set<String> lines = Pattern.compile("(?m)^\\| ([A-Z][0-9]+) \\|")
                .matcher(Files.readString(Path.of("docs/segments.md")))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> tested = Arrays.stream(SemanticsDbTests.class.getDeclaredMethods())
                .map(method -> method.getAnnotation(Line.class))
                .filter(line -> line != null)
                .map(Line::value)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(tested).isEqualTo(lines).hasSizeGreaterThan(30);
    }

    @Test
    @Line("V1")
    void missingValuesAreEmptyAndPassNoOtherTest() {
        values("gold", "", "   ", "\u00a0", "no");
        contact("none", contact -> contact);

        assertThat(holds("{embedded: v, isEmpty: true}")).containsExactly("", "   ", "\u00a0", "none");
        assertThat(holds("{embedded: v, as: number, isEmpty: true}")).containsExactly("", "   ", "\u00a0", "none");
        assertThat(holds("{embedded: v, as: date, isEmpty: true}")).containsExactly("", "   ", "\u00a0", "none");
        for (String test : List.of(
                "is: no", "in: [no]", "contains: n", "startsWith: n", "endsWith: o", "matches: \".*\"", "is: gold")) {
            assertThat(holds("{embedded: v, " + test + "}"))
                    .as(test)
                    .isSubsetOf("gold", "no")
                    .isNotEmpty();
        }

        for (String test : List.of("lt: 5", "gte: -5", "between: [-5, 5]", "is: 0", "in: [0]")) {
            assertThat(holds("{embedded: v, as: number, " + test + "}"))
                    .as(test)
                    .isEmpty();
        }

        assertThat(holds("{field: phone, isEmpty: true}")).hasSize(6);
    }

    @Test
    @Line("V2")
    void unreadableValuesPassNoTestAndAreNotEmpty() {
        values("abc", "2026-02-30");

        for (String as : List.of("number", "date")) {
            assertThat(holds("{embedded: v, as: " + as + ", isEmpty: true}")).isEmpty();
            assertThat(holds("{embedded: v, as: " + as + ", isNotEmpty: true}")).hasSize(2);
        }

        for (String test : List.of("lt: 5", "lte: 5", "gt: 5", "gte: 5", "is: 0", "in: [0, 1]", "between: [-9, 9]")) {
            assertThat(holds("{embedded: v, as: number, " + test + "}"))
                    .as(test)
                    .isEmpty();
        }

        for (String test : List.of(
                "before: today",
                "after: 2020-01-01",
                "lte: now",
                "gte: 2020-01-01",
                "is: today",
                "withinLast: 99999w",
                "withinNext: 99999w",
                "in: [today]",
                "between: [2000-01-01, 2030-01-01]")) {
            assertThat(holds("{embedded: v, as: date, " + test + "}")).as(test).isEmpty();
        }
    }

    @Test
    @Line("V3")
    void complementsHoldExactlyWhereTheOthersDoNot() {
        values("5", "gold", "", "2026-11-22");
        contact("none", contact -> contact);
        contact("listed", contact -> contact.onList(1).unsubscribed());
        String list = PublicId.LIST.of(1);
        String segment = PublicId.SEGMENT.of(77);

        complements("{embedded: v, is: gold}", "{embedded: v, isNot: gold}");
        complements("{embedded: v, in: [gold, 5]}", "{embedded: v, notIn: [gold, 5]}");
        complements("{embedded: v, as: number, is: 5}", "{embedded: v, as: number, isNot: 5}");
        complements("{embedded: v, as: number, in: [5, 6]}", "{embedded: v, as: number, notIn: [5, 6]}");
        complements("{embedded: v, as: date, is: today}", "{embedded: v, as: date, isNot: today}");
        complements("{embedded: v, as: date, in: [today]}", "{embedded: v, as: date, notIn: [today]}");
        complements("{embedded: v, isEmpty: true}", "{embedded: v, isNotEmpty: true}");
        complements("{embedded: v, isEmpty: true}", "{embedded: v, isEmpty: false}");
        complements("{list: " + list + ", is: member}", "{list: " + list + ", isNot: member}");
        complements("{segment: " + segment + ", is: member}", "{segment: " + segment + ", isNot: member}");
        complements("{optedOut: true}", "{optedOut: false}");
        complements(
                "{any: [{embedded: v, is: gold}, {optedOut: true}]}",
                "{none: [{embedded: v, is: gold}, {optedOut: true}]}");
        assertThat(holds("{embedded: v, isNot: gold}")).contains("", "none");
        assertThat(holds("{embedded: v, as: number, isNot: 5}")).contains("", "none", "gold");
    }

    @Test
    @Line("V4")
    void whiteSpaceAroundValuesDoesNotCount() {
        values(" gold\t", "\u2003gold", "a b", " 5 ", " 2026-11-22 ");

        assertThat(holds("{embedded: v, is: \" gold \"}")).containsExactlyInAnyOrder(" gold\t", "\u2003gold");
        assertThat(holds("{embedded: v, in: [\"gold \"]}")).hasSize(2);
        assertThat(holds("{embedded: v, startsWith: gold}")).hasSize(2);
        assertThat(holds("{embedded: v, contains: \" \"}")).containsExactly("a b");
        assertThat(holds("{embedded: v, startsWith: \" g\"}")).isEmpty();
        assertThat(holds("{embedded: v, matches: gold}")).hasSize(2);
        assertThat(holds("{embedded: v, as: number, is: 5}")).containsExactly(" 5 ");
        assertThat(holds("{embedded: v, as: date, is: today}")).containsExactly(" 2026-11-22 ");
    }

    @Test
    @Line("V5")
    void namesOfEmbeddedDataCompareWithoutCase() {
        contact("one", contact -> contact.embedded("Größe", "x"));
        contact("other", contact -> contact.embedded("grosse", "x"));

        assertThat(holds("{embedded: GRÖSSE, is: x}")).containsExactly("one");
    }

    @Test
    @Line("T1")
    void textComparesWithoutCaseAccentsCount() {
        values("straße", "STRASSE", "ΣΑΣ", "σας", "Ärger", "A\u0308RGER", "arger", "Москва", "МОСКВА");

        assertThat(holds("{embedded: v, is: Strasse}")).containsExactly("straße", "STRASSE");
        assertThat(holds("{embedded: v, is: Σας}")).containsExactly("ΣΑΣ", "σας");
        assertThat(holds("{embedded: v, in: [ärger, москва]}"))
                .containsExactlyInAnyOrder("Ärger", "A\u0308RGER", "Москва", "МОСКВА");
        assertThat(holds("{embedded: v, is: arger}")).containsExactly("arger");
    }

    @Test
    @Line("T2")
    void referencesCompareExactly() {
        for (String reference : List.of("Ab-1", "AB-1", "ab-1", "é", "e\u0301")) {
            contact(reference, contact -> contact.field("extRef", reference));
        }

        assertThat(holds("{field: extRef, is: AB-1}")).containsExactly("AB-1");
        assertThat(holds("{field: extRef, in: [AB-1, ab-1]}")).containsExactly("AB-1", "ab-1");
        assertThat(holds("{field: extRef, startsWith: A}")).containsExactly("Ab-1", "AB-1");
        assertThat(holds("{field: extRef, contains: b}")).containsExactly("Ab-1", "ab-1");
        assertThat(holds("{field: extRef, endsWith: B-1}")).containsExactly("AB-1");
        assertThat(holds("{field: extRef, matches: \"[a-z]+-1\"}")).containsExactly("ab-1");
        assertThat(holds("{field: extRef, is: \"é\"}")).containsExactly("é");
        assertThat(holds("{field: extRef, isNot: AB-1}")).hasSize(4);
    }

    @Test
    @Line("T3")
    void partsAreLookedForInFoldedText() {
        values("Großstadt", "GROSSSTADT", "klein", "100% O'Neil");

        assertThat(holds("{embedded: v, contains: SSST}")).containsExactly("Großstadt", "GROSSSTADT");
        assertThat(holds("{embedded: v, startsWith: groß}")).containsExactly("Großstadt", "GROSSSTADT");
        assertThat(holds("{embedded: v, endsWith: Stadt}")).containsExactly("Großstadt", "GROSSSTADT");
        assertThat(holds("{embedded: v, contains: \"% o'\"}")).containsExactly("100% O'Neil");
        assertThat(holds("{embedded: v, contains: GROSSSTADTX}")).isEmpty();
    }

    @Test
    @Line("T4")
    void regularExpressionsMatchTheWholeValueWithoutCase() {
        values("gold", "GOLDEN", "old gold", "go\nld", "\u00dcber");

        assertThat(holds("{embedded: v, matches: gold}")).containsExactly("gold");
        assertThat(holds("{embedded: v, matches: \".*gold.*\"}")).containsExactly("gold", "GOLDEN", "old gold");
        assertThat(holds("{embedded: v, matches: \"go.?ld\"}")).containsExactly("gold", "go\nld");
        assertThat(holds("{embedded: v, matches: \"^gold$|x\"}")).containsExactly("gold");
        assertThat(holds("{embedded: v, matches: \"gold|goldEN\"}")).containsExactly("gold", "GOLDEN");
        assertThat(holds("{embedded: v, matches: \"\\\\p{Lu}ber\"}")).containsExactly("\u00dcber");
        assertThat(holds("{embedded: v, matches: \"u\u0308ber\"}")).isEmpty();
        assertThat(holds("{embedded: v, matches: \"über\"}")).containsExactly("\u00dcber");
    }

    @Test
    @Line("T5")
    void regularExpressionsCannotHang() {
        values("a".repeat(1_000) + "b");

        assertThat(holds("{embedded: v, matches: \"(a+)+\"}")).isEmpty();
        assertThat(holds("{embedded: v, matches: \"(a|a)*b\"}")).hasSize(1);
        assertThat(problem("{embedded: v, matches: \"(?=a)\"}")).contains("look-arounds do not exist");
        assertThat(problem("{embedded: v, matches: \"(a)\\\\1\"}")).contains("no regular expression");
        assertThat(problem("{embedded: v, matches: \"((a{99}){99}){99}\"}")).contains("more than 2000 steps");
        assertThat(problem("{embedded: v, matches: \"" + "a".repeat(1_001) + "\"}"))
                .contains("longer than 1000");
    }

    @Test
    @Line("T6")
    void digitsAreTextUnlessReadAsNumbers() {
        values("5", "5.0", "05");

        assertThat(holds("{embedded: v, is: 5}")).containsExactly("5");
        assertThat(holds("{embedded: v, as: number, is: 5}")).containsExactly("5", "5.0", "05");
    }

    @Test
    @Line("N1")
    void numbersAreExactDecimals() {
        values("1", "1.0", "+1", "10e-1", "0.1", "0.10000000000000000001", "-0", "99999999999999999999");

        assertThat(holds("{embedded: v, as: number, is: 1}")).containsExactly("1", "1.0", "+1", "10e-1");
        assertThat(holds("{embedded: v, as: number, in: [0.1, 0]}")).containsExactly("0.1", "-0");
        assertThat(holds("{embedded: v, as: number, between: [0.1, 0.11]}"))
                .containsExactly("0.1", "0.10000000000000000001");
        assertThat(holds("{embedded: v, as: number, gt: 99999999999999999998}"))
                .containsExactly("99999999999999999999");
        assertThat(holds("{embedded: v, as: number, is: 99999999999999999999}"))
                .containsExactly("99999999999999999999");
    }

    @Test
    @Line("N2")
    void readsPlainDecimalsOnly() {
        values(
                ".5",
                "5.",
                "1e3",
                "-1E-2",
                "1,000",
                "1.000.000",
                "0,5",
                "5 EUR",
                "NaN",
                "Infinity",
                "0x10",
                "٣",
                "1e1000",
                "-",
                ".",
                "1_000",
                "1".repeat(101));

        assertThat(holds("{embedded: v, as: number, gte: -1000000}")).containsExactly(".5", "5.", "1e3", "-1E-2");
    }

    @Test
    @Line("N3")
    void numbersCompareByValue() {
        values("9", "10", "10.5", "-3");

        assertThat(holds("{embedded: v, as: number, lt: 10}")).containsExactly("9", "-3");
        assertThat(holds("{embedded: v, as: number, lte: 10}")).containsExactly("9", "10", "-3");
        assertThat(holds("{embedded: v, as: number, gt: 10}")).containsExactly("10.5");
        assertThat(holds("{embedded: v, as: number, gte: 10}")).containsExactly("10", "10.5");
        assertThat(holds("{embedded: v, as: number, between: [9, 10]}")).containsExactly("9", "10");
    }

    @Test
    @Line("D1")
    void readsIsoDatesOnly() {
        values(
                "2026-11-22",
                "2026-11-22T09:15",
                "2026-11-22 09:15",
                "2026-11-22T09:15:30",
                "2026-11-22T09:15:30.123456789",
                "2026-11-22T08:15Z",
                "2026-11-22T10:15+02:00",
                "2026-11-22T10:15+0200",
                "2026-11-22T10:15+02");
        values(
                "20261122",
                "22.11.2026",
                "11/22/2026",
                "2026-11-31",
                "2026-1-1",
                "2026-11-22T25:00",
                "2026-11-22T",
                "2026",
                "1700000000000",
                "2026-11-22T10:15+19:00");

        assertThat(holds("{embedded: v, as: date, gte: 2000-01-01}"))
                .containsExactly(
                        "2026-11-22",
                        "2026-11-22T09:15",
                        "2026-11-22 09:15",
                        "2026-11-22T09:15:30",
                        "2026-11-22T09:15:30.123456789",
                        "2026-11-22T08:15Z",
                        "2026-11-22T10:15+02:00",
                        "2026-11-22T10:15+0200",
                        "2026-11-22T10:15+02");
        assertThat(holds("{embedded: v, as: date, is: 2026-11-22T09:15:30.1239}"))
                .containsExactly("2026-11-22T09:15:30.123456789");
        assertThat(holds("{embedded: v, as: date, is: 2026-11-22T08:15Z}"))
                .containsExactly(
                        "2026-11-22T09:15",
                        "2026-11-22 09:15",
                        "2026-11-22T08:15Z",
                        "2026-11-22T10:15+02:00",
                        "2026-11-22T10:15+0200",
                        "2026-11-22T10:15+02");
    }

    @Test
    @Line("D2")
    void localTimesAreThoseOfTheDirectory() {
        values("2026-11-22T00:30", "2026-03-29T02:30", "2026-10-25T02:30");

        assertThat(holds("{embedded: v, as: date, is: 2026-11-21T23:30Z}")).containsExactly("2026-11-22T00:30");
        assertThat(holds("{embedded: v, as: date, is: 2026-03-29T03:30+02:00}")).containsExactly("2026-03-29T02:30");
        assertThat(holds("{embedded: v, as: date, is: 2026-10-25T02:30+02:00}")).containsExactly("2026-10-25T02:30");
    }

    @Test
    @Line("D3")
    void datesAreWholeDaysOfTheDirectory() {
        values(
                "2026-11-21T22:59:59.999Z",
                "2026-11-21T23:00Z",
                "2026-11-22T22:59:59.999Z",
                "2026-11-22T23:00Z",
                "2026-11-22");
        values("2026-10-25T23:59:59.999", "2026-10-24T22:00Z", "2026-10-25T22:59:59.999Z", "2026-10-25T23:00Z");

        assertThat(holds("{embedded: v, as: date, is: 2026-11-22}"))
                .containsExactly("2026-11-21T23:00Z", "2026-11-22T22:59:59.999Z", "2026-11-22");
        assertThat(holds("{embedded: v, as: date, is: 2026-10-25}"))
                .containsExactly("2026-10-25T23:59:59.999", "2026-10-24T22:00Z", "2026-10-25T22:59:59.999Z");
    }

    @Test
    @Line("D4")
    void lowerAndUpperBoundsIncludeTheWholeDay() {
        values("2026-11-21", "2026-11-22", "2026-11-22T12:00", "2026-11-23", "2026-11-23T00:00");

        assertThat(holds("{embedded: v, as: date, gte: 2026-11-22}"))
                .containsExactly("2026-11-22", "2026-11-22T12:00", "2026-11-23", "2026-11-23T00:00");
        assertThat(holds("{embedded: v, as: date, lte: 2026-11-22}"))
                .containsExactly("2026-11-21", "2026-11-22", "2026-11-22T12:00");
        assertThat(holds("{embedded: v, as: date, is: 2026-11-22}")).containsExactly("2026-11-22", "2026-11-22T12:00");
        assertThat(holds("{embedded: v, as: date, is: 2026-11-22T12:00}")).containsExactly("2026-11-22T12:00");
        assertThat(holds("{embedded: v, as: date, between: [2026-11-21, 2026-11-22]}"))
                .containsExactly("2026-11-21", "2026-11-22", "2026-11-22T12:00");
        assertThat(holds("{embedded: v, as: date, between: [2026-11-22T00:00, 2026-11-23T00:00]}"))
                .containsExactly("2026-11-22", "2026-11-22T12:00", "2026-11-23T00:00");
        assertThat(holds("{embedded: v, as: date, in: [2026-11-21, 2026-11-23]}"))
                .containsExactly("2026-11-21", "2026-11-23", "2026-11-23T00:00");
    }

    @Test
    @Line("D5")
    void beforeAndAfterLeaveTheDayOut() {
        values("2026-11-21", "2026-11-22", "2026-11-22T12:00", "2026-11-23", "2026-11-23T00:00");

        for (String before : List.of("before", "lt")) {
            assertThat(holds("{embedded: v, as: date, " + before + ": 2026-11-22}"))
                    .containsExactly("2026-11-21");
            assertThat(holds("{embedded: v, as: date, " + before + ": 2026-11-22T12:00}"))
                    .containsExactly("2026-11-21");
        }

        for (String after : List.of("after", "gt")) {
            assertThat(holds("{embedded: v, as: date, " + after + ": 2026-11-22}"))
                    .containsExactly("2026-11-23", "2026-11-23T00:00");
            assertThat(holds("{embedded: v, as: date, " + after + ": 2026-11-22T11:59}"))
                    .containsExactly("2026-11-22T12:00", "2026-11-23", "2026-11-23T00:00");
        }
    }

    @Test
    @Line("D6")
    void todayAndNowAreThoseOfTheRebuild() {
        values("2026-11-22", "2026-11-22T00:00", "2026-11-22T08:15:30Z", "2026-11-21", "2026-11-23");

        assertThat(holds("{embedded: v, as: date, is: today}"))
                .containsExactly("2026-11-22", "2026-11-22T00:00", "2026-11-22T08:15:30Z");
        assertThat(holds("{embedded: v, as: date, is: now}")).containsExactly("2026-11-22T08:15:30Z");
        assertThat(holds("{embedded: v, as: date, before: now}")).containsExactly("2026-11-22T00:00", "2026-11-21");
        assertThat(holds("{embedded: v, as: date, after: today}")).containsExactly("2026-11-23");
    }

    @Test
    @Line("D7")
    void withinLastIncludesBothEndsAndToday() {
        values(
                "2026-11-15T08:15:29.999Z",
                "2026-11-15T08:15:30Z",
                "2026-11-22T08:15:30Z",
                "2026-11-22T08:15:30.001Z",
                "2026-11-14",
                "2026-11-15",
                "2026-11-22",
                "2026-11-23");

        assertThat(holds("{embedded: v, as: date, withinLast: 7d}"))
                .containsExactly("2026-11-15T08:15:30Z", "2026-11-22T08:15:30Z", "2026-11-15", "2026-11-22");
    }

    @Test
    @Line("D8")
    void withinNextIncludesBothEndsAndToday() {
        values(
                "2026-11-22T08:15:29.999Z",
                "2026-11-22T08:15:30Z",
                "2026-11-29T08:15:30Z",
                "2026-11-29T08:15:30.001Z",
                "2026-11-21",
                "2026-11-22",
                "2026-11-29",
                "2026-11-30");

        assertThat(holds("{embedded: v, as: date, withinNext: 1w}"))
                .containsExactly("2026-11-22T08:15:30Z", "2026-11-29T08:15:30Z", "2026-11-22", "2026-11-29");
    }

    @Test
    @Line("D9")
    void daysOfSpansHaveTwentyFourHours() {
        // 29 days and 24 hours ago clocks stood at 10:15:30, for they were changed on 25 October.
        values("2026-10-23T10:15:30", "2026-10-23T10:15:29");

        assertThat(holds("{embedded: v, as: date, withinLast: 30d}")).containsExactly("2026-10-23T10:15:30");
        assertThat(holds("{embedded: v, as: date, withinLast: 720h}")).containsExactly("2026-10-23T10:15:30");
    }

    @Test
    @Line("D10")
    void creationAndChangeAreNeverMissing() {
        contact("old", contact -> contact.created(Instant.parse("2020-01-01T00:00:00Z")));
        contact(
                "new",
                contact -> contact.created(AS_OF.minusSeconds(5)).modified(Instant.parse("2026-11-21T23:00:00Z")));

        assertThat(holds("{field: created, withinLast: 1h}")).containsExactly("new");
        assertThat(holds("{field: created, before: 2026-01-01}")).containsExactly("old");
        assertThat(holds("{field: created, is: 2020-01-01}")).containsExactly("old");
        assertThat(holds("{field: lastModified, is: today}")).containsExactly("new");
        assertThat(holds("{field: lastModified, isEmpty: true}")).isEmpty();
        assertThat(holds("{field: created, isNotEmpty: true}")).hasSize(2);
        assertThat(problem("{field: created, as: number, gt: 5}")).contains("always a date");
    }

    @Test
    @Line("G1")
    void groupsNest() {
        values("ab", "a", "b", "c");
        String a = "{embedded: v, contains: a}";
        String b = "{embedded: v, contains: b}";

        assertThat(holds("{all: [" + a + "," + b + "]}")).containsExactly("ab");
        assertThat(holds("{any: [" + a + "," + b + "]}")).containsExactly("ab", "a", "b");
        assertThat(holds("{none: [" + a + "," + b + "]}")).containsExactly("c");
        assertThat(holds("{all: [{any: [" + a + "," + b + "]}, {none: [{all: [" + a + "," + b + "]}]}]}"))
                .containsExactly("a", "b");
        assertThat(holds("{none: [".repeat(4_000) + a + "]}".repeat(4_000))).containsExactly("ab", "a");
    }

    @Test
    @Line("O1")
    void optOutOfTheDirectoryHasNothingToDoWithLists() {
        contact("out", LiveDirectory.Builder::unsubscribed);
        contact("listed", contact -> contact.optedOutOf(1));
        contact("in", contact -> contact);

        assertThat(holds("{optedOut: true}")).containsExactly("out");
        assertThat(holds("{optedOut: false}")).containsExactly("listed", "in");
    }

    @Test
    @Line("O2")
    void optOutOfAListIsAskedOfItsMembers() {
        contact("out", contact -> contact.optedOutOf(1));
        contact("member", contact -> contact.onList(1).optedOutOf(2));
        contact("other", LiveDirectory.Builder::unsubscribed);

        assertThat(holds("{optedOut: true, list: " + PublicId.LIST.of(1) + "}")).containsExactly("out");
        assertThat(holds("{optedOut: false, list: " + PublicId.LIST.of(1) + "}"))
                .containsExactly("member", "other");
    }

    @Test
    @Line("L1")
    void whoOptedOutOfAListIsStillItsMember() {
        contact("out", contact -> contact.optedOutOf(1));
        contact("member", contact -> contact.onList(1));
        contact("other", contact -> contact.onList(2));

        assertThat(holds("{list: " + PublicId.LIST.of(1) + ", is: member}")).containsExactly("out", "member");
        assertThat(holds("{list: " + PublicId.LIST.of(1) + ", isNot: member}")).containsExactly("other");
    }

    @Test
    @Line("L2")
    void unknownListsHaveNoMembers() {
        contact("one", contact -> contact.onList(1));

        assertThat(holds("{list: " + PublicId.LIST.of(99) + ", is: member}")).isEmpty();
        assertThat(holds("{list: " + PublicId.LIST.of(99) + ", isNot: member}")).containsExactly("one");
        assertThat(holds("{optedOut: true, list: " + PublicId.LIST.of(99) + "}"))
                .isEmpty();
    }

    @Test
    @Line("S1")
    void segmentsOfThePassAreJudgedInItOthersAsPublished() throws SQLException {
        values("a", "b", "c");
        published = (connection, segment, block) -> segment == 5 ? RoaringBitmap.bitmapOf(3) : null;
        SequencedMap<Long, Condition> segments = new LinkedHashMap<>();
        segments.put(
                1L, condition("{any: [{segment: " + PublicId.SEGMENT.of(2) + ", is: member}, {embedded: v, is: b}]}"));
        segments.put(2L, condition("{embedded: v, is: a}"));
        segments.put(3L, condition("{segment: " + PublicId.SEGMENT.of(5) + ", is: member}"));
        segments.put(4L, condition("{segment: " + PublicId.SEGMENT.of(1) + ", isNot: member}"));

        assertThat(holds(1, segments)).containsExactly("a", "b");
        assertThat(holds(3, segments)).containsExactly("c");
        assertThat(holds(4, segments)).containsExactly("c");
    }

    @Test
    @Line("S2")
    void unknownSegmentsHaveNoMembers() {
        values("a");

        assertThat(holds("{segment: " + PublicId.SEGMENT.of(9) + ", is: member}"))
                .isEmpty();
        assertThat(holds("{segment: " + PublicId.SEGMENT.of(9) + ", isNot: member}"))
                .containsExactly("a");
    }

    @Test
    @Line("S3")
    void segmentsInACircleAreRefused() {
        SequencedMap<Long, Condition> segments = new LinkedHashMap<>();
        segments.put(1L, condition("{segment: " + PublicId.SEGMENT.of(2) + ", is: member}"));
        segments.put(2L, condition("{none: [{segment: " + PublicId.SEGMENT.of(3) + ", is: member}]}"));
        segments.put(3L, condition("{segment: " + PublicId.SEGMENT.of(2) + ", isNot: member}"));

        assertThatThrownBy(() -> Pass.compile(setup(), segments))
                .isInstanceOfSatisfying(
                        SegmentCycleException.class,
                        cycle -> assertThat(cycle.cycle()).containsExactly(2L, 3L))
                .hasMessage("Invalid segments: %s → %s → %s use each other in a circle"
                        .formatted(PublicId.SEGMENT.of(2), PublicId.SEGMENT.of(3), PublicId.SEGMENT.of(2)));
    }

    @Test
    @Line("X1")
    void countsTransactions() {
        transactions("none");
        transactions("one", Map.of("amount", "5"));
        transactions("two", Map.of("amount", "5"), Map.of("amount", "7"));

        assertThat(holds("{transactions: {}, count: {is: 0}}")).containsExactly("none");
        assertThat(holds("{transactions: {}, count: {lt: 2}}")).containsExactly("none", "one");
        assertThat(holds("{transactions: {}, count: {between: [1, 2]}}")).containsExactly("one", "two");
        assertThat(holds("{transactions: {}, any: true}")).containsExactly("one", "two");
        assertThat(holds("{transactions: {}, any: false}")).containsExactly("none");
        assertThat(holds("{transactions: {}, count: {isNot: 1}}")).containsExactly("none", "two");
    }

    @Test
    @Line("X2")
    void whereIsAskedOfEachTransactionByItself() {
        transactions("apart", Map.of("shop", "A", "amount", "1"), Map.of("shop", "B", "amount", "9"));
        transactions("together", Map.of("shop", "a", "amount", "9"));
        String where = "{all: [{field: shop, is: A}, {none: [{field: amount, as: number, lt: 5}]}]}";

        assertThat(holds("{transactions: {where: " + where + "}, any: true}")).containsExactly("together");
        assertThat(holds("{transactions: {where: {field: shop, isEmpty: true}}, any: true}"))
                .isEmpty();
    }

    @Test
    @Line("X3")
    void withinLastOfTransactionsIncludesBothEnds() {
        at("before", AS_OF.minusSeconds(7 * 86_400).minusMillis(1));
        at("first", AS_OF.minusSeconds(7 * 86_400));
        at("now", AS_OF);
        at("future", AS_OF.plusMillis(1));

        assertThat(holds("{transactions: {withinLast: 1w}, any: true}")).containsExactly("first", "now");
        assertThat(holds("{transactions: {}, any: true}")).hasSize(4);
    }

    @Test
    @Line("X4")
    void sumsReadableNumbersExactly() {
        transactions("none");
        transactions("unreadable", Map.of("amount", "a lot"), Map.of("shop", "A"));
        transactions("exact", Map.of("amount", "0.1"), Map.of("amount", "0.2"), Map.of("amount", "x"));
        transactions("large", Map.of("amount", "9e40"), Map.of("amount", "0.00001"), Map.of("amount", "-9e40"));
        transactions(
                "overflow",
                Map.of("amount", "99999999999999"),
                Map.of("amount", "99999999999999"),
                Map.of("amount", "900000000000000"),
                Map.of("amount", "900000000000000"));

        assertThat(holds("{transactions: {}, sum: {field: amount, is: 0}}")).containsExactly("none", "unreadable");
        assertThat(holds("{transactions: {}, sum: {field: AMOUNT, is: 0.3}}")).containsExactly("exact");
        assertThat(holds("{transactions: {}, sum: {field: amount, is: 0.00001}}"))
                .containsExactly("large");
        assertThat(holds("{transactions: {}, sum: {field: amount, is: 1999999999999998}}"))
                .containsExactly("overflow");
        assertThat(holds("{transactions: {}, sum: {lt: 1}, field: amount}")).hasSize(4);
    }

    @Test
    @Line("X5")
    void latestIsTheLastValueThereIs() {
        contact(
                "one",
                contact -> contact.transaction(directory.key(), AS_OF.minusSeconds(9), Map.of("state", "paid"))
                        .transaction(directory.key(), AS_OF.minusSeconds(5), Map.of("state", "Returned"))
                        .transaction(directory.key(), AS_OF, Map.of("state", " "))
                        .transaction(directory.key(), AS_OF, Map.of("other", "x")));
        contact(
                "tie",
                contact -> contact.transaction("ff".repeat(16), AS_OF, Map.of("state", "paid"))
                        .transaction("ee".repeat(16), AS_OF, Map.of("state", "returned")));
        transactions("none", Map.of("other", "x"));

        assertThat(holds("{transactions: {}, latest: {field: state, is: returned}}"))
                .containsExactly("one");
        assertThat(holds("{transactions: {}, latest: {field: state, is: paid}}"))
                .containsExactly("tie");
        assertThat(holds("{transactions: {}, latest: {field: state, isEmpty: true}}"))
                .containsExactly("none");
        assertThat(holds("{transactions: {}, latest: {field: state, isNot: paid}}"))
                .containsExactly("one", "none");
        assertThat(holds("{transactions: {where: {field: state, is: paid}}, latest: {field: state, is: paid}}"))
                .containsExactly("one", "tie");
    }

    @Test
    @Line("X6")
    void namesOfTransactionFieldsCompareWithoutCase() {
        transactions("one", Map.of("Amount", "1", "amount", "2"));

        assertThat(holds("{transactions: {where: {field: AMOUNT, is: 1}}, any: true}"))
                .containsExactly("one");
        assertThat(holds("{transactions: {where: {field: AMOUNT, is: 2}}, any: true}"))
                .isEmpty();
        assertThat(holds("{transactions: {}, sum: {field: amount, is: 1}}")).containsExactly("one");
    }

    @Test
    @Line("P1")
    void touchpointsCountWhenAllThatIsListedFits() {
        contact("mail", contact -> contact.touchpoint(directory.key(), AS_OF, "email", "invite", Optional.of("S1")));
        contact("web", contact -> contact.touchpoint(directory.key(), AS_OF, "web", "shown", Optional.empty()));
        contact("none", contact -> contact);

        assertThat(holds("{touchpoints: {}, count: {is: 0}}")).containsExactly("none");
        assertThat(holds("{touchpoints: {channel: [EMAIL, sms]}, count: {gte: 1}}"))
                .containsExactly("mail");
        assertThat(holds("{touchpoints: {channel: email, kind: shown}, any: true}"))
                .isEmpty();
        assertThat(holds("{touchpoints: {survey: s1}, any: true}")).containsExactly("mail");
        assertThat(holds("{touchpoints: {intercept: SI_1}, any: true}")).isEmpty();
        assertThat(holds("{touchpoints: {kind: [shown, invite]}, any: true}")).containsExactly("mail", "web");
        assertThat(holds("{touchpoints: {channel: web}, any: false}")).containsExactly("mail", "none");
    }

    @Test
    @Line("P2")
    void withinLastOfTouchpointsIncludesBothEnds() {
        contact("first", contact -> touched(contact, AS_OF.minusSeconds(86_400)));
        contact("before", contact -> touched(contact, AS_OF.minusSeconds(86_400).minusMillis(1)));
        contact("future", contact -> touched(contact, AS_OF.plusMillis(1)));

        assertThat(holds("{touchpoints: {withinLast: 1d}, any: true}")).containsExactly("first");
    }

    @Test
    @Line("P3")
    void unknownChannelsAndKindsAreRefused() {
        assertThat(problem("{touchpoints: {channel: pigeon}, any: true}"))
                .startsWith("line 1, touchpoints.channel: is no channel of touchpoints. Known are email, sms, web");
        assertThat(problem("{touchpoints: {kind: [shown, seen]}, any: true}"))
                .startsWith("line 1, touchpoints.kind[1]: is no kind of touchpoints. Known are invite, sent, shown");
    }

    private LiveDirectory.Builder touched(LiveDirectory.Builder contact, Instant at) {
        return contact.touchpoint(directory.key(), at, "web", "shown", Optional.empty());
    }

    private void values(String... values) {
        for (String value : values) {
            contact(value, contact -> contact.embedded("v", value));
        }
    }

    @SafeVarargs
    private void transactions(String label, Map<String, String>... transactions) {
        contact(label, contact -> {
            for (Map<String, String> fields : transactions) {
                contact.transaction(directory.key(), AS_OF, fields);
            }

            return contact;
        });
    }

    private void at(String label, Instant time) {
        contact(label, contact -> contact.transaction(directory.key(), time, Map.of()));
    }

    private void contact(String label, UnaryOperator<LiveDirectory.Builder> said) {
        long number = contacts.size() + 1L;
        contacts.put(
                label,
                said.apply(LiveDirectory.contact(number).created(AS_OF).modified(AS_OF.minusSeconds(86_400 * 9)))
                        .build());
    }

    private void complements(String one, String other) {
        Set<String> expected = new TreeSet<>(contacts.keySet());
        expected.removeAll(holds(one));
        assertThat(new TreeSet<>(holds(other))).as("%s and %s", one, other).isEqualTo(expected);
    }

    private List<String> holds(String yaml) {
        SequencedMap<Long, Condition> one = new LinkedHashMap<>();
        one.put(1L, condition(yaml));
        return holds(1, one);
    }

    private Setup setup() {
        return new Setup(directory.number(), BERLIN, AS_OF, published == null ? PublishedMembers.NONE : published);
    }

    /** The contacts for which a segment holds, in the order in which they were written. */
    private List<String> holds(long segment, SequencedMap<Long, Condition> segments) {
        List<String> labels = List.copyOf(contacts.keySet());
        List<String> found = new ArrayList<>();
        try {
            if (!written) {
                directory.write(List.copyOf(contacts.values()));
                written = true;
            }

            try (Connection connection = database.dataSource().getConnection()) {
                Pass.compile(setup(), segments)
                        .evaluate(
                                connection,
                                0,
                                0,
                                block -> block.members()
                                        .getOrDefault(segment, new RoaringBitmap())
                                        .forEach((int position) -> found.add(labels.get(position - 1))));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }

        return found;
    }

    private static Condition condition(String yaml) {
        return switch (Conditions.parse(yaml)) {
            case ParsedCondition.Good good -> good.condition();
            case ParsedCondition.Broken broken -> throw new AssertionError(broken.problems());
        };
    }

    private static String problem(String yaml) {
        return switch (Conditions.parse(yaml)) {
            case ParsedCondition.Good good -> throw new AssertionError(good);
            case ParsedCondition.Broken broken -> {
                assertThat(broken.problems()).hasSize(1);
                yield broken.problems().getFirst().text();
            }
        };
    }
}
