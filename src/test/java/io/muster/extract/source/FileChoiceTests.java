package io.muster.extract.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.extract.source.Choice.Reason;
import io.muster.extract.source.FileChoice.Take;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class FileChoiceTests {

    private static final Instant NIGHT = Instant.parse("2026-03-01T01:00:00Z");

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\0',
            delimiter = ' ',
            value = {
                "*.csv a.csv true",
                "*.csv a.csv.gz false",
                "*.csv A.CSV false",
                "a?.csv ab.csv true",
                "a?.csv a.csv false",
                "[ab]*.csv b1.csv true",
                "[!ab]*.csv b1.csv false",
                "[0-9].csv 7.csv true",
                "{a,b}.{csv,tsv} b.tsv true",
                "a+(1).csv a+(1).csv true",
                "a.csv aXcsv false",
                "*.csv .hidden.csv false",
                "* a.part false",
                "* a.TMP false",
                "* a.filepart false",
                "* a.crdownload false",
                "kontakte-*.csv kontakte-Zürich.csv true",
            })
    void matchesGlobs(String glob, String name, boolean expected) {
        Choice choice = FileChoice.matching(glob).choose(List.of(file(name, 0)), taken());

        assertThat(names(choice)).isEqualTo(expected ? List.of(name) : List.of());
    }

    @Test
    void ordersByTimeThenName() {
        List<SourceFile> listing = List.of(file("b.csv", 5), file("c.csv", 1), file("a.csv", 5));

        assertThat(names(FileChoice.matching("*").choose(listing, taken()))).containsExactly("c.csv", "a.csv", "b.csv");
    }

    @Test
    void ordersByTheDateInTheName() {
        FileChoice choice = choice(null, "contacts-{yyyyMMdd}.csv", Take.ALL, null, null);
        List<SourceFile> listing = List.of(
                file("contacts-20260301.csv", 1),
                file("contacts-20260228.csv", 9),
                file("contacts-20260230.csv", 2),
                file("contacts-latest.csv", 3),
                file("others.csv", 4));

        Choice chosen = choice.choose(listing, taken());

        assertThat(names(chosen)).containsExactly("contacts-20260228.csv", "contacts-20260301.csv");
        assertThat(passedOver(chosen))
                .isEqualTo(Map.of("contacts-20260230.csv", Reason.NO_DATE, "contacts-latest.csv", Reason.NO_DATE));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\0',
            value = {
                "x_{yyyy-MM-dd_HHmm}.csv,x_2026-03-01_0730.csv",
                "x{yyyyMMddHHmmss}*.csv,x20260301073000-full.csv",
                "x-{yyyyMMdd'T'HHmm'Z'}.csv,x-20260301T0730Z.csv",
                "{yyMMdd}.csv,260301.csv",
                "{d-MMM-yyyy}.csv,1-Mar-2026.csv"
            })
    void readsDatesInManyForms(String dated, String name) {
        assertThat(names(choice(null, dated, Take.ALL, null, null).choose(List.of(file(name, 0)), taken())))
                .containsExactly(name);
    }

    @Test
    void takesTheNewestOnlyAndNoOlderOneWhenThatWasTaken() {
        FileChoice choice = choice("*.csv", null, Take.NEWEST_ONLY, null, null);
        List<SourceFile> listing = List.of(file("a.csv", 1), file("b.csv", 2), file("c.csv", 3));

        Choice chosen = choice.choose(listing, taken("a.csv"));
        assertThat(names(chosen)).containsExactly("c.csv");
        assertThat(passedOver(chosen)).isEqualTo(Map.of("a.csv", Reason.ALREADY_TAKEN, "b.csv", Reason.NOT_NEWEST));

        assertThat(names(choice.choose(listing, taken("c.csv")))).isEmpty();
    }

    @Test
    void holdsBackNewerFilesBehindAGrowingOne() {
        FileChoice choice = choice("*.csv", null, Take.ALL, null, null);
        List<SourceFile> first = List.of(file("a.csv", 1), file("b.csv", 2), file("c.csv", 3));
        List<SourceFile> second =
                List.of(file("a.csv", 1), new SourceFile("in/b.csv", 99, NIGHT.plusSeconds(2)), file("c.csv", 3));

        Choice chosen = choice.choose(first, second, taken());

        assertThat(names(chosen)).containsExactly("a.csv");
        assertThat(passedOver(chosen)).isEqualTo(Map.of("b.csv", Reason.GROWING, "c.csv", Reason.HELD_BACK));
    }

    @Test
    void waitsForMarkerAndControlFile() {
        FileChoice choice = choice("*", null, Take.ALL, "{name}.done", "{stem}.ctl");
        List<SourceFile> listing = List.of(
                file("a.csv", 1),
                file("a.csv.done", 1),
                file("a.ctl", 1),
                file("b.csv", 2),
                file("b.ctl", 2),
                file("c.csv", 3),
                file("c.csv.done", 3));

        Choice chosen = choice.choose(listing, taken());

        assertThat(chosen.take())
                .containsExactly(new Choice.Chosen(file("a.csv", 1), file("a.csv.done", 1), file("a.ctl", 1)));
        assertThat(passedOver(chosen)).isEqualTo(Map.of("b.csv", Reason.NO_MARKER, "c.csv", Reason.NO_CONTROL_FILE));
    }

    @Test
    void passesOverNamesThatCouldLeaveAFolder() {
        List<SourceFile> listing = List.of(
                new SourceFile("in/..", 1, NIGHT),
                new SourceFile("in/a\\b.csv", 1, NIGHT),
                new SourceFile("in/a\0.csv", 1, NIGHT),
                new SourceFile("in/a\n.csv", 1, NIGHT),
                new SourceFile("in/", 1, NIGHT));

        Choice chosen = FileChoice.matching("*").choose(listing, taken());

        assertThat(chosen.take()).isEmpty();
        assertThat(chosen.passedOver()).hasSize(5).allMatch(passed -> passed.reason() == Reason.UNSAFE_NAME);
    }

    @Test
    void passesOverNamesThatCannotBeOpenedWhereTheyBelongToTheJob() {
        List<SourceFile> listing = List.of(
                new SourceFile("in/b\uFFFDse.csv", 1, NIGHT),
                new SourceFile("in/b\uFFFDse.txt", 1, NIGHT),
                new SourceFile("in/a\n.txt", 1, NIGHT));

        Choice chosen = FileChoice.matching("*.csv").choose(listing, taken());

        assertThat(chosen.take()).isEmpty();
        assertThat(passedOver(chosen)).isEqualTo(Map.of("b\uFFFDse.csv", Reason.UNREADABLE_NAME));
    }

    @Test
    void refusesPatternsThatCannotWork() {
        assertThatThrownBy(() -> FileChoice.matching("{a,b")).hasMessageContaining("a bracket is not closed");
        assertThatThrownBy(() -> FileChoice.matching("[a")).hasMessageContaining("a bracket is not closed");
        assertThatThrownBy(() -> use(choice(null, "contacts.csv", Take.ALL, null, null)))
                .hasMessageContaining("has no date in it");
        assertThatThrownBy(() -> use(choice(null, "contacts-{bad}.csv", Take.ALL, null, null)))
                .hasMessageContaining("\"bad\" is not a date pattern");
        assertThatThrownBy(() -> use(choice(null, null, Take.ALL, "done", null)))
                .hasMessageContaining("is no marker");
    }

    @Test
    void bindsFromAJobFileWithDefaults() {
        JsonMapper json = JsonMapper.builder().build();

        FileChoice choice = json.readValue("{\"pattern\":\"*.csv\"}", FileChoice.class);
        FileChoice marked = json.readValue("{\"marker\":\"{name}.done\",\"take\":\"NEWEST_ONLY\"}", FileChoice.class);

        assertThat(choice.take()).isEqualTo(Take.ALL);
        assertThat(choice.stableFor()).isEqualTo(Duration.ofSeconds(10));
        assertThat(marked.stableFor()).isZero();
        assertThat(marked.take()).isEqualTo(Take.NEWEST_ONLY);
    }

    private static FileChoice choice(
            @Nullable String glob,
            @Nullable String dated,
            Take take,
            @Nullable String marker,
            @Nullable String control) {
        return new FileChoice(glob, null, null, dated, take, List.of(), Duration.ZERO, marker, control);
    }

    private static void use(FileChoice choice) {
        choice.choose(List.of(), file -> false);
    }

    private static SourceFile file(String name, int second) {
        return new SourceFile("in/" + name, 10, NIGHT.plusSeconds(second));
    }

    private static Predicate<SourceFile> taken(String... names) {
        return file -> List.of(names).contains(file.name());
    }

    private static List<String> names(Choice choice) {
        return choice.take().stream().map(chosen -> chosen.file().name()).toList();
    }

    private static Map<String, Reason> passedOver(Choice choice) {
        return choice.passedOver().stream()
                .collect(Collectors.toMap(passed -> passed.file().name(), Choice.PassedOver::reason));
    }
}
