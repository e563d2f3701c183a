package io.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** The record of where values come from: what it says after statements, and what it takes to store. */
class LineageTests {

    private static final long EMAIL = Lineage.key(ContactField.EMAIL);
    private static final long PHONE = Lineage.key(ContactField.PHONE);
    private static final long PLAN = Lineage.key("plan");

    private static final Profile ANNA = contact("a@x.org", null, Map.of("plan", "gold", "City", "Rome"));

    private static Profile contact(@Nullable String email, @Nullable String phone, Map<String, String> embedded) {
        Map<ContactField, String> fields = new HashMap<>();
        if (email != null) {
            fields.put(ContactField.EMAIL, email);
        }

        if (phone != null) {
            fields.put(ContactField.PHONE, phone);
        }

        return new Profile(fields, embedded, false);
    }

    private static Origin row(long run, long row) {
        return new Origin.Row(run, row, Origin.NO_AS_OF);
    }

    private static Origin row(long run, long row, long asOf) {
        return new Origin.Row(run, row, asOf);
    }

    /** What comes back from the bytes, as it is after a restart. */
    private static Lineage stored(Lineage lineage) {
        Lineage read = Lineage.of(lineage.stored());
        assertThat(read).isEqualTo(lineage).hasToString(lineage.toString());
        return read;
    }

    @Test
    void aContactThatOneRowMadeTakesAFewBytesWhateverItHolds() {
        Lineage lineage = stored(Lineage.created(row(300, 1_000_000)));

        assertThat(lineage.stored()).hasSize(6);
        assertThat(lineage.origin(EMAIL, true)).isEqualTo(row(300, 1_000_000));
        assertThat(lineage.origin(PLAN, true)).isEqualTo(row(300, 1_000_000));
        assertThat(lineage.origin(PHONE, false)).as("it has none").isNull();
        assertThat(lineage.origins(ANNA)).containsOnlyKeys(EMAIL, PLAN, Lineage.key("City"));
    }

    @Test
    void nothingIsKnownOfAContactWithoutARecord() {
        assertThat(Lineage.UNKNOWN.stored()).isNull();
        assertThat(Lineage.of(null)).isEqualTo(Lineage.UNKNOWN);
        assertThat(Lineage.UNKNOWN.origin(EMAIL, true)).isNull();

        Lineage lineage = stored(Lineage.UNKNOWN.with(row(2, 7), Set.of(EMAIL), ANNA, ANNA, never -> false));
        assertThat(lineage.origin(EMAIL, true)).isEqualTo(row(2, 7));
        assertThat(lineage.origin(PLAN, true)).as("what the row did not set").isNull();
    }

    @Test
    void theNewestStatementAboutAFieldCounts() {
        Lineage lineage = Lineage.created(row(1, 1)).with(row(2, 5), Set.of(PLAN), ANNA, ANNA, never -> false);
        lineage = stored(lineage.with(new Origin.Edit(1_700_000_000_000L), Set.of(EMAIL), ANNA, ANNA, never -> false));

        assertThat(lineage.origin(EMAIL, true)).isEqualTo(new Origin.Edit(1_700_000_000_000L));
        assertThat(lineage.origin(PLAN, true)).isEqualTo(row(2, 5));
        assertThat(lineage.origin(Lineage.key("City"), true)).isEqualTo(row(1, 1));
    }

    @Test
    void namesOfEmbeddedDataCompareWithoutCase() {
        assertThat(Lineage.key("PLAN")).isEqualTo(PLAN).isNotEqualTo(Lineage.key("plans"));
    }

    @Test
    void clearedFieldsAreRememberedAsWell() {
        Profile without = contact(null, null, ANNA.embedded());
        Lineage lineage =
                stored(Lineage.created(row(1, 1)).with(row(2, 3), Set.of(EMAIL), ANNA, without, never -> false));

        assertThat(lineage.origin(EMAIL, false)).isEqualTo(row(2, 3));
        assertThat(lineage.origins(without)).containsEntry(EMAIL, row(2, 3));
    }

    @Test
    void aStatementAboutNearlyEverythingIsStoredByWhatItIsNotAbout() {
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 40; i++) {
            many.put("name " + i, "value");
        }

        Profile contact = contact("a@x.org", null, many);
        Set<Long> allButOne = new HashSet<>(Lineage.present(contact));
        allButOne.remove(Lineage.key("name 7"));
        Lineage lineage =
                stored(Lineage.created(row(1, 1)).with(row(2, 2), allButOne, contact, contact, never -> false));

        assertThat(lineage.stored()).hasSizeLessThan(25);
        assertThat(lineage.origin(Lineage.key("name 7"), true)).isEqualTo(row(1, 1));
        assertThat(lineage.origin(Lineage.key("name 8"), true)).isEqualTo(row(2, 2));
    }

    @Test
    void whatASourceSaidIsRememberedAfterAnotherSpoke() {
        Predicate<Origin> ofRunTwo = origin -> origin instanceof Origin.Row row && row.run() == 2;
        Profile called = contact("a@x.org", "+49", ANNA.embedded());
        Lineage lineage =
                Lineage.created(row(1, 1, 100)).with(row(2, 1, 50), Set.of(EMAIL, PHONE), ANNA, called, ofRunTwo);
        lineage = stored(lineage.with(row(2, 2, 60), Set.of(EMAIL), called, called, ofRunTwo));

        assertThat(lineage.origin(EMAIL, true)).isEqualTo(row(2, 2, 60));
        Predicate<Origin> ofRunOne = origin -> origin instanceof Origin.Row row && row.run() == 1;
        assertThat(lineage.newest(EMAIL, true, ofRunOne)).isEqualTo(row(1, 1, 100));
        assertThat(lineage.newest(PHONE, true, ofRunOne))
                .as("which its contact did not have")
                .isNull();
        assertThat(lineage.newest(PHONE, true, ofRunTwo)).isEqualTo(row(2, 1, 50));
    }

    @Test
    void whatWasSaidOfMergedContactsStillCountsByItsMoment() {
        Predicate<Origin> ofRunOne = origin -> origin instanceof Origin.Row row && row.run() == 1;
        Predicate<Origin> ofRunTwo = origin -> origin instanceof Origin.Row row && row.run() == 2;
        Profile bert = contact("b@x.org", null, Map.of());
        Lineage.State older = new Lineage.State(ANNA, Lineage.created(row(1, 1, 100)));
        Lineage.State newer = new Lineage.State(bert, Lineage.created(row(2, 5, 50)));
        Profile both = contact("b@x.org", null, ANNA.embedded());

        Lineage merged = stored(Lineage.merged(List.of(older, newer), null, both));
        assertThat(merged.origin(EMAIL, true)).isEqualTo(row(2, 5, 50));
        assertThat(merged.newest(EMAIL, true, ofRunOne)).isEqualTo(row(1, 1, 100));
        assertThat(merged.origin(PLAN, true)).isEqualTo(row(1, 1, 100));

        Profile cleared = contact(null, null, Map.of());
        Lineage.State took = new Lineage.State(
                cleared, newer.lineage().with(row(2, 6, 60), Set.of(EMAIL), bert, cleared, never -> false));
        merged = stored(Lineage.merged(List.of(older, took), null, ANNA));
        assertThat(merged.origin(EMAIL, true)).as("whose value it is").isEqualTo(row(1, 1, 100));
        assertThat(merged.newest(EMAIL, true, ofRunTwo)).isEqualTo(row(2, 6, 60));

        Lineage.State unknown = new Lineage.State(bert, Lineage.UNKNOWN);
        assertThat(Lineage.merged(List.of(older, unknown), null, both).origin(EMAIL, true))
                .as("nobody knows")
                .isNull();
    }

    @Test
    void fieldsGoBackWithWhatWasKnownOfThem() {
        Lineage then = Lineage.created(row(1, 1));
        Lineage now = then.with(row(2, 2), Set.of(EMAIL, PLAN), ANNA, ANNA, never -> false);

        Lineage.State left = new Lineage.State(ANNA, now);
        Lineage back = stored(Lineage.goneBack(new Lineage.State(ANNA, then), left, left, ANNA));
        assertThat(back.origin(EMAIL, true)).isEqualTo(row(1, 1));
        assertThat(back.origin(PLAN, true)).isEqualTo(row(1, 1));
        assertThat(back).isEqualTo(then);
    }

    @Test
    void aFieldThatStaysAsTheUndoneActLeftItComesFromThere() {
        Lineage then = Lineage.created(row(1, 1));
        Profile other = contact("b@x.org", "+49", ANNA.embedded());
        Lineage.State left =
                new Lineage.State(other, then.with(row(2, 2), Set.of(EMAIL, PHONE), ANNA, other, never -> false));

        Lineage back = stored(
                Lineage.goneBack(new Lineage.State(ANNA, then), left, left, contact("b@x.org", null, ANNA.embedded())));

        assertThat(back.origin(EMAIL, true)).isEqualTo(row(2, 2));
        assertThat(back.origin(PHONE, false)).isNull();
        assertThat(back.origin(PLAN, true)).isEqualTo(row(1, 1));
    }

    /** What one act said is forgotten: all else is known as if it had never been. */
    @RepeatedTest(200)
    void whatIsTakenBackWasNeverSaid(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Long> fields = List.copyOf(Lineage.present(ANNA));
        Lineage with = Lineage.created(row(0, 1, 0));
        Lineage without = with;
        Lineage before = with;
        Lineage left = with;
        int undone = random.nextInt(8);
        for (int step = 0; step < 8; step++) {
            int source = random.nextInt(4);
            long run = 3 * (step + 1L) + source;
            Origin origin = source == 3 ? new Origin.Edit(step) : row(run, step, source == 2 ? Origin.NO_AS_OF : step);
            Predicate<Origin> same = other ->
                    origin instanceof Origin.Row && other instanceof Origin.Row row && row.run() % 3 == run % 3;
            Set<Long> said = new HashSet<>(fields);
            said.removeIf(field -> random.nextBoolean());
            before = step == undone ? with : before;
            with = with.with(origin, said, ANNA, ANNA, same);
            left = step == undone ? with : left;
            without = step == undone ? without : without.with(origin, said, ANNA, ANNA, same);
        }

        Lineage back = stored(Lineage.goneBack(
                new Lineage.State(ANNA, before), new Lineage.State(ANNA, left), new Lineage.State(ANNA, with), ANNA));

        for (long field : fields) {
            assertThat(back.origin(field, true)).as("%s, %s", back, without).isEqualTo(without.origin(field, true));
            for (int of = 0; of < 2; of++) {
                int wanted = of;
                Predicate<Origin> ofSource = other -> other instanceof Origin.Row row && row.run() % 3 == wanted;
                assertThat(back.newest(field, true, ofSource))
                        .as("source %d in %s, %s", of, back, without)
                        .isEqualTo(without.newest(field, true, ofSource));
            }
        }
    }

    /** Against maps: for every field, the last origin that set it, and the last of each source. */
    @RepeatedTest(200)
    void anyHistoryIsRememberedFieldByField(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<String> names = List.of("a", "b", "c", "d", "e", "f");
        Map<Long, Origin> newest = new HashMap<>();
        List<Map<Long, Origin>> bySource = List.of(new HashMap<>(), new HashMap<>());
        Profile contact = random(random, names);
        boolean made = random.nextBoolean();
        Lineage lineage = made ? Lineage.created(row(2, 1, 0)) : Lineage.UNKNOWN;
        if (made) {
            Lineage.present(contact).forEach(field -> {
                newest.put(field, row(2, 1, 0));
                bySource.getFirst().put(field, row(2, 1, 0));
            });
        }

        for (int step = 1; step < 12; step++) {
            Profile after = random(random, names);
            Set<Long> fields = new HashSet<>(Lineage.changed(contact, after));
            List<Long> present = new ArrayList<>(Lineage.present(after));
            present.stream().filter(field -> random.nextInt(3) == 0).forEach(fields::add);
            int source = random.nextInt(3);
            Origin origin = source == 2 ? new Origin.Edit(step) : row(2L * step + source, step, step);
            Predicate<Origin> same = other -> source < 2 && other instanceof Origin.Row row && row.run() % 2 == source;
            lineage = stored(lineage.with(origin, fields, contact, after, same));
            contact = after;
            fields.forEach(field -> newest.put(field, origin));
            if (source < 2) {
                fields.forEach(field -> bySource.get(source).put(field, origin));
            }

            for (long field : present) {
                assertThat(lineage.origin(field, true)).isEqualTo(newest.get(field));
                for (int of = 0; of < 2; of++) {
                    int wanted = of;
                    Origin said = lineage.newest(
                            field, true, other -> other instanceof Origin.Row row && row.run() % 2 == wanted);
                    assertThat(said)
                            .as("source %d in %s", of, lineage)
                            .isEqualTo(bySource.get(of).get(field));
                }
            }
        }
    }

    private static Profile random(Random random, List<String> names) {
        Map<String, String> embedded = new HashMap<>();
        names.stream()
                .filter(name -> random.nextInt(4) > 0)
                .forEach(name -> embedded.put(name, random.nextBoolean() ? "x" : "y"));
        return contact(random.nextBoolean() ? "a@x.org" : null, random.nextInt(3) > 0 ? "+49" : null, embedded);
    }
}
