package io.muster.runs;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.EditResult;
import io.muster.dedup.MovableClock;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeRun;
import io.muster.dedup.merge.MergeScope;
import io.muster.dedup.merge.Rekey;
import io.muster.dedup.resolve.KeyMemory;
import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.KeyMaker;
import io.muster.directory.ContactField;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import io.muster.directory.Profile;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.support.Refusal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A key that a run has taken for a contact it has not written yet, planted by hand, and what single edits, imports,
 * merges and the re-key do about it.
 */
class TakenKeysJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final long RUN = 42;

    @TempDir
    private Path folder;

    private final JdbcClient jdbc = database.jdbc();
    private final MovableClock clock = new MovableClock();
    private ImportFixture imports;
    private ContactEdits edits;
    private DirectoryFixture directory;

    @BeforeEach
    void start() {
        imports = new ImportFixture(database, folder);
        edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
        directory = DirectoryFixture.create(jdbc, "extRef", "email");
    }

    @AfterEach
    void stop() {
        imports.close();
    }

    /** The run takes the key of a value under a rule of one field. */
    private void take(int rule, ContactField field, String value) {
        jdbc.sql("INSERT INTO claim (directory_id, rule_id, key_hash, number) VALUES (?, ?, ?, ?)")
                .params(directory.id(), rule, key(rule, field, value).bytes(), KeyOwner.ofRun(RUN))
                .update();
    }

    private static IdentityKey key(int rule, ContactField field, String value) {
        KeyMaker keys = new KeyMaker(
                List.of(new IdentityRule(rule, List.of(field.key()), IdentityRule.State.ACTIVE)),
                name -> name,
                List.of());
        return Objects.requireNonNull(keys.key(0, new Profile(Map.of(field, value), Map.of(), false)));
    }

    private void letGo() {
        jdbc.sql("DELETE FROM claim WHERE directory_id = ? AND number = ?")
                .params(directory.id(), KeyOwner.ofRun(RUN))
                .update();
    }

    /** Who owns the keys of a rule, the run as {@code run}. */
    private List<String> owners(int rule) {
        return jdbc
                .sql("SELECT number FROM claim WHERE directory_id = ? AND rule_id = ? ORDER BY number")
                .params(directory.id(), rule)
                .query(Long.class)
                .list()
                .stream()
                .map(owner -> KeyOwner.isRun(owner) ? "run " + KeyOwner.run(owner) : "contact " + owner)
                .toList();
    }

    private List<Long> shadows(int rule) {
        return jdbc.sql("SELECT number FROM claim_shadow WHERE directory_id = ? AND rule_id = ? ORDER BY number")
                .params(directory.id(), rule)
                .query(Long.class)
                .list();
    }

    private List<String> rejects(Run run) {
        return jdbc.sql("SELECT CONCAT(row_no, ' ', code) FROM run_reject WHERE run_id = ? ORDER BY row_no")
                .param(run.number())
                .query(String.class)
                .list();
    }

    private int rounds(Run run) {
        return jdbc.sql("SELECT COUNT(*) FROM run_survey WHERE run_id = ?")
                .param(run.number())
                .query(Integer.class)
                .single();
    }

    private Run load(String content, Progress progress) {
        return load(content, progress, ImportFixture.USUAL);
    }

    private Run load(String content, Progress progress, ImportTuning pace) {
        return imports.runs(pace).importFile(imports.file(content), ImportFixture.spec(directory.id()), progress);
    }

    @Test
    void anEditThatMayBeTheRunsContactIsRefusedAsBusyAndWritesNothing() {
        take(2, ContactField.EMAIL, "a@x.org");

        assertThatThrownBy(() -> edits.upsert(directory.id(), record("email", "A@x.org", "lastName", "Ray")))
                .isInstanceOf(Refusal.class)
                .hasMessageMatching("Cannot save the contact: the run RN_\\w{15} has taken a key of it and has not"
                        + " ended\\. Try again when the run has ended\\.")
                .asInstanceOf(type(Refusal.class))
                .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.BUSY))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("KEY_TAKEN"));
        assertThat(directory.numbers()).isEmpty();
        letGo();
        assertThat(edits.upsert(directory.id(), record("email", "A@x.org"))).isInstanceOf(EditResult.Created.class);
    }

    @Test
    void anEditOfANamedContactKeepsItsNewValueAndBecomesAPossibleDuplicate() {
        edits.create(directory.id(), record("extRef", "R1"));
        take(2, ContactField.EMAIL, "a@x.org");

        assertThat(edits.update(directory.id(), 1, change("email", "a@x.org"))).isEqualTo(new EditResult.Updated(1));
        assertThat(owners(2)).containsExactly("run 42");
        assertThat(shadows(2)).containsExactly(1L);
        assertThat(edits.update(directory.id(), 1, change("email", "b@x.org"))).isEqualTo(new EditResult.Updated(1));
        assertThat(owners(2)).containsExactly("run 42", "contact 1");
        assertThat(shadows(2)).isEmpty();
    }

    @Test
    void anEditThatGivesAContactATakenReferenceIsRefusedAsBusy() {
        edits.create(directory.id(), record("extRef", "R1"));
        take(1, ContactField.EXT_REF, "R2");

        assertThatThrownBy(() -> edits.update(directory.id(), 1, change("extRef", "R2")))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("has taken a key of it");
        assertThat(directory.contact(1)).containsEntry("ext_ref", "R1");
        assertThat(owners(1)).containsExactly("run 42", "contact 1");
    }

    /** Whether the directory is empty, looked up, or streamed. */
    @ParameterizedTest
    @CsvSource({"0, 1000", "1, 1000", "1, 1"})
    void aRowThatMayBeTheRunsContactIsTriedAgainAndRejectedInTheEnd(int contacts, long streamedFrom) {
        for (int i = 0; i < contacts; i++) {
            edits.create(directory.id(), record("email", "there" + i + "@x.org"));
        }

        take(1, ContactField.EXT_REF, "R1");

        Run run = load(
                "ExternalDataReference,LastName\nR1,Ray\nR2,Sol\nR1,Ray\n",
                Progress.NONE,
                new ImportTuning(1, 2, 5, KeyMemory.DEFAULT_BYTES, streamedFrom, null));

        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.imported().counts().created()).isEqualTo(1);
        assertThat(run.imported().counts().rejected()).isEqualTo(2);
        assertThat(rejects(run)).containsExactly("1 KEY_TAKEN", "3 KEY_TAKEN");
        assertThat(rounds(run)).isEqualTo(4);
        assertThat(owners(1)).containsExactly("run 42", "contact " + (contacts + 1));
    }

    @Test
    void aRowIsImportedWhenTheRunLetsTheKeyGoMeanwhile() {
        take(1, ContactField.EXT_REF, "R1");

        Run run = load("ExternalDataReference,LastName\nR1,Ray\nR2,Sol\nR1,Roy\n", new Progress() {
            @Override
            public void step(String name) {
                if (name.equals("load")) {
                    letGo();
                }
            }

            @Override
            public void at(long rows, double share) {}
        });

        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.imported().counts().created()).isEqualTo(2);
        assertThat(run.imported().counts().updated()).isEqualTo(1);
        assertThat(rejects(run)).isEmpty();
        assertThat(owners(1)).containsExactly("contact 1", "contact 2");
    }

    @Test
    void aRowOfAKnownContactKeepsItsValueAndMakesItAPossibleDuplicate() {
        edits.create(directory.id(), record("extRef", "R1"));
        take(2, ContactField.EMAIL, "a@x.org");

        Run run = load("ExternalDataReference,Email\nR1,a@x.org\n", Progress.NONE);

        assertThat(run.imported().counts().updated()).isEqualTo(1);
        assertThat(directory.contact(1)).containsEntry("email", "a@x.org");
        assertThat(owners(2)).containsExactly("run 42");
        assertThat(shadows(2)).containsExactly(1L);
    }

    @Test
    void aDryRunForecastsTheRowAsRejected() {
        take(1, ContactField.EXT_REF, "R1");

        Run run = imports.load(
                imports.file("ExternalDataReference\nR1\n"),
                ImportFixture.spec(directory.id(), ImportFixture.SpecBuilder::dryRun),
                ImportFixture.USUAL);

        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.imported().counts().rejected()).isEqualTo(1);
    }

    @Test
    void aMergeLeavesTheTakenKeyWithItsRunAndReportsIt() {
        take(2, ContactField.EMAIL, "a@x.org");
        for (String reference : List.of("R1", "R2")) {
            edits.create(directory.id(), record("extRef", reference));
        }

        for (long number : List.of(1L, 2L)) {
            edits.update(directory.id(), number, change("email", "a@x.org"));
        }

        Duplicates duplicates = new Duplicates(database.dataSource(), database.transactions(), clock, database.ids());
        Duplicates.Preview preview = duplicates.preview(directory.id(), MergeScope.ACTIVE_RULES, 10);
        assertThat(preview.taken()).isEqualTo(1);
        assertThat(preview.shown()).extracting(Duplicates.Group::contacts).containsExactly(List.of(1L, 2L));
        MergeRun merging = duplicates.start(directory.id(), MergeScope.ACTIVE_RULES);
        assertThat(merging.mergeNext(10)).hasSize(1);
        assertThat(merging.progress().taken()).isEqualTo(1);

        assertThat(directory.numbers()).containsExactly(1L);
        assertThat(owners(2)).containsExactly("run 42");
        assertThat(shadows(2)).containsExactly(1L);
        duplicates.undo(
                duplicates.list(directory.id(), Long.MAX_VALUE, 1).getFirst().id(), AwaitedRuns.TESTER);
        assertThat(owners(2)).containsExactly("run 42");
        assertThat(shadows(2)).containsExactly(1L, 2L);
    }

    @Test
    void aContactAloneWithARunIsInNoGroup() {
        take(2, ContactField.EMAIL, "a@x.org");
        edits.create(directory.id(), record("extRef", "R1"));
        edits.update(directory.id(), 1, change("email", "a@x.org"));

        Duplicates duplicates = new Duplicates(database.dataSource(), database.transactions(), clock, database.ids());
        Duplicates.Preview preview = duplicates.preview(directory.id(), MergeScope.ACTIVE_RULES, 10);

        assertThat(preview.groups()).isZero();
        assertThat(preview.taken()).isEqualTo(1);
        assertThat(duplicates.start(directory.id(), MergeScope.ACTIVE_RULES).mergeNext(10))
                .isEmpty();
    }

    @Test
    void aReKeyLeavesTheTakenKeyWithItsRunAndReportsIt() {
        edits.create(directory.id(), record("extRef", "R1", "phone", "+4930123456"));
        int phone = directory.addRule("phone", IdentityRule.State.PENDING);
        take(phone, ContactField.PHONE, "+4930123456");

        Rekey.Result result = new Rekey(jdbc, database.transactions(), clock).run(directory.id(), progress -> {});

        assertThat(result.rules())
                .containsExactly(new Rekey.RuleResult(List.of("phone"), IdentityRule.State.ACTIVE, 1, 1));
        assertThat(owners(phone)).containsExactly("run 42");
        assertThat(shadows(phone)).containsExactly(1L);
    }

    @Test
    void aReKeyDoesNotActivateARuleOfTheReferenceWhileARunHasTakenOne() {
        directory = DirectoryFixture.create(jdbc, "email");
        edits.create(directory.id(), record("email", "a@x.org", "extRef", "R1"));
        int reference = directory.addRule("extRef", IdentityRule.State.PENDING);
        take(reference, ContactField.EXT_REF, "R1");

        Rekey.Result result = new Rekey(jdbc, database.transactions(), clock).run(directory.id(), progress -> {});

        assertThat(result.problem())
                .startsWith(
                        "Cannot activate the rule extRef: 1 contact holds a reference that an older contact has or a"
                                + " run has taken. Wait until the run has ended.");
        assertThat(result.rules())
                .containsExactly(new Rekey.RuleResult(List.of("extRef"), IdentityRule.State.PENDING, 1, 1));
    }
}
