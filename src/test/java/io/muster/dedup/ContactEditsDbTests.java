package io.muster.dedup;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.EditResult.Absent;
import io.muster.dedup.EditResult.Created;
import io.muster.dedup.EditResult.Deleted;
import io.muster.dedup.EditResult.Matched;
import io.muster.dedup.EditResult.ReferenceTaken;
import io.muster.dedup.EditResult.Unchanged;
import io.muster.dedup.EditResult.Updated;
import io.muster.directory.Actor;
import io.muster.directory.ContactField;
import io.muster.directory.OptOut;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditEntry;
import io.muster.directory.store.AuditQuery;
import io.muster.support.PublicId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

class ContactEditsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private final MovableClock clock = new MovableClock();
    private JdbcClient jdbc;
    private ContactEdits edits;
    private DirectoryFixture directory;

    @BeforeEach
    void createDirectory() {
        jdbc = database.jdbc();
        edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
        directory = DirectoryFixture.create(jdbc, "extRef", "email,lastName");
    }

    @AfterEach
    void checkInvariant() {
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @Test
    void everyEffectiveEditIsEnteredUnderItsActorWithoutValues() {
        Actor anna = Actor.commandLine("anna");
        ContactEdits hers = edits.as(anna);
        int list = directory.addList("News");
        hers.create(directory.id(), record("extRef", "A1", "email", "ada@example.org"));
        hers.create(directory.id(), record("extRef", "A1"));
        hers.update(directory.id(), 1, change("lastName", "King", "embedded.plan", "gold"));
        hers.update(directory.id(), 1, change("lastName", "King"));
        hers.update(directory.id(), 1, ContactChange.of(OptOut.OUT));
        hers.update(directory.id(), 1, ContactChange.of(OptOut.LIFTED));
        hers.optOut(directory.id(), 1, list, OptOut.OUT);
        assertThat(directory.count("list_member")).isZero();
        hers.join(directory.id(), 1, list, Map.of(), OptOut.UNSAID);
        hers.optOut(directory.id(), 1, list, OptOut.OUT);
        hers.optOut(directory.id(), 1, list, OptOut.LIFTED);
        hers.leave(directory.id(), 1, list);
        hers.delete(directory.id(), 1);

        List<AuditEntry> lines = new Audit(jdbc, clock)
                .read(AuditQuery.about(PublicId.CONTACT, PublicId.contact(directory.id(), 1)), null, 100);
        assertThat(lines).extracting(AuditEntry::actor).containsOnly(anna);
        assertThat(lines.reversed())
                .extracting(line -> line.action() + " " + line.detail())
                .containsExactly(
                        "contact.create {}",
                        "contact.update {fields=[lastName, embedded.plan]}",
                        "contact.opt-out {}",
                        "contact.opt-in {}",
                        "contact.join {list=" + TestDatabase.IDS.list(list) + "}",
                        "contact.opt-out {list=" + TestDatabase.IDS.list(list) + "}",
                        "contact.opt-in {list=" + TestDatabase.IDS.list(list) + "}",
                        "contact.leave {list=" + TestDatabase.IDS.list(list) + "}",
                        "contact.delete {}");
    }

    @Test
    void createsRecordThatMatchesNobody() {
        EditResult result = edits.upsert(directory.id(), record("email", "ada@example.org", "lastName", "Lovelace"));

        assertThat(result).isEqualTo(new Created(1));
        assertThat(directory.contact(1))
                .containsEntry("email", "ada@example.org")
                .containsEntry("created_at", 1_000L);
        assertThat(directory.count("claim")).isEqualTo(1);
    }

    @Test
    void updatesContactThatFirstMatchingRuleFinds() {
        long byName = created("email", "ada@example.org", "lastName", "Lovelace");
        long byReference = created("extRef", "A1", "email", "other@example.org", "lastName", "King");

        EditResult result = edits.upsert(
                directory.id(), record("extRef", "A1", "email", "ADA@example.org", "lastName", "lovelace"));

        assertThat(result).isEqualTo(new Updated(byReference));
        // The value is kept, the key stays with its owner, the pair is a possible duplicate.
        assertThat(directory.contact(byReference)).containsEntry("email", "ADA@example.org");
        assertThat(directory.owner(2)).isEqualTo(byName);
        assertThat(directory.count("claim_shadow")).isEqualTo(1);
    }

    @Test
    void skipsRuleWithBlankField() {
        created("email", "ada@example.org", "lastName", "Lovelace");

        assertThat(edits.upsert(directory.id(), record("email", "ada@example.org", "lastName", "  ")))
                .isEqualTo(new Created(2));
    }

    @Test
    void createsOneContactPerRecordWithoutUsableRule() {
        assertThat(edits.upsert(directory.id(), record("firstName", "Ada"))).isEqualTo(new Created(1));
        assertThat(edits.upsert(directory.id(), record("firstName", "Ada"))).isEqualTo(new Created(2));
    }

    @Test
    void leavesTimeAndVersionAloneWhenNothingChanges() {
        long number = created("extRef", "A1", "firstName", "Ada", "embedded.plan", "gold");
        clock.set(2_000);

        assertThat(edits.upsert(directory.id(), record("extRef", "A1", "firstName", "", "embedded.PLAN", "gold")))
                .isEqualTo(new Unchanged(number));
        assertThat(directory.contact(number))
                .containsEntry("modified_at", 1_000L)
                .containsEntry("version", 1);
    }

    @Test
    void movesTimeAndVersionWithAnEffectiveChange() {
        long number = created("extRef", "A1", "firstName", "Ada");
        clock.set(2_000);

        assertThat(edits.update(directory.id(), number, change("firstName", "Augusta")))
                .isEqualTo(new Updated(number));
        assertThat(directory.contact(number))
                .containsEntry("modified_at", 2_000L)
                .containsEntry("created_at", 1_000L)
                .containsEntry("version", 2);
    }

    @Test
    void appliesPoliciesPerField() {
        directory.settings("""
            {"policies":{"firstName":"FILL_IF_EMPTY","phone":"KEEP","language":"CLEAR_ON_BLANK",
             "embedded.Plan":"CLEAR_ON_BLANK"},"nullTokens":["n/a"]}\
            """);
        long number = created("extRef", "A1", "firstName", "Ada", "language", "en", "embedded.plan", "gold");

        edits.upsert(
                directory.id(),
                record(
                        "extRef",
                        "A1",
                        "firstName",
                        "Augusta",
                        "lastName",
                        "N/A",
                        "phone",
                        "+431",
                        "language",
                        "",
                        "embedded.PLAN",
                        "N/A"));

        assertThat(directory.contact(number))
                .containsEntry("first_name", "Ada")
                .containsEntry("last_name", null)
                .containsEntry("phone", null)
                .containsEntry("language", null)
                .containsEntry("embedded", null);
    }

    @Test
    void keepsFirstSpellingOfEmbeddedNames() {
        long number = created("extRef", "A1", "embedded.Plan", "gold", "embedded.áge", "7");

        edits.upsert(directory.id(), record("extRef", "A1", "embedded.PLAN", "silver", "embedded.ÁGE", "8"));

        assertThat(directory.contact(number)).containsEntry("embedded", "{\"Plan\":\"silver\",\"áge\":\"8\"}");
    }

    @Test
    void refusesReferenceOfAnotherContact() {
        long owner = created("extRef", "A1");
        long other = created("extRef", "A2", "firstName", "Ada");

        EditResult result = edits.update(directory.id(), other, change("extRef", "A1", "firstName", "Augusta"));

        assertThat(result).isEqualTo(new ReferenceTaken(directory.id(), owner));
        assertThat(((ReferenceTaken) result).reason(database.ids()))
                .startsWith("Cannot save the contact: its external reference belongs to CID_")
                .endsWith(". Use another reference, or change that contact.");
        assertThat(directory.contact(other)).containsEntry("ext_ref", "A2").containsEntry("first_name", "Ada");
    }

    @Test
    void releasesReplacedReference() {
        long first = created("extRef", "A1");
        edits.update(directory.id(), first, change("extRef", "A9"));

        assertThat(edits.upsert(directory.id(), record("extRef", "A1"))).isEqualTo(new Created(2));
    }

    @Test
    void oldestHolderOwnsKeyThatIsGivenUp() {
        long owner = created("email", "a@example.org", "lastName", "X");
        long third = duplicate("A3");
        long second = duplicate("A2");

        edits.update(directory.id(), owner, ContactChange.clearing(Set.of(ContactField.EMAIL)));

        assertThat(directory.owner(2)).isEqualTo(Math.min(second, third));
        assertThat(directory.count("claim_shadow")).isEqualTo(1);
    }

    @Test
    void deletesContactWithEverythingThatHangsOnIt() {
        long owner = created("email", "a@example.org", "lastName", "X");
        long heir = duplicate("A2");
        int list = directory.addList("news");
        edits.join(directory.id(), owner, list, Map.of(), OptOut.UNSAID);
        directory.addTransaction(owner, "t1");
        directory.addTouchpoint(owner, "t1");
        directory.addResponse(owner, "r1");

        assertThat(edits.delete(directory.id(), owner)).isEqualTo(new Deleted(owner));

        assertThat(directory.owner(2)).isEqualTo(heir);
        assertThat(directory.count("claim_shadow")).isZero();
        assertThat(directory.count("list_member")).isZero();
        assertThat(directory.count("contact_transaction")).isZero();
        assertThat(directory.count("transaction_claim")).isZero();
        assertThat(directory.count("touchpoint")).isZero();
        assertThat(directory.count("touchpoint_claim")).isZero();
        assertThat(directory.count("response")).isZero();
        assertThat(edits.delete(directory.id(), owner)).isEqualTo(new Absent());
        assertThat(edits.upsert(directory.id(), record("firstName", "new"))).isEqualTo(new Created(3));
    }

    @Test
    void createOnlyLeavesMatchedContactAlone() {
        long number = created("extRef", "A1", "firstName", "Ada");

        assertThat(edits.create(directory.id(), record("extRef", "A1", "firstName", "Augusta")))
                .isEqualTo(new Matched(number));
        assertThat(directory.contact(number)).containsEntry("first_name", "Ada");
    }

    @Test
    void weakerRuleLeavesProtectedReferenceAlone() {
        directory.settings("{\"protectReference\":true}");
        created("extRef", "A1", "email", "a@example.org", "lastName", "X");

        assertThat(edits.upsert(directory.id(), record("extRef", "A2", "email", "a@example.org", "lastName", "X")))
                .isEqualTo(new Created(2));
        assertThat(edits.upsert(directory.id(), record("firstName", "Ada", "email", "a@example.org", "lastName", "X")))
                .isEqualTo(new Updated(1));
    }

    @Test
    void joinsAndLeavesLists() {
        long number = created("extRef", "A1");
        int list = directory.addList("news");
        clock.set(2_000);

        assertThat(edits.join(directory.id(), number, list, Map.of("seat", "4"), OptOut.OUT))
                .isEqualTo(new Updated(number));
        assertThat(edits.join(directory.id(), number, list, Map.of("SEAT", "4"), OptOut.UNSAID))
                .isEqualTo(new Unchanged(number));
        assertThat(directory.contact(number)).containsEntry("modified_at", 2_000L);
        assertThat(edits.leave(directory.id(), number, list)).isEqualTo(new Updated(number));
        assertThat(edits.leave(directory.id(), number, list)).isEqualTo(new Unchanged(number));
    }

    private long created(String... pairs) {
        EditResult result = edits.upsert(directory.id(), record(pairs));
        assertThat(result).isInstanceOf(Created.class);
        return ((Created) result).number();
    }

    /** A contact that shadows the key of (a@example.org, X). */
    private long duplicate(String reference) {
        long number = created("extRef", reference);
        edits.update(directory.id(), number, change("email", "A@example.org", "lastName", "x"));
        return number;
    }
}
