package io.muster.extract.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.extract.transform.Transform.Case.To;
import io.muster.extract.transform.Transform.DateDifference.Unit;
import io.muster.extract.transform.Transforms.Outcome;
import io.muster.support.Refusal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The table of docs/workflows.md, a method a transform. */
class TransformTests {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

    /** The record "a=…" after transforms, by column. */
    private static Map<String, String> after(Map<String, String> record, Transform... transforms) {
        Transforms all = Transforms.of(List.of(transforms), List.copyOf(record.keySet()), NOW, "a.csv");
        Outcome outcome = all.apply(List.copyOf(record.values()));
        assertThat(outcome).isInstanceOf(Outcome.Kept.class);
        List<String> values = ((Outcome.Kept) outcome).values();
        Map<String, String> after = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            after.put(all.header().get(i), values.get(i));
        }
        return after;
    }

    private static Outcome outcome(String value, Transform... transforms) {
        return Transforms.of(List.of(transforms), List.of("a"), NOW, "a.csv").apply(List.of(value));
    }

    private static String one(String value, Transform... transforms) {
        return Objects.requireNonNull(after(Map.of("a", value), transforms).get("a"));
    }

    private static Map<String, String> two(String a, String b, Transform... transforms) {
        Map<String, String> record = new LinkedHashMap<>();
        record.put("a", a);
        record.put("b", b);
        return after(record, transforms);
    }

    @Test
    void requiredSkipsRowsWithABlankField() {
        Transform required = new Transform.Required(List.of("a"));

        assertThat(one("x", required)).isEqualTo("x");
        assertThat(outcome("", required)).isEqualTo(new Outcome.Skipped("a"));
        assertThat(outcome(" \t", required)).isEqualTo(new Outcome.Skipped("a"));
    }

    @Test
    void renameGivesAColumnAnotherNameInItsPlace() {
        assertThat(two("1", "2", new Transform.Rename("a", "c")))
                .containsExactly(Map.entry("c", "1"), Map.entry("b", "2"));
        assertThatThrownBy(() -> two("1", "2", new Transform.Rename("a", "b")))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("there is one of that name");
    }

    @Test
    void constantFillsAColumnInEveryRow() {
        assertThat(two("1", "2", new Transform.Constant("b", "x"), new Transform.Constant("c", "y")))
                .containsExactly(Map.entry("a", "1"), Map.entry("b", "x"), Map.entry("c", "y"));
    }

    @Test
    void prefixGoesBeforeValuesThatAreNotBlank() {
        assertThat(one("1", new Transform.Prefix("a", "S-"))).isEqualTo("S-1");
        assertThat(one("", new Transform.Prefix("a", "S-"))).isEmpty();
    }

    @Test
    void suffixGoesAfterValuesThatAreNotBlank() {
        assertThat(one("1", new Transform.Suffix("a", "-S"))).isEqualTo("1-S");
        assertThat(one(" ", new Transform.Suffix("a", "-S"))).isEqualTo(" ");
    }

    @Test
    void concatenateLeavesBlankValuesOut() {
        Transform whole = new Transform.Concatenate(List.of("a", "b"), " ", "c");

        assertThat(two("Ann", "Lee", whole)).containsEntry("c", "Ann Lee").containsEntry("a", "Ann");
        assertThat(two("", "Lee", whole)).containsEntry("c", "Lee");
        assertThat(two("", " ", whole)).containsEntry("c", "");
        assertThat(two("Ann", "Lee", new Transform.Concatenate(List.of("b", "a"), "", "a")))
                .containsEntry("a", "LeeAnn");
    }

    @Test
    void caseKnowsNoCountry() {
        assertThat(one("straße i", new Transform.Case("a", To.UPPER))).isEqualTo("STRASSE I");
        assertThat(one("İI", new Transform.Case("a", To.LOWER))).isEqualTo("i̇i");
        assertThat(one("mary-JANE o'NEIL van 2nd", new Transform.Case("a", To.TITLE)))
                .isEqualTo("Mary-Jane O'neil Van 2nd");
        assertThat(one("ὈΔΥΣΣΕΎΣ", new Transform.Case("a", To.TITLE))).isEqualTo("Ὀδυσσεύς");
    }

    @Test
    void mapReplacesWholeValuesAndOthersByTheDefault() {
        Map<String, String> tiers = Map.of("1", "gold", "2", "silver");

        assertThat(one(" 1 ", new Transform.ValueMap("a", tiers, null))).isEqualTo("gold");
        assertThat(one("3", new Transform.ValueMap("a", tiers, null))).isEqualTo("3");
        assertThat(one("3", new Transform.ValueMap("a", tiers, "none"))).isEqualTo("none");
        assertThat(one("", new Transform.ValueMap("a", tiers, "none"))).isEmpty();
        assertThat(one("", new Transform.ValueMap("a", Map.of("", "unknown"), null)))
                .isEqualTo("unknown");
    }

    @Test
    void replaceTakesATextOrAPatternOfLinearTime() {
        assertThat(one("a.b.c", new Transform.Replace("a", ".", null, "$1"))).isEqualTo("a$1b$1c");
        assertThat(one("+49 (30) 12", new Transform.Replace("a", null, "[^0-9+]", "")))
                .isEqualTo("+493012");
        assertThat(one("Lee, Ann", new Transform.Replace("a", null, "^(\\w+), (\\w+)$", "$2 $1")))
                .isEqualTo("Ann Lee");
        assertThat(one("a".repeat(50_000), new Transform.Replace("a", null, "(a*)*b", "x")))
                .hasSize(50_000);
        assertThatThrownBy(() -> new Transform.Replace("a", null, "(?=x)", ""))
                .hasMessageContaining("not a regular expression of RE2");
        assertThatThrownBy(() -> new Transform.Replace("a", null, "x", "$1")).hasMessageContaining("names a group");
        assertThatThrownBy(() -> new Transform.Replace("a", "x", "x", ""))
                .hasMessageContaining("either text or pattern");
    }

    @Test
    void replaceRejectsAValueThatGrowsTooLong() {
        assertThat(outcome("a".repeat(10_000), new Transform.Replace("a", "a", null, "b".repeat(1_000))))
                .isInstanceOfSatisfying(
                        Outcome.Rejected.class,
                        rejected -> assertThat(rejected.code()).isEqualTo("VALUES_TOO_LARGE"));
    }

    @Test
    void splitGivesTheRestToTheLastColumn() {
        Transform split = new Transform.Split("a", " ", List.of("first", "last"));

        assertThat(after(Map.of("a", "Ann van Dam"), split))
                .containsEntry("first", "Ann")
                .containsEntry("last", "van Dam")
                .containsEntry("a", "Ann van Dam");
        assertThat(after(Map.of("a", "Ann"), split))
                .containsEntry("first", "Ann")
                .containsEntry("last", "");
        assertThat(after(Map.of("a", "x ; y"), new Transform.Split("a", ";", List.of("a", "b"))))
                .containsEntry("a", "x")
                .containsEntry("b", "y");
        assertThat(after(Map.of("a", ";y"), new Transform.Split("a", ";", List.of("p", "q"))))
                .containsEntry("p", "")
                .containsEntry("q", "y");
    }

    @Test
    void substringCountsCharactersOfAnyScript() {
        assertThat(one("a😀bc", new Transform.Substring("a", 2, 2, null))).isEqualTo("😀b");
        assertThat(one("a😀bc", new Transform.Substring("a", -2, null, null))).isEqualTo("bc");
        assertThat(one("abc", new Transform.Substring("a", 9, 2, null))).isEmpty();
        assertThat(one("abc", new Transform.Substring("a", -9, 2, null))).isEqualTo("ab");
        assertThat(one("abc", new Transform.Substring("a", 1, 1, null))).isEqualTo("a");
        assertThat(after(Map.of("a", "abc"), new Transform.Substring("a", 1, 1, "b")))
                .containsEntry("a", "abc")
                .containsEntry("b", "a");
    }

    @Test
    void trimRemovesOuterWhiteSpace() {
        assertThat(two(" x y\u00a0", " z", new Transform.Trim(List.of())))
                .containsEntry("a", "x y")
                .containsEntry("b", "z");
        assertThat(two(" x", " z", new Transform.Trim(List.of("b"))))
                .containsEntry("a", " x")
                .containsEntry("b", "z");
    }

    @Test
    void dateFormatReadsInOneZoneAndWritesInAnother() {
        assertThat(one(
                        "31.12.2026",
                        new Transform.DateFormat("a", "dd.MM.yyyy", "yyyy-MM-dd", Transform.UTC, null, null)))
                .isEqualTo("2026-12-31");
        assertThat(one(
                        "2026-07-01 00:30",
                        new Transform.DateFormat("a", null, "yyyy-MM-dd HH:mm", BERLIN, NEW_YORK, null)))
                .isEqualTo("2026-06-30 18:30");
        assertThat(one(
                        "2026-07-01T00:30+02:00",
                        new Transform.DateFormat("a", null, "yyyy-MM-dd'T'HH:mmXXX", Transform.UTC, null, null)))
                .as("the offset of the value where no zone is wanted")
                .isEqualTo("2026-07-01T00:30+02:00");
        assertThat(one("", new Transform.DateFormat("a", null, "yyyy", Transform.UTC, null, null)))
                .isEmpty();
        assertThat(outcome(
                        "31.02.2026", new Transform.DateFormat("a", "dd.MM.yyyy", "yyyy", Transform.UTC, null, null)))
                .isEqualTo(new Outcome.Rejected("DATE_INVALID", "a", "The value is no date or time that can be read."));
        assertThat(after(
                        Map.of("a", "2026-07-01"),
                        new Transform.DateFormat("a", null, "yyyy", Transform.UTC, null, "year")))
                .containsEntry("a", "2026-07-01")
                .containsEntry("year", "2026");
    }

    @Test
    void dateDifferenceCountsWholeUnits() {
        assertThat(difference("2026-01-31", "2026-03-01", Unit.DAYS)).isEqualTo("29");
        assertThat(difference("2026-01-31", "2026-03-01", Unit.MONTHS)).isEqualTo("1");
        assertThat(difference("2026-03-01", "2026-01-31", Unit.WEEKS)).isEqualTo("-4");
        assertThat(difference("2000-03-02", "2026-03-01", Unit.YEARS)).isEqualTo("25");
        assertThat(difference("2026-03-28T12:00", "2026-03-29T12:00", Unit.HOURS))
                .as("the clock skips an hour that night in Berlin")
                .isEqualTo("23");
        assertThat(difference("2026-03-28T12:00", "2026-03-29T12:00", Unit.DAYS))
                .isEqualTo("1");
        assertThat(difference("2026-01-31", "", Unit.DAYS)).isEmpty();
        assertThat(after(
                        Map.of("a", "2026-02-27"),
                        new Transform.DateDifference("a", null, Unit.DAYS, null, Transform.UTC, "age")))
                .as("until the moment of the run")
                .containsEntry("age", "2");
        assertThat(outcome("soon", new Transform.DateDifference("a", null, Unit.DAYS, null, Transform.UTC, "age")))
                .isInstanceOf(Outcome.Rejected.class);
    }

    private static String difference(String from, String to, Unit unit) {
        return Objects.requireNonNull(two(from, to, new Transform.DateDifference("a", "b", unit, null, BERLIN, "d"))
                .get("d"));
    }

    @Test
    void comeInTheOrderTheyAreWritten() {
        assertThat(one(
                        " ann ",
                        new Transform.Trim(List.of("a")),
                        new Transform.Prefix("a", "x "),
                        new Transform.Case("a", To.TITLE)))
                .isEqualTo("X Ann");
        assertThatThrownBy(() -> two("1", "2", new Transform.Rename("a", "c"), new Transform.Prefix("a", "x")))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("its transform 2 (prefix) needs the column 'a', which is not there");
    }

    @Test
    void showEachStepOfARow() {
        Transforms transforms = Transforms.of(
                List.of(
                        new Transform.Rename("a", "b"),
                        new Transform.Trim(List.of()),
                        new Transform.Required(List.of("b"))),
                List.of("a"),
                NOW,
                "a.csv");

        assertThat(transforms.trace(List.of(" ")))
                .containsExactly(
                        new Transforms.Trace("rename", Map.of("b", " "), null, false),
                        new Transforms.Trace("trim", Map.of("b", ""), null, false),
                        new Transforms.Trace("required", Map.of(), null, true));
    }

    @Test
    void areStoredAsTheyAre() {
        List<Transform> all = List.of(
                new Transform.Required(List.of("a")),
                new Transform.Replace("a", null, "x", "y"),
                new Transform.Case("a", To.TITLE),
                new Transform.DateFormat("a", null, "yyyy", BERLIN, null, null),
                new Transform.DateDifference("a", null, Unit.DAYS, null, BERLIN, "b"),
                new Transform.ValueMap("a", Map.of("1", "2"), "3"));
        JsonMapper json = JsonMapper.shared();
        TypeReference<List<Transform>> type = new TypeReference<>() {};

        assertThat(json.readValue(json.writerFor(type).writeValueAsString(all), type))
                .isEqualTo(all);
    }
}
