package io.muster.dedup.merge;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.DirectoryIdentity;
import io.muster.dedup.EditResult.Created;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.IdentityReader;
import io.muster.dedup.KeyedContact;
import io.muster.dedup.MovableClock;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

class PossibleDuplicatesDbTests {

    private static final Actor LENA = new Actor(Actor.Kind.USER, "lena");

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private final MovableClock clock = new MovableClock();
    private JdbcClient jdbc;
    private ContactEdits edits;
    private Duplicates duplicates;
    private PossibleDuplicates possible;
    private DirectoryFixture directory;

    @BeforeEach
    void createDirectory() {
        jdbc = database.jdbc();
        edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
        duplicates = new Duplicates(database.dataSource(), database.transactions(), clock, database.ids());
        possible = new PossibleDuplicates(jdbc, database.transactions(), clock, database.ids());
        directory = DirectoryFixture.create(jdbc, "extRef", "email", "phone");
    }

    @AfterEach
    void checkInvariant() {
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    private long contact(String... values) {
        long number = ((Created) edits.create(
                        directory.id(),
                        record("embedded.made", UUID.randomUUID().toString())))
                .number();
        edits.update(directory.id(), number, change(values));
        return number;
    }

    private static List<Long> numbers(PossibleGroup group) {
        return group.contacts().stream().map(KeyedContact::number).toList();
    }

    private DirectoryIdentity identity() {
        return new IdentityReader(jdbc).read(directory.id());
    }

    private List<List<Long>> all(int most) {
        List<List<Long>> all = new ArrayList<>();
        PossibleDuplicates.Place place = null;
        do {
            PossibleDuplicates.Part part = possible.some(identity(), null, place, most);
            part.groups().forEach(group -> all.add(numbers(group)));
            place = part.next();
        } while (place != null);

        return all;
    }

    private Directory found() {
        return new Directories(jdbc, new TransactionTemplate(database.transactions()), clock, database.ids())
                .byNumber(directory.id())
                .orElseThrow();
    }

    private Map<Long, Integer> versions(long... numbers) {
        Map<Long, Integer> versions = new TreeMap<>();
        for (long number : numbers) {
            versions.put(
                    number,
                    Integer.valueOf(String.valueOf(directory.contact(number).get("version"))));
        }

        return versions;
    }

    @Test
    void everyGroupIsThereOnceHoweverLargeThePartsAre() {
        for (int i = 0; i < 12; i++) {
            contact("extRef", "a" + i, "email", "u" + i + "@example.org", "phone", "+49300" + i);
            contact("extRef", "b" + i, "email", "u" + i + "@example.org", "phone", "+49300" + i);
        }

        List<List<Long>> merged = duplicates.preview(directory.id(), MergeScope.ACTIVE_RULES, 100).shown().stream()
                .map(Duplicates.Group::contacts)
                .toList();

        for (int most : new int[] {1, 5, 100}) {
            assertThat(all(most)).as("parts of %d", most).containsExactlyInAnyOrderElementsOf(merged);
        }
    }

    @Test
    void aGroupHasEverybodyWhoIsConnectedThroughOthers() {
        long first = contact("extRef", "1", "email", "a@example.org");
        long second = contact("extRef", "2", "email", "a@example.org", "phone", "+4930123456");
        long third = contact("extRef", "3", "phone", "+4930123456");

        for (long asked : new long[] {first, second, third}) {
            PossibleGroup group = possible.around(identity(), MergeScope.ACTIVE_RULES, asked, List.of())
                    .orElseThrow()
                    .group();
            assertThat(numbers(group)).containsExactly(first, second, third);
            assertThat(group.because())
                    .extracting(PossibleGroup.Shared::values)
                    .containsExactly(List.of("a@example.org"), List.of("+4930123456"));
        }

        assertThat(numbers(possible.around(identity(), MergeScope.ACTIVE_RULES, first, List.of(second))
                        .orElseThrow()
                        .group()))
                .containsExactly(first);
        assertThat(possible.around(identity(), MergeScope.ACTIVE_RULES, 99, List.of()))
                .isEmpty();
    }

    @Test
    void whoIsKeptApartIsNeitherOfferedNorMergedByARun() {
        long first = contact("extRef", "1", "email", "a@example.org");
        long second = contact("extRef", "2", "email", "a@example.org");

        possible.keepApart(found(), new TreeSet<>(List.of(first, second)), LENA);
        possible.keepApart(found(), new TreeSet<>(List.of(first, second)), LENA);

        assertThat(all(10)).isEmpty();
        assertThat(duplicates.start(directory.id(), MergeScope.ACTIVE_RULES).mergeNext(10))
                .isEmpty();
        assertThat(possible.apart(directory.id(), null, 10)).singleElement().satisfies(apart -> {
            assertThat(apart.contacts()).extracting(KeyedContact::number).containsExactly(first, second);
            possible.allow(found(), apart.mark(), LENA);
        });
        assertThat(all(10)).containsExactly(List.of(first, second));
        assertThat(jdbc.sql("SELECT action FROM audit WHERE directory_id = ? AND actor = 'lena' ORDER BY id")
                        .param(directory.id())
                        .query(String.class)
                        .list())
                .containsExactly("duplicates.keep-apart", "duplicates.allow-merge");
    }

    @Test
    void whatWasTakenBackDoesNotComeAgainWithAnUndo() {
        long first = contact("extRef", "1", "email", "a@example.org");
        long second = contact("extRef", "2", "email", "a@example.org");
        long third = contact("extRef", "3", "email", "b@example.org");
        possible.keepApart(found(), new TreeSet<>(List.of(second, third)), LENA);
        long merge = possible.merge(
                        directory.id(), MergeScope.ACTIVE_RULES, new TreeMap<>(versions(first, second)), LENA)
                .merge();
        possible.allow(
                found(), possible.apart(directory.id(), null, 10).getFirst().mark(), LENA);

        duplicates.undo(merge, LENA);

        assertThat(possible.apart(directory.id(), null, 10)).isEmpty();
        assertThat(possible.apart(directory.id(), merge).orElseThrow().contacts())
                .extracting(KeyedContact::number)
                .containsExactly(first, second);
    }

    @Test
    void contactsAreMergedAsTheyWereSeenOrNotAtAll() {
        long first = contact("extRef", "1", "email", "a@example.org");
        long second = contact("extRef", "2", "email", "a@example.org");
        long third = contact("extRef", "3", "email", "b@example.org");
        TreeMap<Long, Integer> seen = new TreeMap<>(versions(first, second));
        edits.update(directory.id(), second, change("firstName", "Ada"));

        assertThatThrownBy(() -> possible.merge(directory.id(), MergeScope.ACTIVE_RULES, seen, LENA))
                .hasMessage(
                        "Cannot merge the contacts: %s was changed since they were shown. Look at them again; nothing"
                                        .formatted(database.ids().contact(directory.id(), second))
                                + " was merged.");
        assertThatThrownBy(() -> possible.merge(
                        directory.id(), MergeScope.ACTIVE_RULES, new TreeMap<>(versions(first, third)), LENA))
                .hasMessageContaining("do not share a key any more, or are kept apart");
        TreeMap<Long, Integer> again = new TreeMap<>(versions(first, second));
        PossibleDuplicates.Made made = possible.merge(directory.id(), MergeScope.ACTIVE_RULES, again, LENA);

        assertThat(possible.merge(directory.id(), MergeScope.ACTIVE_RULES, again, LENA))
                .isEqualTo(made);
        assertThat(directory.numbers()).containsExactly(first, third);
    }

    @Test
    void thePreviewOfAnUndoSaysWhatItWouldDoAndChangesNothing() {
        long first = contact("extRef", "1", "email", "a@example.org");
        long second = contact("extRef", "2", "email", "a@example.org", "firstName", "Ada");
        directory.addTouchpoint(second, "t1");
        directory.addTransaction(second, "t1");
        long merge = possible.merge(
                        directory.id(), MergeScope.ACTIVE_RULES, new TreeMap<>(versions(first, second)), LENA)
                .merge();
        edits.update(directory.id(), first, change("firstName", "Augusta"));

        UndoneMerge preview = duplicates.previewUndo(merge);

        assertThat(preview.restored()).containsExactly(second);
        assertThat(preview.touchpoints()).isOne();
        assertThat(preview.transactions()).isOne();
        assertThat(preview.merge().kept()).containsExactly("firstName");
        assertThat(directory.numbers()).containsExactly(first);
        assertThat(duplicates.show(merge).merge().state()).isEqualTo(MergeRecord.State.MERGED);
    }

    @Test
    void aKeyThatVeryManyHoldIsAGroupThatIsTooLarge() {
        directory.settings("{\"maxGroup\":3}");
        for (int i = 0; i < 210; i++) {
            contact("extRef", "r" + i, "email", "info@example.org");
        }

        contact("extRef", "x", "email", "pair@example.org");
        contact("extRef", "y", "email", "pair@example.org");

        PossibleDuplicates.Part part = possible.some(identity(), null, null, 10);

        assertThat(part.groups()).hasSize(2);
        assertThat(part.groups().stream().filter(PossibleGroup::tooLarge))
                .singleElement()
                .satisfies(group -> {
                    assertThat(group.contacts()).hasSize(3);
                    Reviewed reviewed = possible.around(
                                    identity(),
                                    MergeScope.ACTIVE_RULES,
                                    group.contacts().getFirst().number(),
                                    List.of())
                            .orElseThrow();
                    assertThat(reviewed.group().tooLarge()).isTrue();
                    assertThat(reviewed.group().contacts()).hasSize(3);
                });
    }
}
