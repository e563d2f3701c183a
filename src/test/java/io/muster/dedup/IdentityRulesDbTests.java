package io.muster.dedup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.database.TestDatabase;
import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.IdentityRule.State;
import io.muster.dedup.rules.KeyMaker;
import io.muster.directory.Contact;
import io.muster.directory.ContactField;
import io.muster.directory.Directory;
import io.muster.directory.DirectoryRows;
import io.muster.directory.DirectorySettings;
import io.muster.directory.IdentityKey;
import io.muster.directory.Profile;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.Directories;
import io.muster.directory.store.EmbeddedNames;
import io.muster.support.Refusal;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class IdentityRulesDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private final DirectoryRows rows = new DirectoryRows(database);
    private final Directories directories = rows.directories();
    private final EmbeddedNames names = new EmbeddedNames(rows.jdbc(), rows.clock());
    private final IdentityRules rules = new IdentityRules(rows.jdbc(), rows.transactions(), names, rows.clock());
    private final Contacts contacts = new Contacts(rows.jdbc(), rows.ids());
    private final ContactSearch search = new ContactSearch(rows.jdbc(), contacts, rules);

    @Test
    void rulesOfANewDirectoryMatchAtOnce() {
        int directory = directories
                .create("New", ZoneOffset.UTC, created -> set(created.number(), "extRef", "email,lastName"))
                .number();
        assertThat(rules.of(directory))
                .containsExactly(
                        new IdentityRule(1, List.of("extRef"), State.ACTIVE),
                        new IdentityRule(2, List.of("email", "lastName"), State.ACTIVE));
    }

    @Test
    void aRuleAddedToContactsIsPendingUntilActivated() {
        int directory = directory("Pending");
        set(directory, "extRef");
        rows.contact(directory, 1, null, null, null, null, "R", null);
        assertThat(set(directory, "extRef", "email"))
                .containsExactly(
                        new IdentityRule(1, List.of("extRef"), State.ACTIVE),
                        new IdentityRule(2, List.of("email"), State.PENDING));
        rules.activate(directory, 2);
        assertThat(rules.of(directory)).extracting(IdentityRule::state).containsOnly(State.ACTIVE);
    }

    @Test
    void aDirectoryWhoseContactsAreAllGoneStillMakesNewRulesPending() {
        int directory = directory("Emptied");
        rows.contact(directory, 1, null, null, null, null, "R", null);
        rows.jdbc()
                .sql("DELETE FROM contact WHERE directory_id = ?")
                .param(directory)
                .update();
        assertThat(set(directory, "email")).extracting(IdentityRule::state).containsExactly(State.PENDING);
    }

    @Test
    void keptRulesKeepTheirIdWhereverTheyStand() {
        int directory = directory("Order");
        set(directory, "extRef", "email,lastName", "embedded.Plan");
        assertThat(set(directory, "embedded.plan", "lastName,email", "phone"))
                .containsExactly(
                        new IdentityRule(3, List.of("embedded.Plan"), State.ACTIVE),
                        new IdentityRule(2, List.of("email", "lastName"), State.ACTIVE),
                        new IdentityRule(4, List.of("phone"), State.ACTIVE));
        assertThat(set(directory, "extRef")).containsExactly(new IdentityRule(5, List.of("extRef"), State.ACTIVE));
        assertThat(names.of(directory).names()).containsExactly("Plan");
    }

    @Test
    void aRemovedRuleTakesItsKeysAlong() {
        int directory = directory("Removed");
        set(directory, "extRef", "email");
        for (int i = 0; i < 25; i++) {
            claim(directory, 1, "a" + i, i);
            claim(directory, 2, "b" + i, i);
            shadow(directory, 2, "b" + i, 100 + i);
        }

        set(directory, "extRef");
        assertThat(count("claim", directory, 1)).isEqualTo(25);
        assertThat(count("claim", directory, 2)).isZero();
        assertThat(count("claim_shadow", directory, 2)).isZero();
        assertThat(count("identity_rule", directory, 2)).isZero();
    }

    @Test
    void aSweepThatWasCutOffGoesOn() {
        int directory = directory("Sweep");
        set(directory, "extRef", "email");
        claim(directory, 2, "x", 1);
        rows.jdbc()
                .sql("UPDATE identity_rule SET state = 'RETIRED' WHERE directory_id = ? AND rule_id = 2")
                .param(directory)
                .update();
        assertThat(rules.of(directory)).extracting(IdentityRule::id).containsExactly(1);
        rules.sweep(directory);
        assertThat(count("claim", directory, 2)).isZero();
        assertThat(set(directory, "extRef", "email"))
                .extracting(IdentityRule::id)
                .containsExactly(1, 3);
    }

    @Test
    void refusesTheSameRuleTwice() {
        int directory = directory("Twice");
        assertThatThrownBy(() -> set(directory, "email,embedded.A", "embedded.a,email"))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot set the identity rule 'embedded.a,email' twice: each would find the same contacts."
                        + " Name it once.");
        assertThat(rules.of(directory)).isEmpty();
    }

    @Test
    void findsByMailboxWithoutCaseWithAndWithoutARule() {
        Directory scanned = directories.create("Scan", ZoneOffset.UTC, created -> {});
        Directory keyed =
                directories.create("Keyed", ZoneOffset.UTC, created -> set(created.number(), "email", "phone"));
        for (Directory directory : List.of(scanned, keyed)) {
            int number = directory.number();
            email(directory, 1, "Anna@Bücher.example", false);
            email(directory, 2, "other@b.de", false);
            email(directory, 40_000, "ANNA@xn--bcher-kva.EXAMPLE", true);
            assertThat(found(directory, new ContactQuery.Email(" anna@bücher.example ")))
                    .containsExactly(1L, 40_000L);
            assertThat(found(directory, new ContactQuery.Email("nobody@b.de"))).isEmpty();
            assertThat(contacts.count(number)).isEqualTo(3);
        }

        assertThat(search.find(scanned, new ContactQuery.Email("anna@bücher.example"), 1))
                .extracting(Contact::number)
                .containsExactly(1L);
    }

    @Test
    void findsPlaceholdersThoughTheyFormNoKey() {
        Directory directory = directories.create("Holders", ZoneOffset.UTC, created -> set(created.number(), "email"));
        Directory changed = directories.change(
                directory.number(),
                before -> new DirectorySettings(
                        Map.of(), List.of(), null, before.mergeMode(), false, List.of("info@b.de"), 50, List.of()));
        rows.contact(changed.number(), 1, null, null, "Info@b.de", null, null, null);
        assertThat(found(changed, new ContactQuery.Email("info@b.de"))).containsExactly(1L);
    }

    @Test
    void findsByReferenceAndAliasExactly() {
        Directory directory = directories.create("References", ZoneOffset.UTC, created -> {});
        rows.contact(directory.number(), 1, null, null, null, null, "Ref", null);
        rows.contact(directory.number(), 2, null, null, null, null, "other", null);
        rows.alias(directory.number(), 2, "OLD", 1);
        assertThat(found(directory, new ContactQuery.Reference("Ref"))).containsExactly(1L);
        assertThat(found(directory, new ContactQuery.Reference("ref"))).isEmpty();
        assertThat(found(directory, new ContactQuery.Reference("OLD"))).containsExactly(2L);
    }

    @Test
    void readsThePhoneNumberToFindAsAnImportDoes() {
        Directory directory = directories.change(
                directory("Phones"),
                before -> new DirectorySettings(
                        Map.of(), List.of(), "DE", before.mergeMode(), false, List.of(), 50, List.of()));
        rows.contact(directory.number(), 7, null, null, null, "+4930123456", null, null);
        assertThat(found(directory, new ContactQuery.Phone("030 123456"))).containsExactly(7L);
        assertThat(found(directory, new ContactQuery.Phone("+49 (0)30 123456"))).containsExactly(7L);
        assertThatThrownBy(() -> found(directory, new ContactQuery.Phone("abc")))
                .hasMessage("Cannot search for that phone number: it is none."
                        + " The phone number contains a character that no phone number has.");
    }

    @Test
    void findsByWordsOfTheName() {
        Directory directory = directories.create("Words", ZoneOffset.UTC, created -> {});
        rows.contact(directory.number(), 1, "Anna Maria", "Schmidt", null, null, null, null);
        rows.contact(directory.number(), 2, null, "ANNASTRASSE", null, null, null, null);
        rows.contact(directory.number(), 3, "Ben", null, null, null, null, null);
        assertThat(found(directory, new ContactQuery.Name("schm anna"))).containsExactly(1L);
        assertThat(found(directory, new ContactQuery.Name("anna"))).containsExactly(1L, 2L);
        assertThat(found(directory, new ContactQuery.Name("annastraße"))).containsExactly(2L);
        assertThatThrownBy(() -> found(directory, new ContactQuery.Name(" ")))
                .hasMessageStartingWith("Cannot search for a blank value");
    }

    private List<Long> found(Directory directory, ContactQuery query) {
        return search.find(directory, query, 100).stream().map(Contact::number).toList();
    }

    private void email(Directory directory, long number, String email, boolean shadow) {
        rows.contact(directory.number(), number, null, null, email, null, null, null);
        List<IdentityRule> present = rules.of(directory.number());
        if (!present.isEmpty()) {
            IdentityKey key = new KeyMaker(present, UnaryOperator.identity(), List.of())
                    .key(0, new Profile(Map.of(ContactField.EMAIL, email), new TreeMap<>(), false));
            String table = shadow ? "claim_shadow (created_at, " : "claim (";
            rows.jdbc()
                    .sql("INSERT INTO " + table + "directory_id, rule_id, key_hash, number) VALUES ("
                            + (shadow ? "0, " : "") + "?, ?, ?, ?)")
                    .params(directory.number(), 1, Objects.requireNonNull(key).bytes(), number)
                    .update();
        }
    }

    private int directory(String name) {
        return directories.create(name, ZoneOffset.UTC, created -> {}).number();
    }

    private List<IdentityRule> set(int directory, String... texts) {
        return rules.set(
                directory, List.of(texts).stream().map(IdentityRule::parse).toList());
    }

    private void claim(int directory, int rule, String key, long number) {
        rows.jdbc()
                .sql("INSERT INTO claim VALUES (?, ?, ?, ?)")
                .params(directory, rule, EmbeddedNames.key(key), number)
                .update();
    }

    private void shadow(int directory, int rule, String key, long number) {
        rows.jdbc()
                .sql("INSERT INTO claim_shadow VALUES (?, ?, ?, ?, 0)")
                .params(directory, rule, EmbeddedNames.key(key), number)
                .update();
    }

    private long count(String table, int directory, int rule) {
        return rows.jdbc()
                .sql("SELECT COUNT(*) FROM " + table + " WHERE directory_id = ? AND rule_id = ?")
                .params(directory, rule)
                .query(Long.class)
                .single();
    }
}
