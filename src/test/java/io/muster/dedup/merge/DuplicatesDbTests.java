package io.muster.dedup.merge;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactChange;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.DirectoryState;
import io.muster.dedup.EditResult;
import io.muster.dedup.EditResult.Created;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.MovableClock;
import io.muster.directory.Actor;
import io.muster.directory.ContactField;
import io.muster.directory.Lineage;
import io.muster.directory.OptOut;
import io.muster.directory.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

class DuplicatesDbTests {

    private static final Actor TESTER = Actor.commandLine("tester");

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private final MovableClock clock = new MovableClock();
    private JdbcClient jdbc;
    private ContactEdits edits;
    private Duplicates duplicates;
    private DirectoryFixture directory;

    @BeforeEach
    void createDirectory() {
        jdbc = database.jdbc();
        edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
        duplicates = new Duplicates(database.dataSource(), database.transactions(), clock, database.ids());
        directory = DirectoryFixture.create(jdbc, "extRef", "email", "phone");
    }

    @AfterEach
    void checkInvariant() {
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @Test
    void previewShowsGroupsAndChangesNothing() {
        long first = contact("extRef", "A1", "email", "a@example.org");
        long second = contact("extRef", "A2", "email", "a@example.org", "phone", "+431");
        long third = contact("extRef", "A3", "phone", "+431");
        contact("extRef", "A4", "phone", "+439");
        SortedMap<String, List<String>> before = state();

        Duplicates.Preview preview = duplicates.preview(directory.id(), MergeScope.ACTIVE_RULES, 10);

        assertThat(preview.groups()).isEqualTo(1);
        assertThat(preview.contacts()).isEqualTo(3);
        assertThat(preview.shown())
                .containsExactly(new Duplicates.Group(
                        List.of(first, second, third),
                        List.of(
                                new Evidence(List.of("email"), List.of(first, second)),
                                new Evidence(List.of("phone"), List.of(second, third)))));
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void oldestIdSurvivesWithNewestValues() {
        long first = contact("extRef", "A1", "email", "a@example.org", "firstName", "Old", "embedded.plan", "gold");
        clock.set(3_000);
        long second = contact("extRef", "A2", "email", "A@example.org", "firstName", "Newest", "embedded.seat", "7");
        clock.set(2_000);
        long third = contact("email", "a@EXAMPLE.org", "firstName", "Middle", "lastName", "Middle");
        clock.set(4_000);

        assertThat(mergeAll()).hasSize(1);

        assertThat(directory.numbers()).containsExactly(first);
        assertThat(directory.contact(first))
                .containsEntry("ext_ref", "A1")
                .containsEntry("email", "A@example.org")
                .containsEntry("first_name", "Newest")
                .containsEntry("last_name", "Middle")
                .containsEntry("embedded", "{\"plan\":\"gold\",\"seat\":\"7\"}")
                .containsEntry("created_at", 1_000L)
                .containsEntry("modified_at", 4_000L);
        assertThat(duplicates.survivorOf(directory.id(), second)).hasValue(first);
        assertThat(duplicates.survivorOf(directory.id(), third)).hasValue(first);
    }

    @Test
    void eachValueOfAMergeComesFromWhereItCameToTheContactThatHadIt() {
        long first = contact("extRef", "A1", "email", "a@example.org", "firstName", "Old", "embedded.plan", "gold");
        clock.set(3_000);
        contact("extRef", "A2", "email", "A@example.org", "firstName", "Newest", "embedded.seat", "7");
        clock.set(4_000);

        mergeAll();

        Lineage lineage = Lineage.of((byte[]) directory.contact(first).get("lineage"));
        assertThat(lineage.origin(Lineage.key(ContactField.EXT_REF), true)).isEqualTo(new Origin.Edit(1_000));
        assertThat(lineage.origin(Lineage.key("plan"), true)).isEqualTo(new Origin.Edit(1_000));
        assertThat(lineage.origin(Lineage.key(ContactField.FIRST_NAME), true)).isEqualTo(new Origin.Edit(3_000));
        assertThat(lineage.origin(Lineage.key("seat"), true)).isEqualTo(new Origin.Edit(3_000));
    }

    @Test
    void absorbedReferencesStayAliases() {
        long first = contact("extRef", "A1", "email", "a@example.org");
        long second = contact("extRef", "A2", "email", "a@example.org");

        mergeAll();

        assertThat(edits.upsert(directory.id(), record("extRef", "A2", "firstName", "Ada")))
                .isEqualTo(new EditResult.Updated(first));
        assertThat(directory.contact(first)).containsEntry("ext_ref", "A1");
        assertThat(aliases(first)).containsExactly("A2");
        assertThat(edits.upsert(directory.id(), record("extRef", "A3"))).isInstanceOf(Created.class);
        assertThat(edits.update(directory.id(), 3, change("extRef", "A2")))
                .isEqualTo(new EditResult.ReferenceTaken(directory.id(), first));
        assertThat(second).isEqualTo(2);
    }

    @Test
    void survivorWithoutReferenceGetsTheNewest() {
        long first = contact("email", "a@example.org");
        contact("extRef", "A2", "email", "a@example.org");
        clock.set(2_000);
        contact("extRef", "A3", "email", "a@example.org");

        mergeAll();

        assertThat(directory.contact(first)).containsEntry("ext_ref", "A3");
        assertThat(aliases(first)).containsExactly("A2");
    }

    @Test
    void unitesListsTransactionsTouchpointsAndOptOuts() {
        long first = contact("extRef", "A1", "email", "a@example.org");
        long second = contact("extRef", "A2", "email", "a@example.org");
        int both = directory.addList("both");
        int own = directory.addList("own");
        edits.join(directory.id(), first, both, Map.of("x", "1", "y", "1"), OptOut.UNSAID);
        clock.set(2_000);
        edits.join(directory.id(), second, both, Map.of("y", "2"), OptOut.OUT);
        edits.join(directory.id(), second, own, Map.of(), OptOut.UNSAID);
        edits.update(directory.id(), second, ContactChange.of(OptOut.OUT));
        directory.addTransaction(first, "t1");
        directory.addTransaction(second, "t2");
        directory.addTouchpoint(first, "t1");
        directory.addTouchpoint(second, "t2");
        directory.addResponse(first, "r1");
        directory.addResponse(second, "r2");

        mergeAll();

        assertThat(directory.contact(first)).containsEntry("unsubscribed", 1);
        assertThat(rows("list_member"))
                .hasSize(2)
                .allMatch(row -> Long.valueOf(first).equals(row.get("number")))
                .anyMatch(row -> Integer.valueOf(both).equals(row.get("list_id"))
                        && Integer.valueOf(1).equals(row.get("unsubscribed"))
                        && "{\"x\":\"1\",\"y\":\"2\"}".equals(row.get("embedded")));
        assertThat(rows("contact_transaction"))
                .hasSize(2)
                .allMatch(row -> Long.valueOf(first).equals(row.get("number")));
        assertThat(rows("touchpoint"))
                .hasSize(2)
                .allMatch(row -> Long.valueOf(first).equals(row.get("number")));
        assertThat(rows("response"))
                .hasSize(2)
                .allMatch(row -> Long.valueOf(first).equals(row.get("number")));
    }

    @Test
    void reportsGroupsAboveTheLimit() {
        directory.settings("{\"maxGroup\":2}");
        contact("extRef", "A1", "email", "a@example.org");
        contact("extRef", "A2", "email", "a@example.org");
        contact("extRef", "A3", "email", "a@example.org");

        assertThat(mergeAll()).isEmpty();

        Duplicates.Preview preview = duplicates.preview(directory.id(), MergeScope.ACTIVE_RULES, 10);
        assertThat(preview.groups()).isZero();
        assertThat(preview.tooLarge()).isEqualTo(1);
        assertThat(preview.contactsTooLarge()).isEqualTo(3);
        assertThat(preview.shownTooLarge())
                .singleElement()
                .satisfies(group -> assertThat(group.contacts()).containsExactly(1L, 2L, 3L));
    }

    @Test
    void protectedReferencesAreNotMergedByWeakerRules() {
        directory.settings("{\"protectReference\":true}");
        contact("extRef", "A1", "email", "a@example.org");
        contact("extRef", "A2", "email", "a@example.org");
        contact("extRef", "A3", "phone", "+431");
        edits.update(directory.id(), contact("firstName", "x"), change("email", "a@example.org", "phone", "+431"));

        mergeAll();

        assertThat(directory.numbers()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void undoPutsEverythingBack() {
        long first = contact("extRef", "A1", "email", "a@example.org", "firstName", "Old");
        clock.set(2_000);
        long second = contact(
                "extRef", "A2", "email", "A@example.org", "firstName", "New", "phone", "+431", "embedded.plan", "x");
        int list = directory.addList("l");
        int both = directory.addList("b");
        edits.join(directory.id(), second, list, Map.of("seat", "1"), OptOut.OUT);
        edits.join(directory.id(), first, both, Map.of("seat", "2"), OptOut.UNSAID);
        edits.join(directory.id(), second, both, Map.of("seat", "3"), OptOut.OUT);
        directory.addTransaction(first, "t1");
        directory.addTransaction(second, "t2");
        directory.addTouchpoint(first, "t1");
        directory.addTouchpoint(second, "t2");
        directory.addResponse(first, "r1");
        directory.addResponse(second, "r2");
        SortedMap<String, List<String>> before = state();
        clock.set(5_000);
        long merge = mergeAll().getFirst().id();

        MergeRecord undone = duplicates.undo(merge, TESTER);

        assertThat(undone.state()).isEqualTo(MergeRecord.State.UNDONE);
        assertThat(undone.kept()).isEmpty();
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void responsesOfMergesIntoEachOtherGoBackOneByOne() {
        contact("extRef", "A1", "email", "a@example.org");
        contact("extRef", "A2", "email", "b@example.org");
        contact("extRef", "A3", "email", "b@example.org");
        for (long number = 1; number <= 3; number++) {
            directory.addResponse(number, "r" + number);
        }

        long inner = mergeAll().getFirst().id();
        edits.update(directory.id(), 2, change("email", "a@example.org"));
        long outer = mergeAll().getFirst().id();
        directory.addResponse(1, "later");
        assertThat(rows("response")).extracting(row -> row.get("number")).containsOnly(1L);

        duplicates.undo(outer, TESTER);
        assertThat(responses()).containsExactly("1 later", "1 r1", "2 r2", "2 r3");
        duplicates.undo(inner, TESTER);
        assertThat(responses()).containsExactly("1 later", "1 r1", "2 r2", "3 r3");
    }

    private List<String> responses() {
        return rows("response").stream()
                .map(row -> row.get("number") + " " + row.get("response_id"))
                .sorted()
                .toList();
    }

    @Test
    void undoLeavesLaterChangesOnTheSurvivor() {
        long first = contact("extRef", "A1", "email", "a@example.org", "firstName", "Old", "lastName", "Old");
        clock.set(2_000);
        long second = contact("extRef", "A2", "email", "a@example.org", "firstName", "New", "lastName", "New");
        long merge = mergeAll().getFirst().id();
        edits.update(directory.id(), first, change("firstName", "Later", "embedded.plan", "gold"));

        MergeRecord undone = duplicates.undo(merge, TESTER);

        assertThat(undone.kept()).containsExactly("firstName", "embedded.plan");
        assertThat(directory.contact(first))
                .containsEntry("first_name", "Later")
                .containsEntry("last_name", "Old")
                .containsEntry("embedded", "{\"plan\":\"gold\"}");
        assertThat(directory.contact(second)).containsEntry("first_name", "New").containsEntry("last_name", "New");
    }

    @Test
    void undoTwiceAnswersTheSameAndKeepsThePairApart() {
        contact("extRef", "A1", "email", "a@example.org");
        contact("extRef", "A2", "email", "a@example.org");
        long merge = mergeAll().getFirst().id();
        MergeRecord once = duplicates.undo(merge, TESTER);
        SortedMap<String, List<String>> after = state();
        clock.set(9_000);

        assertThat(duplicates.undo(merge, TESTER)).isEqualTo(once);
        assertThat(state()).isEqualTo(after);
        assertThat(mergeAll()).isEmpty();
        Duplicates.Preview preview = duplicates.preview(directory.id(), MergeScope.ACTIVE_RULES, 10);
        assertThat(preview.groups()).isZero();
        assertThat(preview.keptApart()).isEqualTo(1);
    }

    @Test
    void thirdContactNeverBringsAKeptApartPairTogether() {
        contact("extRef", "A1", "email", "a@example.org");
        contact("extRef", "A2", "email", "a@example.org");
        duplicates.undo(mergeAll().getFirst().id(), TESTER);
        contact("extRef", "A3", "email", "a@example.org");

        mergeAll();
        mergeAll();

        assertThat(directory.numbers()).containsExactly(1L, 2L);
        assertThat(aliases(1)).containsExactly("A3");
        assertThat(mergeAll()).isEmpty();
    }

    @Test
    void mergesOfOneContactAreUndoneLastFirst() {
        contact("extRef", "A1", "email", "a@example.org");
        contact("extRef", "A2", "email", "a@example.org");
        long first = mergeAll().getFirst().id();
        contact("extRef", "A3", "email", "a@example.org");
        long second = mergeAll().getFirst().id();

        assertThatThrownBy(() -> duplicates.undo(first, TESTER))
                .hasMessage("Cannot undo %s: its contact was merged again by %s. Undo that merge first."
                        .formatted(TestDatabase.IDS.merge(first), TestDatabase.IDS.merge(second)));
        duplicates.undo(second, TESTER);
        duplicates.undo(first, TESTER);
        assertThat(directory.numbers()).containsExactly(1L, 2L, 3L);
        assertThat(duplicates.list(directory.id(), Long.MAX_VALUE, 10))
                .extracting(MergeRecord::id)
                .containsExactly(second, first);
    }

    @Test
    void undoIsRefusedWhenTheContactIsGone() {
        contact("extRef", "A1", "email", "a@example.org");
        contact("extRef", "A2", "email", "a@example.org");
        long merge = mergeAll().getFirst().id();
        edits.delete(directory.id(), 1);

        assertThatThrownBy(() -> duplicates.undo(merge, TESTER))
                .hasMessage("Cannot undo " + TestDatabase.IDS.merge(merge)
                        + ": the contact it made has been deleted. Create the contacts anew if they are needed.");
        assertThatThrownBy(() -> duplicates.undo(987_654, TESTER))
                .hasMessage(
                        "Cannot undo " + TestDatabase.IDS.merge(987_654) + ": there is no such merge. Look up its id.");
    }

    @Test
    void undoneContactLeavesKeyOfLaterOwnerAlone() {
        contact("extRef", "A1", "email", "old@example.org", "phone", "+431");
        clock.set(2_000);
        contact("extRef", "A2", "email", "new@example.org", "phone", "+431");
        long merge = mergeAll().getFirst().id();
        // The merge replaced old@example.org, so somebody else may own it now.
        long newcomer = ((Created) edits.upsert(directory.id(), record("email", "old@example.org"))).number();

        duplicates.undo(merge, TESTER);

        assertThat(directory.contact(1)).containsEntry("email", "old@example.org");
        assertThat(rows("claim_shadow")).hasSize(2);
        assertThat(newcomer).isEqualTo(3);
    }

    @Test
    void newKeysOfMergedValuesConnectFurther() {
        DirectoryFixture other = DirectoryFixture.create(jdbc, "email", "firstName,lastName");
        edits.upsert(other.id(), record("email", "z@example.org", "firstName", "Ada", "lastName", "King"));
        edits.upsert(other.id(), record("email", "a@example.org", "firstName", "Ada"));
        edits.upsert(other.id(), record("phone", "+431", "lastName", "King"));
        edits.update(other.id(), 3, change("email", "a@example.org"));

        MergeRun run = duplicates.start(other.id(), MergeScope.ACTIVE_RULES);
        assertThat(run.mergeNext(100)).hasSize(2);

        assertThat(other.numbers()).containsExactly(1L);
        assertThat(run.progress().absorbed()).isEqualTo(2);
        new IdentityInvariant(jdbc).holds(other.id());
    }

    @Test
    void explainsAMerge() {
        contact("extRef", "A1", "email", "a@example.org");
        contact("extRef", "A2", "email", "a@example.org", "embedded.plan", "gold");
        long merge = mergeAll().getFirst().id();

        Duplicates.Explanation explanation = duplicates.show(merge);

        assertThat(explanation.merge().evidence()).containsExactly(new Evidence(List.of("email"), List.of(1L, 2L)));
        assertThat(explanation.before()).extracting(Duplicates.Before::number).containsExactly(1L, 2L);
        assertThat(explanation.before().get(1).values())
                .containsEntry("extRef", "A2")
                .containsEntry("embedded.plan", "gold");
    }

    private List<MergeRun.Step> mergeAll() {
        MergeRun run = duplicates.start(directory.id(), MergeScope.ACTIVE_RULES);
        List<MergeRun.Step> all = new ArrayList<>();
        List<MergeRun.Step> steps = run.mergeNext(2);
        while (!steps.isEmpty()) {
            all.addAll(steps);
            steps = run.mergeNext(2);
        }

        return all;
    }

    /** A contact of its own, even when a rule would recognise it: created bare, then given its values. */
    private long contact(String... pairs) {
        long number = ((Created) edits.upsert(directory.id(), record("language", "en"))).number();
        edits.update(directory.id(), number, ContactChange.clearing(Set.of(ContactField.LANGUAGE)));
        edits.update(directory.id(), number, change(pairs));
        return number;
    }

    private List<String> aliases(long number) {
        return jdbc.sql("SELECT ext_ref FROM contact_alias WHERE directory_id = ? AND number = ? ORDER BY ext_ref")
                .params(directory.id(), number)
                .query(String.class)
                .list();
    }

    private List<Map<String, Object>> rows(String table) {
        return jdbc.sql("SELECT * FROM " + table + " WHERE directory_id = ?")
                .param(directory.id())
                .query()
                .listOfRows();
    }

    /** Every row of the directory but for versions and the survivor's modification time. */
    private SortedMap<String, List<String>> state() {
        return DirectoryState.of(jdbc, directory.id(), Set.of("version", "modified_at", "claim_shadow.created_at"));
    }
}
