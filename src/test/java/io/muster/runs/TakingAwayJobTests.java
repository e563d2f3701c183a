package io.muster.runs;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.DirectoryState;
import io.muster.dedup.EditResult;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.MovableClock;
import io.muster.directory.OptOut;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ColumnFormat;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.jobs.undo.UndoLedger;
import io.muster.load.ContactImage;
import io.muster.load.JournalBlock;
import io.muster.load.JournalReader;
import io.muster.load.OutcomeCounts;
import io.muster.load.TakenAway;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Rows that take away, and numbers and dates of a country. */
class TakingAwayJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    /** One contact in a block, four blocks in a portion. */
    private static final ImportTuning SMALL = new ImportTuning(1, 1, 3, null);

    @TempDir
    private static Path folder;

    private static ImportFixture imports;

    private final JdbcClient jdbc = database.jdbc();
    private final MovableClock clock = new MovableClock();
    private final ContactEdits edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
    private final DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email");

    @BeforeAll
    static void start() {
        imports = new ImportFixture(database, folder);
    }

    @AfterAll
    static void stop() {
        imports.close();
    }

    private static Mapping mapping(Map<String, String> targets) {
        Map<String, Target> columns = new java.util.HashMap<>();
        targets.forEach((column, target) -> columns.put(column, Target.parse(target)));
        return new Mapping(columns, Mapping.Unmapped.EMBED, List.of(), Map.of(), null, List.of());
    }

    private ImportSpec spec(UnaryOperator<ImportFixture.SpecBuilder> changes) {
        return ImportFixture.spec(directory.id(), told -> changes.apply(told.mapping(mapping(Map.of("Do", "action")))));
    }

    private Run load(String text, ImportSpec spec) {
        Run run = imports.load(imports.file(text), spec, SMALL);
        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        new IdentityInvariant(jdbc).holds(directory.id());
        return run;
    }

    private static OutcomeCounts counts(
            long created, long updated, long unchanged, long rejected, long skipped, TakenAway takenAway) {
        return new OutcomeCounts(created, updated, unchanged, rejected, skipped, takenAway);
    }

    private List<String> rejects(Run run) {
        return jdbc.sql("SELECT CONCAT(row_no, ' ', code) FROM run_reject WHERE run_id = ? ORDER BY row_no")
                .param(run.number())
                .query(String.class)
                .list();
    }

    @Test
    void rowsLeaveTheListOptOutAndDelete() {
        int list = directory.addList("News");
        for (int i = 1; i <= 5; i++) {
            edits.upsert(directory.id(), record("extRef", "R" + i));
            edits.join(directory.id(), i, list, Map.of(), OptOut.UNSAID);
        }

        Run run = load("""
                ExternalDataReference,Do,FirstName
                R1,leave-list,Ada
                R2,OPT-OUT,Bo
                R3,delete,Cy
                R4,upsert,Di
                R5,,Ed
                R9,delete,
                R1,leave-list,
                R2,opt-out,
                R3,delete,
                ,delete,Fay
                R4,fly,
                """, spec(told -> told.list(new ListTarget.Existing("News"))));

        assertThat(run.imported().counts()).isEqualTo(counts(0, 5, 4, 2, 0, new TakenAway(1, 1, 1)));
        assertThat(rejects(run)).containsExactly("10 CONTACT_UNNAMED", "11 ACTION_INVALID");
        assertThat(directory.numbers()).containsExactly(1L, 2L, 4L, 5L);
        assertThat(directory.contact(1)).as("what the row says beside its key").containsEntry("first_name", null);
        assertThat(directory.contact(4)).containsEntry("first_name", "Di");
        assertThat(jdbc.sql(
                                "SELECT CONCAT(number, ' ', unsubscribed) FROM list_member WHERE list_id = ? ORDER BY number")
                        .param(list)
                        .query(String.class)
                        .list())
                .containsExactly("2 1", "4 0", "5 0");
        assertThat(directory.contact(2)).containsEntry("unsubscribed", 0);
    }

    @Test
    void withoutAListRowsOptOutOfTheDirectoryAndCannotLeaveAnything() {
        edits.upsert(directory.id(), record("extRef", "R1"));

        Run run = load("ExternalDataReference,Do\nR1,opt-out\nR1,leave-list\nR1,opt-out\n", spec(told -> told));

        assertThat(run.imported().counts()).isEqualTo(counts(0, 1, 1, 1, 0, new TakenAway(0, 1, 0)));
        assertThat(rejects(run)).containsExactly("2 ACTION_WITHOUT_LIST");
        assertThat(directory.contact(1)).containsEntry("unsubscribed", 1);
    }

    @Test
    void aRowAfterADeletionMakesANewContact() {
        edits.upsert(directory.id(), record("extRef", "R1", "email", "a@x.org", "lastName", "Old"));
        edits.upsert(directory.id(), record("extRef", "R2"));
        edits.update(directory.id(), 2, change("email", "a@x.org"));

        Run run = load(
                "ExternalDataReference,Email,Do\nR1,,delete\nR1,b@x.org,\nR8,,\nR8,,delete\nR8,,\n",
                spec(told -> told));

        assertThat(run.imported().counts()).isEqualTo(counts(3, 2, 0, 0, 0, new TakenAway(0, 0, 2)));
        assertThat(directory.numbers()).containsExactly(2L, 3L, 5L);
        assertThat(directory.contact(3)).containsEntry("ext_ref", "R1").containsEntry("last_name", null);
        assertThat(edits.create(directory.id(), record("email", "a@x.org")))
                .as("the mailbox passed to the other contact that has it")
                .isEqualTo(new EditResult.Matched(2));
    }

    @Test
    void modesThatDoNotWantARowSkipIt() {
        edits.upsert(directory.id(), record("extRef", "R1"));
        String text = "ExternalDataReference,Do\nR1,delete\nR2,delete\n";

        assertThat(load(text, spec(told -> told.mode(ImportMode.CREATE_ONLY)))
                        .imported()
                        .counts())
                .isEqualTo(counts(0, 0, 0, 0, 2, TakenAway.NONE));
        assertThat(load(text, spec(told -> told.mode(ImportMode.UPDATE_ONLY)))
                        .imported()
                        .counts())
                .isEqualTo(counts(0, 1, 0, 0, 1, new TakenAway(0, 0, 1)));
        Run events = imports.load(
                imports.file("ExternalDataReference,Do,When\nR1,delete,2024-01-01\n"),
                ImportFixture.spec(
                        directory.id(),
                        told -> told.mode(ImportMode.EVENTS_ONLY)
                                .mapping(mapping(Map.of("Do", "action", "When", "transaction.date")))),
                SMALL);
        assertThat(events.reason()).contains("something goes to action, but the mode events-only changes no contact");
    }

    @Test
    void aDeletedContactIsKeptWholeInTheJournal() {
        int list = directory.addList("News");
        edits.upsert(directory.id(), record("extRef", "R1", "email", "a@x.org"));
        edits.upsert(directory.id(), record("extRef", "R2"));
        edits.update(directory.id(), 2, change("email", "a@x.org"));
        edits.join(directory.id(), 1, list, Map.of("note", "first"), OptOut.OUT);
        directory.addTransaction(1, "T1");
        directory.addTouchpoint(1, "P1");
        directory.addResponse(1, "R1");

        Run run = load("ExternalDataReference,Do\nR1,delete\n", spec(told -> told));

        JournalReader journal = new JournalReader(jdbc);
        JournalBlock block =
                journal.read(run.number(), journal.blocks(run.number()).getFirst());
        assertThat(block.entries()).singleElement().satisfies(entry -> {
            assertThat(entry.number()).isEqualTo(1);
            assertThat(entry.deletes()).isTrue();
            assertThat(entry.before()).isNotNull();
        });
        assertThat(block.handovers()).extracting(JournalBlock.Handover::owner).containsExactlyInAnyOrder(0L, 2L);
        assertThat(block.deleted()).singleElement().satisfies(image -> {
            assertThat(image.number()).isEqualTo(1);
            assertThat(image.tables())
                    .extracting(ContactImage.Table::name)
                    .containsExactly("contact", "list_member", "response", "contact_transaction", "touchpoint");
            assertThat(image.tables()).allSatisfy(table -> {
                assertThat(table.columns()).contains("directory_id", "number");
                assertThat(table.rows()).hasSize(1);
            });
        });
        for (String table :
                List.of("list_member", "contact_transaction", "transaction_claim", "touchpoint", "response")) {
            assertThat(directory.count(table)).as(table).isZero();
        }
    }

    @Test
    void theUndoOfTheRunPutsDeletedContactsBackWhole() {
        int list = directory.addList("News");
        edits.upsert(directory.id(), record("extRef", "R1", "email", "a@x.org"));
        edits.upsert(directory.id(), record("extRef", "R2"));
        edits.update(directory.id(), 2, change("email", "a@x.org"));
        edits.join(directory.id(), 1, list, Map.of("note", "first"), OptOut.OUT);
        directory.addTransaction(1, "T1");
        directory.addTouchpoint(1, "P1");
        directory.addResponse(1, "R1");
        SortedMap<String, List<String>> before =
                DirectoryState.of(jdbc, directory.id(), Set.of("version", "created_at"));
        Run run = load("ExternalDataReference,Email,Do\nR1,a@x.org,delete\nR1,b@x.org,\n", spec(told -> told));
        assertThat(directory.numbers()).containsExactly(2L, 3L);

        Run undo = imports.runs(SMALL).run(new RunRequest.Undo(run.number()), Progress.NONE);

        assertThat(undo.status()).as(undo.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(DirectoryState.of(jdbc, directory.id(), Set.of("version", "created_at")))
                .isEqualTo(before);
        new IdentityInvariant(jdbc).holds(directory.id());
        assertThat(undo.report()).contains("\"deleted\":1", "\"restored\":1");
    }

    @Test
    void aResponseThatWasSentAgainSinceIsToldOf() {
        edits.upsert(directory.id(), record("extRef", "R1"));
        directory.addResponse(1, "R1");
        Run run = load("ExternalDataReference,Do\nR1,delete\n", spec(told -> told));
        edits.upsert(directory.id(), record("extRef", "R2"));
        directory.addResponse(2, "R1");

        Run undo = imports.runs(SMALL).run(new RunRequest.Undo(run.number()), Progress.NONE);

        assertThat(undo.status()).as(undo.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(directory.numbers()).containsExactly(1L, 2L);
        assertThat(imports.bean(UndoLedger.class).kept(undo.number()))
                .extracting(kept -> kept.field() + ": " + kept.reason())
                .containsExactly("response 1970-01-01T00:00:00Z: recorded again since the run");
        assertThat(directory.count("response")).isEqualTo(1);
    }

    @Test
    void aDeletedContactWhoseReferenceIsTakenSinceIsToldOf() {
        edits.upsert(directory.id(), record("extRef", "R1"));
        Run run = load("ExternalDataReference,Do\nR1,delete\n", spec(told -> told));
        edits.upsert(directory.id(), record("extRef", "R1", "lastName", "New"));

        Run undo = imports.runs(SMALL).run(new RunRequest.Undo(run.number()), Progress.NONE);

        assertThat(undo.status()).as(undo.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(directory.numbers()).containsExactly(2L);
        assertThat(imports.bean(UndoLedger.class).kept(undo.number()))
                .singleElement()
                .satisfies(kept -> assertThat(kept.reason())
                        .isEqualTo("deleted by the run, and its reference belongs to "
                                + TestDatabase.IDS.contact(directory.id(), 2) + " now"));
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @Test
    void aTransactionOfADeletedContactIsRecordedAgainWithTheNewOne() {
        ImportSpec orders = ImportFixture.spec(
                directory.id(),
                told -> told.mapping(
                        mapping(Map.of("Do", "action", "Order", "transaction.id", "When", "transaction.date"))));
        load("ExternalDataReference,Do,Order,When\nR1,,T1,2024-01-01\n", orders);

        Run run = load(
                "ExternalDataReference,Do,Order,When\nR1,delete,T1,2024-01-01\nR1,,T1,2024-01-02\nR2,,T1,2024-01-03\n",
                orders);

        assertThat(run.imported().counts()).isEqualTo(counts(2, 1, 0, 0, 0, new TakenAway(0, 0, 1)));
        assertThat(jdbc.sql("SELECT number FROM contact_transaction WHERE directory_id = ?")
                        .param(directory.id())
                        .query(Long.class)
                        .list())
                .containsExactly(2L);
    }

    @Test
    void aContactThatMovedSinceTheSurveyIsLookedAtAgain() {
        edits.upsert(directory.id(), record("extRef", "R1", "email", "a@x.org"));
        edits.upsert(directory.id(), record("extRef", "R2", "email", "b@x.org"));
        Path file = imports.file("ExternalDataReference,Email,Do\n,a@x.org,delete\nR2,,delete\n");

        Run run = imports.runs(SMALL).importFile(file, spec(told -> told), new Progress() {
            private boolean done;

            @Override
            public void step(String name) {
                if (name.equals("load") && !done) {
                    done = true;
                    edits.update(directory.id(), 1, change("email", "c@x.org"));
                    edits.update(directory.id(), 2, change("lastName", "Ray"));
                }
            }

            @Override
            public void at(long rows, double share) {}
        });

        assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.imported().counts()).isEqualTo(counts(0, 1, 1, 0, 0, new TakenAway(0, 0, 1)));
        assertThat(directory.numbers()).as("nobody has the mailbox any more").containsExactly(1L);
    }

    @Test
    void deletedContactsCountAsChangedForTheLimit() {
        for (int i = 1; i <= 4; i++) {
            edits.upsert(directory.id(), record("extRef", "R" + i));
        }

        Run run = imports.load(
                imports.file("ExternalDataReference,Do\nR1,delete\nR2,delete\nR3,delete\n"),
                spec(told -> told.limits(new io.muster.jobs.contactimport.ImportLimits(
                        null, null, null, io.muster.jobs.contactimport.Limit.parse("50%"), null, null, null, null))),
                SMALL);

        assertThat(run.reason())
                .contains("3 of 4 contacts of the directory would change, more than the 50 % allowed (max-changed)");
        assertThat(directory.count("contact")).isEqualTo(4);
    }

    @Test
    void numbersAndDatesOfACountryAreStoredInOneForm() {
        Mapping german = mapping(
                        Map.of("Umsatz", "embedded.revenue", "Order", "transaction.id", "When", "transaction.date"))
                .withFormats(Map.of(
                        "Umsatz", ColumnFormat.ofNumber("1.234,50"),
                        "Geboren", ColumnFormat.ofDate("dd.MM.yyyy"),
                        "When", ColumnFormat.ofDate("dd.MM.yyyy")));

        Run run = load("""
                ExternalDataReference,Umsatz,Geboren,Order,When
                R1,"1.234,50",31.12.1999,T1,01.02.2024
                R2,1.5,31.12.1999,T2,01.02.2024
                R3,7,1999-12-31,T3,01.02.2024
                R4,7,,T4,2024-02-01
                """, ImportFixture.spec(directory.id(), told -> told.mapping(german)));

        assertThat(rejects(run)).containsExactly("2 NUMBER_INVALID", "3 DATE_INVALID", "4 DATE_INVALID");
        assertThat(directory.contact(1))
                .containsEntry("embedded", "{\"Geboren\":\"1999-12-31\",\"revenue\":\"1234.5\"}");
        assertThat(jdbc.sql("SELECT happened_at FROM contact_transaction WHERE directory_id = ?")
                        .param(directory.id())
                        .query(Long.class)
                        .single())
                .isEqualTo(java.time.Instant.parse("2024-02-01T00:00:00Z").toEpochMilli());
    }

    @Test
    void unreadableNumbersAreDroppedWhereTheJobSaysSo() {
        Mapping german = mapping(Map.of("Umsatz", "embedded.revenue"))
                .withFormats(Map.of("Umsatz", ColumnFormat.ofNumber("1.234,50")));

        Run run = load(
                "ExternalDataReference,Umsatz\nR1,1.5\n",
                ImportFixture.spec(
                        directory.id(),
                        told -> told.mapping(german).invalid(Map.of("embedded.revenue", ImportSpec.OnInvalid.DROP))));

        assertThat(run.imported().counts().created()).isEqualTo(1);
        assertThat(directory.contact(1)).containsEntry("embedded", null);
    }

    @Test
    void aFormatOfAColumnWhoseValuesAreNotWrittenSoIsRefused() {
        Run run = imports.load(
                imports.file("ExternalDataReference,Email\nR1,a@x.org\n"),
                ImportFixture.spec(
                        directory.id(),
                        told -> told.mapping(
                                Mapping.ofUpload().withFormats(Map.of("Email", ColumnFormat.ofNumber("1.234,50"))))),
                SMALL);

        assertThat(run.reason())
                .contains("the column 'Email' has a format of numbers, but goes to email, whose values are not written"
                        + " so.");
    }

    @Test
    void rowsThatLackARequiredValueAreRejectedOrSkipped() {
        Mapping mapping = new Mapping(
                Map.of(),
                Mapping.Unmapped.EMBED,
                List.of(),
                Map.of(),
                null,
                List.of(Target.parse("email")),
                Mapping.OnMissing.SKIP);

        Run run = load(
                "ExternalDataReference,Email\nR1,\nR2,b@x.org\n",
                ImportFixture.spec(directory.id(), told -> told.mapping(mapping)));

        assertThat(run.imported().counts()).isEqualTo(counts(1, 0, 0, 0, 1, TakenAway.NONE));
    }
}
