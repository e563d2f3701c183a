package io.muster.runs;

import static io.muster.dedup.DirectoryFixture.change;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.EditResult;
import io.muster.dedup.IncomingContact;
import io.muster.dedup.MovableClock;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeRun;
import io.muster.dedup.merge.MergeScope;
import io.muster.dedup.merge.Rekey;
import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.ContactField;
import io.muster.directory.FieldPolicy;
import io.muster.directory.OptOut;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Each rule of identity through each of its drivers: imports and single edits for what a record does, merges and the
 * re-key for who owns which key. A rule that is broken fails here once for every driver; {@code docs/identity-engine.md}
 * says which.
 */
class EveryWayInJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private static Path folder;

    private static ImportFixture imports;

    private static final MovableClock CLOCK = new MovableClock();
    private static JdbcClient jdbc;
    private static ContactEdits edits;

    private static final Map<String, String> HEADERS = Map.of(
            "firstName", "FirstName",
            "lastName", "LastName",
            "email", "Email",
            "phone", "Phone",
            "extRef", "ExternalDataReference",
            "unsubscribed", "Unsubscribed");

    /** How a record comes in. */
    enum Way {
        IMPORT {
            @Override
            void apply(DirectoryFixture directory, Map<String, String> record) {
                String header = record.keySet().stream()
                        .map(target -> HEADERS.getOrDefault(target, target))
                        .collect(Collectors.joining(","));
                Run run = imports.load(
                        imports.file(header + "\n" + String.join(",", record.values()) + "\n"),
                        ImportFixture.spec(directory.id()),
                        ImportFixture.USUAL);
                assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
            }
        },
        EDITS {
            @Override
            void apply(DirectoryFixture directory, Map<String, String> record) {
                Map<ContactField, String> fields = new EnumMap<>(ContactField.class);
                Map<String, String> embedded = new HashMap<>();
                record.forEach((target, value) -> ContactField.byKey(target)
                        .ifPresentOrElse(field -> fields.put(field, value), () -> embedded.put(target, value)));
                String unsubscribed = embedded.remove("unsubscribed");
                edits.upsert(
                        directory.id(),
                        new IncomingContact(
                                fields, embedded, "true".equals(unsubscribed) ? OptOut.OUT : OptOut.UNSAID));
            }
        };

        /** Applies one record written {@code email, "a@x.org", plan, "gold"}. */
        abstract void apply(DirectoryFixture directory, Map<String, String> record);

        void record(DirectoryFixture directory, String... pairs) {
            Map<String, String> record = new LinkedHashMap<>();
            for (int i = 0; i < pairs.length; i += 2) {
                record.put(pairs[i], pairs[i + 1]);
            }

            apply(directory, record);
        }
    }

    @BeforeAll
    static void start() {
        imports = new ImportFixture(database, folder);
        jdbc = database.jdbc();
        edits = new ContactEdits(jdbc, database.transactions(), CLOCK, database.ids());
    }

    @AfterAll
    static void stop() {
        imports.close();
    }

    private static List<Object> column(DirectoryFixture directory, String column) {
        return directory.numbers().stream()
                .map(number -> (Object) String.valueOf(directory.contact(number).get(column)))
                .toList();
    }

    private static List<Long> shadows(DirectoryFixture directory, int rule) {
        return jdbc.sql("SELECT number FROM claim_shadow WHERE directory_id = ? AND rule_id = ? ORDER BY number")
                .params(directory.id(), rule)
                .query(Long.class)
                .list();
    }

    private static List<Long> owners(DirectoryFixture directory, int rule) {
        return jdbc.sql("SELECT number FROM claim WHERE directory_id = ? AND rule_id = ? ORDER BY number")
                .params(directory.id(), rule)
                .query(Long.class)
                .list();
    }

    private static int mergeAll(DirectoryFixture directory) {
        MergeRun merging = duplicates().start(directory.id(), MergeScope.ACTIVE_RULES);
        int merges = 0;
        for (List<MergeRun.Step> steps = merging.mergeNext(10); !steps.isEmpty(); steps = merging.mergeNext(10)) {
            merges += steps.size();
        }

        return merges;
    }

    private static Duplicates duplicates() {
        return new Duplicates(database.dataSource(), database.transactions(), CLOCK, database.ids());
    }

    private static Rekey.Result rekey(DirectoryFixture directory) {
        return new Rekey(jdbc, database.transactions(), CLOCK).run(directory.id(), progress -> {});
    }

    @ParameterizedTest
    @EnumSource
    void theFirstRuleThatFindsAContactDecides(Way way) {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email");
        way.record(directory, "extRef", "R1", "email", "a@x.org");
        way.record(directory, "extRef", "R2", "email", "b@x.org");

        way.record(directory, "extRef", "R2", "email", "a@x.org", "lastName", "Ray");

        assertThat(column(directory, "last_name")).containsExactly("null", "Ray");
        assertThat(shadows(directory, 2)).containsExactly(2L);
    }

    @ParameterizedTest
    @EnumSource
    void aRuleWithABlankFieldIsSkipped(Way way) {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email");
        way.record(directory, "extRef", "R1", "email", "a@x.org");

        way.record(directory, "extRef", "", "email", "a@x.org", "lastName", "Ray");

        assertThat(column(directory, "last_name")).containsExactly("Ray");
        assertThat(column(directory, "ext_ref")).containsExactly("R1");
    }

    @ParameterizedTest
    @EnumSource
    void aProtectedReferenceKeepsWeakerRulesAway(Way way) {
        DirectoryFixture directory =
                DirectoryFixture.create(jdbc, "extRef", "email").settings("{\"protectReference\":true}");
        way.record(directory, "extRef", "R1", "email", "a@x.org");

        way.record(directory, "extRef", "R2", "email", "a@x.org");

        assertThat(column(directory, "ext_ref")).containsExactly("R1", "R2");
        assertThat(shadows(directory, 2)).containsExactly(2L);
        assertThat(mergeAll(directory)).as("a merge leaves them apart as well").isZero();
    }

    @ParameterizedTest
    @EnumSource
    void policiesDecideWhatARecordChanges(Way way) {
        for (FieldPolicy policy : FieldPolicy.values()) {
            DirectoryFixture directory = DirectoryFixture.create(jdbc, "email")
                    .settings("{\"nullTokens\":[\"n/a\"],\"policies\":{\"lastName\":\"" + policy
                            + "\",\"embedded.plan\":\"" + policy + "\"}}");
            way.record(directory, "email", "a@x.org", "firstName", "Ada", "lastName", "Old", "plan", "old");
            way.record(directory, "email", "a@x.org", "firstName", "", "lastName", "New", "plan", "new");
            boolean replaced = policy == FieldPolicy.OVERWRITE || policy == FieldPolicy.CLEAR_ON_BLANK;
            assertThat(column(directory, "first_name")).containsExactly("Ada");
            assertThat(column(directory, "last_name")).as(policy.name()).containsExactly(replaced ? "New" : "Old");
            assertThat(column(directory, "embedded"))
                    .containsExactly(replaced ? "{\"plan\":\"new\"}" : "{\"plan\":\"old\"}");

            way.record(directory, "email", "a@x.org", "lastName", "N/A", "plan", " ");
            boolean cleared = policy == FieldPolicy.CLEAR_ON_BLANK;
            assertThat(column(directory, "last_name"))
                    .as(policy.name())
                    .containsExactly(cleared ? "null" : replaced ? "New" : "Old");
            way.record(directory, "email", "a@x.org", "lastName", "Again", "plan", "again");
            assertThat(column(directory, "embedded"))
                    .as(policy.name())
                    .containsExactly(replaced ? "{\"plan\":\"again\"}" : "{\"plan\":\"old\"}");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOptOutStaysUntilItIsLifted(Way way) {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "email");
        way.record(directory, "email", "a@x.org", "unsubscribed", "true");
        way.record(directory, "email", "a@x.org", "unsubscribed", "no", "lastName", "Ray");

        assertThat(directory.contact(1)).containsEntry("last_name", "Ray");
        assertThat(column(directory, "unsubscribed")).isNotEqualTo(List.of("0"));
    }

    @ParameterizedTest
    @EnumSource
    void anAliasLeadsToTheSurvivorAndNeverReplacesItsReference(Way way) {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email");
        way.record(directory, "extRef", "R1");
        way.record(directory, "extRef", "R2");
        way.record(directory, "extRef", "R1", "email", "a@x.org");
        way.record(directory, "extRef", "R2", "email", "a@x.org");
        assertThat(mergeAll(directory)).isEqualTo(1);
        assertThat(owners(directory, 1)).containsExactly(1L, 1L);

        way.record(directory, "extRef", "R2", "lastName", "Ray");
        assertThat(column(directory, "ext_ref")).containsExactly("R1");
        way.record(directory, "extRef", "R3", "email", "a@x.org");

        assertThat(directory.numbers()).containsExactly(1L);
        assertThat(directory.contact(1)).containsEntry("last_name", "Ray").containsEntry("ext_ref", "R3");
        assertThat(owners(directory, 1)).as("R1 is released, the alias stays").containsExactly(1L, 1L);
        way.record(directory, "extRef", "R2", "firstName", "Ada");
        assertThat(directory.numbers()).containsExactly(1L);
        edits.update(directory.id(), 1, change("extRef", "R2"));
        way.record(directory, "extRef", "R4", "email", "a@x.org");
        assertThat(column(directory, "ext_ref")).containsExactly("R4");
        assertThat(owners(directory, 1))
                .as("the alias occupies its key whatever becomes of the own reference")
                .containsExactly(1L, 1L);
    }

    @ParameterizedTest
    @EnumSource
    void theOldestHolderOwnsAKeyThatItsOwnerGivesUp(Way way) {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email");
        for (String reference : List.of("R1", "R2", "R3")) {
            way.record(directory, "extRef", reference);
        }

        for (String reference : List.of("R3", "R2", "R1")) {
            way.record(directory, "extRef", reference, "email", "a@x.org");
        }

        assertThat(owners(directory, 2)).containsExactly(3L);
        assertThat(shadows(directory, 2)).containsExactly(1L, 2L);

        way.record(directory, "extRef", "R3", "email", "b@x.org");

        assertThat(owners(directory, 2)).containsExactly(1L, 3L);
        assertThat(shadows(directory, 2)).containsExactly(2L);
    }

    @ParameterizedTest
    @EnumSource
    void aReferenceNeverStandsOnTwoContacts(Way way) {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "email", "extRef");
        way.record(directory, "email", "a@x.org", "extRef", "R1");
        way.record(directory, "email", "b@x.org");

        way.record(directory, "email", "b@x.org", "extRef", "R1", "lastName", "Ray");

        assertThat(column(directory, "ext_ref")).containsExactly("R1", "null");
        assertThat(column(directory, "last_name")).containsExactly("null", "null");
        assertThat(owners(directory, 2)).containsExactly(1L);
    }

    @ParameterizedTest
    @EnumSource
    void keysAreOfFoldedValuesAndNeverOfPlaceholders(Way way) {
        DirectoryFixture directory =
                DirectoryFixture.create(jdbc, "extRef", "lastName").settings("{\"placeholders\":[\"unknown\"]}");
        way.record(directory, "extRef", "R1", "lastName", "Ray");
        way.record(directory, "extRef", "r1", "lastName", "Unknown");
        way.record(directory, "extRef", "", "lastName", "RAY", "firstName", "Ada");

        assertThat(column(directory, "first_name")).containsExactly("Ada", "null");
        assertThat(owners(directory, 2)).containsExactly(1L);
    }

    @Test
    void theReKeyGivesEachKeyToItsOldestHolder() {
        DirectoryFixture directory =
                DirectoryFixture.create(jdbc, "extRef").settings("{\"placeholders\":[\"unknown\"]}");
        for (String name : List.of("Ray", "unknown", "RAY", "Sol")) {
            Way.EDITS.record(directory, "extRef", "R" + name, "lastName", name);
        }

        int rule = directory.addRule("lastName", IdentityRule.State.PENDING);
        rekey(directory);

        assertThat(owners(directory, rule)).containsExactly(1L, 4L);
        assertThat(shadows(directory, rule)).containsExactly(3L);
    }

    @Test
    void theReKeyDoesNotActivateARuleUnderWhichAReferenceStandsOnTwoContacts() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "email");
        Way.EDITS.record(directory, "email", "a@x.org", "extRef", "R1");
        Way.EDITS.record(directory, "email", "b@x.org", "extRef", "R1");

        int rule = directory.addRule("extRef", IdentityRule.State.PENDING);
        assertThat(rekey(directory).problem()).startsWith("Cannot activate the rule extRef");

        assertThat(owners(directory, rule)).containsExactly(1L);
        assertThat(shadows(directory, rule)).containsExactly(2L);
    }

    @Test
    void aMergeHandsKeysToTheSurvivorAndItsUndoGivesThemBack() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email");
        for (String reference : List.of("R1", "R2", "R3")) {
            Way.EDITS.record(directory, "extRef", reference);
        }

        for (String reference : List.of("R2", "R1", "R3")) {
            Way.EDITS.record(directory, "extRef", reference, "email", "a@x.org");
        }

        assertThat(mergeAll(directory)).isEqualTo(1);
        assertThat(owners(directory, 2)).containsExactly(1L);
        assertThat(shadows(directory, 2)).isEmpty();
        assertThat(owners(directory, 1)).containsExactly(1L, 1L, 1L);

        duplicates()
                .undo(
                        duplicates()
                                .list(directory.id(), Long.MAX_VALUE, 1)
                                .getFirst()
                                .id(),
                        AwaitedRuns.TESTER);
        assertThat(owners(directory, 2)).containsExactly(2L);
        assertThat(shadows(directory, 2)).containsExactly(1L, 3L);
        assertThat(owners(directory, 1)).containsExactly(1L, 2L, 3L);
        assertThat(edits.delete(directory.id(), 2)).isInstanceOf(EditResult.Deleted.class);
        assertThat(owners(directory, 2)).containsExactly(1L);
    }
}
