package io.muster.runs;

import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.dedup.TouchpointEdits;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.TouchpointParts;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportEvents;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportReport;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.load.EventKind;
import io.muster.load.JournalEntry;
import io.muster.load.JournalReader;
import io.muster.load.OutcomeCounts;
import io.muster.load.RepeatedEvent;
import io.muster.load.ReplacedEvent;
import io.muster.support.Sha256;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Transactions and touchpoints are recorded once for each source and id; what says something else is reported or amends. */
class EventSourcesJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final ImportTuning SMALL = new ImportTuning(2, 2, 3, null);
    private static final long JANUARY_1 = 1_704_067_200_000L;

    private static final Map<String, Target> TARGETS = Map.of(
            "Id", new Target.TransactionId(),
            "Date", new Target.TransactionDate(),
            "Total", new Target.TransactionField("total"),
            "Key", new Target.TouchpointPart(Target.TouchpointPart.Part.KEY),
            "Time", new Target.TouchpointPart(Target.TouchpointPart.Part.TIME),
            "Channel", new Target.TouchpointPart(Target.TouchpointPart.Part.CHANNEL),
            "Kind", new Target.TouchpointPart(Target.TouchpointPart.Part.KIND),
            "Display", new Target.TouchpointPart(Target.TouchpointPart.Part.DISPLAY));

    @TempDir
    private static Path folder;

    private static ImportFixture imports;

    private final JdbcClient jdbc = database.jdbc();
    private final MovableClock clock = new MovableClock();
    private final TouchpointEdits touchpoints = new TouchpointEdits(jdbc, database.transactions(), clock);

    private DirectoryFixture directory;

    @BeforeAll
    static void start() {
        imports = new ImportFixture(database, folder);
    }

    @AfterAll
    static void stop() {
        imports.close();
    }

    @BeforeEach
    void createDirectory() {
        directory = DirectoryFixture.create(jdbc, "extRef");
        ContactEdits edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
        edits.upsert(directory.id(), record("extRef", "A1"));
        edits.upsert(directory.id(), record("extRef", "A2"));
    }

    private Run load(ImportEvents events, String text) {
        return load(events, imports.file(text), SMALL);
    }

    private Run load(ImportEvents events, Path file, ImportTuning pace) {
        ImportSpec spec = ImportFixture.spec(
                directory.id(),
                told -> told.mode(ImportMode.EVENTS_ONLY)
                        .events(events)
                        .mapping(new Mapping(
                                Map.of(), Mapping.Unmapped.IGNORE, List.of(), Map.of(), null, List.of(), TARGETS)));
        Run run = imports.load(file, spec, pace);
        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        return run;
    }

    private static ImportEvents of(@Nullable String source) {
        return new ImportEvents(source, RepeatedEvent.KEEP);
    }

    private static ImportEvents amending(@Nullable String source) {
        return new ImportEvents(source, RepeatedEvent.AMEND);
    }

    private static OutcomeCounts counts(long updated, long unchanged) {
        return new OutcomeCounts(0, updated, unchanged, 0, 0);
    }

    private static List<String> warnings(Run run) {
        return JsonMapper.shared()
                .readValue(String.valueOf(run.report()), ImportReport.class)
                .warnings();
    }

    private List<String> transactions() {
        return jdbc.sql("SELECT CONCAT_WS(' ', number, source, caller_id, happened_at - ?, fields)"
                        + " FROM contact_transaction WHERE directory_id = ? ORDER BY transaction_no")
                .params(JANUARY_1, directory.id())
                .query(String.class)
                .list();
    }

    private List<Long> numbers() {
        return jdbc.sql("SELECT transaction_no FROM contact_transaction WHERE directory_id = ? ORDER BY transaction_no")
                .param(directory.id())
                .query(Long.class)
                .list();
    }

    private List<JournalEntry> journal(Run run) {
        List<JournalEntry> entries = new ArrayList<>();
        new JournalReader(jdbc).forEach(run.number(), entries::add);
        return entries;
    }

    @Test
    void aKeyThatIsLeftWithoutItsRecordKeepsNoRecordAway() {
        load(of("shop"), "ExternalDataReference,Id,Date,Total\nA1,1,2024-01-01,5\nA1,2,2024-01-01,6\n");
        jdbc.sql("DELETE FROM contact_transaction WHERE directory_id = ? AND caller_id = '1'")
                .param(directory.id())
                .update();

        Run again = load(of("shop"), "ExternalDataReference,Id,Date,Total\nA1,1,2024-01-01,5\n");

        assertThat(again.imported().counts()).isEqualTo(counts(1, 0));
        assertThat(directory.count("contact_transaction")).isEqualTo(2);
        assertThat(directory.count("transaction_claim")).isEqualTo(2);
    }

    @Test
    void twoSystemsThatBothCountFromOneNeverMeet() {
        String file = "ExternalDataReference,Id,Date,Total\nA1,1,2024-01-01,10\nA2,2,2024-01-01,20\n";

        assertThat(load(of("shop"), file).imported().counts()).isEqualTo(counts(2, 0));
        assertThat(load(of("till"), file).imported().counts()).isEqualTo(counts(2, 0));
        Run again = load(of("shop"), file);

        assertThat(again.imported().counts()).isEqualTo(counts(0, 2));
        assertThat(warnings(again)).isEmpty();
        assertThat(transactions())
                .containsExactly(
                        "1 shop 1 0 {\"total\":\"10\"}",
                        "2 shop 2 0 {\"total\":\"20\"}",
                        "1 till 1 0 {\"total\":\"10\"}",
                        "2 till 2 0 {\"total\":\"20\"}");
    }

    @Test
    void touchpointsOfTwoSourcesNeverMeetEither() {
        String file = "ExternalDataReference,Key,Time,Channel,Kind,Display\nA1,7,2024-01-01,web,shown,D-1\n";

        load(of("site"), file);
        load(of("app"), file);
        TouchpointEdits.Addition added = new TouchpointEdits.Addition(
                new TouchpointParts(TouchpointChannel.WEB, TouchpointKind.SHOWN, null, null, null, "D-1", null),
                JANUARY_1,
                "site",
                "7");

        assertThat(touchpoints.add(directory.id(), 1, added))
                .isEqualTo(new TouchpointEdits.Added.Known(1, TouchpointEdits.Difference.NONE));
        assertThat(jdbc.sql("SELECT CONCAT_WS(' ', source, caller_id, channel, display) FROM touchpoint"
                                + " WHERE directory_id = ? ORDER BY source")
                        .param(directory.id())
                        .query(String.class)
                        .list())
                .containsExactly("app 7 web D-1", "site 7 web D-1");
    }

    @Test
    void withoutAnIdTheSourceTellsEqualRecordsApart() {
        String file = "ExternalDataReference,Date,Total\nA1,2024-01-01,10\nA1,2024-01-01,10\n";

        assertThat(load(of("shop"), file).imported().counts()).isEqualTo(counts(2, 0));
        assertThat(load(of("till"), file).imported().counts()).isEqualTo(counts(2, 0));
        assertThat(load(of("shop"), file).imported().counts()).isEqualTo(counts(0, 2));
        assertThat(directory.count("contact_transaction")).isEqualTo(4);
    }

    @Test
    void numbersOfTransactionsAreDenseAndNeverGivenOutTwice() {
        load(of(null), "ExternalDataReference,Id,Date\nA1,a,2024-01-01\nA2,b,2024-01-01\nA1,a,2024-01-01\n");
        load(of(null), "ExternalDataReference,Id,Date\nA1,c,2024-01-01\nA1,a,2024-01-01\n");
        assertThat(numbers()).containsExactly(1L, 2L, 3L);

        new ContactEdits(jdbc, database.transactions(), clock, database.ids()).delete(directory.id(), 1);
        load(of(null), "ExternalDataReference,Id,Date\nA2,d,2024-01-01\n");

        assertThat(numbers()).containsExactly(2L, 4L);
    }

    @Test
    void anotherContentUnderAnIdIsReportedAndChangesNothing() {
        load(of("shop"), "ExternalDataReference,Id,Date,Total\nA1,o1,2024-01-01,10\nA2,o2,2024-01-01,20\n");

        Run run = load(of("shop"), """
            ExternalDataReference,Id,Date,Total
            A1,o1,2024-01-05,99
            A1,o2,2024-01-01,20
            A2,o2,2024-01-01,20
            A1,o3,2024-01-01,30
            A1,o3,2024-01-01,31
            A2,o3,2024-01-01,30
            """);

        assertThat(run.imported().counts()).isEqualTo(counts(1, 5));
        assertThat(warnings(run))
                .containsExactly(
                        "4 rows have a transaction whose id is recorded already with other values or for another"
                                + " contact; they changed nothing of it: o1, o2, o3 …");
        assertThat(transactions())
                .containsExactly(
                        "1 shop o1 0 {\"total\":\"10\"}",
                        "2 shop o2 0 {\"total\":\"20\"}",
                        "1 shop o3 0 {\"total\":\"30\"}");
    }

    @Test
    void aDryRunReportsTheSame() {
        load(of("shop"), "ExternalDataReference,Id,Date,Total\nA1,o1,2024-01-01,10\n");
        ImportSpec dry = ImportFixture.spec(
                directory.id(),
                told -> told.mode(ImportMode.EVENTS_ONLY)
                        .events(of("shop"))
                        .dryRun()
                        .mapping(new Mapping(
                                Map.of(), Mapping.Unmapped.IGNORE, List.of(), Map.of(), null, List.of(), TARGETS)));

        Run run = imports.load(imports.file("ExternalDataReference,Id,Date,Total\nA1,o1,2024-01-01,11\n"), dry, SMALL);

        assertThat(run.imported().counts()).isEqualTo(counts(0, 1));
        assertThat(warnings(run))
                .containsExactly("1 row has a transaction whose id is recorded already with other values or for another"
                        + " contact; the row changed nothing of it: o1.");
    }

    @Test
    void aNewerRecordReplacesTheFirstWhereTheJobAmends() {
        Run first = load(amending("shop"), """
            ExternalDataReference,Id,Date,Total
            A1,o1,2024-01-02,10
            A1,o2,2024-01-02,20
            A1,o3,2024-01-02,30
            A2,o4,2024-01-02,40
            """);

        Run run = load(amending("shop"), """
            ExternalDataReference,Id,Date,Total
            A1,o1,2024-01-03,11
            A1,o2,2024-01-01,21
            A1,o3,2024-01-02,31
            A1,o4,2024-01-03,41
            """);

        assertThat(run.imported().counts()).isEqualTo(counts(1, 3));
        assertThat(transactions())
                .containsExactly(
                        "1 shop o1 172800000 {\"total\":\"11\"}",
                        "1 shop o2 86400000 {\"total\":\"20\"}",
                        "1 shop o3 86400000 {\"total\":\"30\"}",
                        "2 shop o4 86400000 {\"total\":\"40\"}");
        assertThat(numbers()).containsExactly(1L, 2L, 3L, 4L);
        // One of the same date cannot be newer, and one of another contact moves nothing; an older one is no surprise.
        assertThat(warnings(run))
                .singleElement()
                .asString()
                .startsWith("2 rows have")
                .endsWith(": o3, o4.");
        assertThat(journal(run)).singleElement().satisfies(entry -> {
            assertThat(entry.transactions()).isEmpty();
            assertThat(entry.replaced()).singleElement().satisfies(replaced -> {
                assertThat(replaced.kind()).isEqualTo(EventKind.TRANSACTION);
                assertThat(replaced.before().id()).isEqualTo("o1");
                assertThat(replaced.before().content().values()).containsExactly("{\"total\":\"10\"}");
                assertThat(replaced.before().run()).isEqualTo(first.number());
            });
        });
        assertThat(load(amending("shop"), """
                ExternalDataReference,Id,Date,Total
                A1,o1,2024-01-03,11
                """).imported().counts()).isEqualTo(counts(0, 1));
    }

    @Test
    void theUndoOfARunPutsBackWhatItReplaced() {
        load(amending("shop"), "ExternalDataReference,Id,Date,Total\nA1,o1,2024-01-01,10\n");
        List<Map<String, Object>> before = rows();

        Run run = load(
                amending("shop"), "ExternalDataReference,Id,Date,Total\nA1,o1,2024-01-02,11\nA1,o2,2024-01-02,20\n");
        assertThat(rows()).hasSize(2).doesNotContainAnyElementsOf(before);
        Run undo = imports.runs(SMALL).run(new RunRequest.Undo(run.number()), Progress.NONE);

        assertThat(undo.status()).as(undo.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(rows()).isEqualTo(before);
    }

    private List<Map<String, Object>> rows() {
        return jdbc.sql(
                        "SELECT number, HEX(transaction_key), happened_at, fields, run_id, recorded_at, source, caller_id,"
                                + " as_of, transaction_no FROM contact_transaction WHERE directory_id = ?")
                .param(directory.id())
                .query()
                .listOfRows();
    }

    @Test
    void rowsOfOneFileAmendEachOtherInItsOrder() {
        Run run = load(amending("shop"), """
            ExternalDataReference,Id,Date,Total
            A1,o1,2024-01-01,10
            A1,o1,2024-01-03,30
            A1,o1,2024-01-02,20
            A1,o1,2024-01-04,40
            """);

        assertThat(run.imported().counts()).isEqualTo(counts(3, 1));
        assertThat(warnings(run)).isEmpty();
        assertThat(transactions()).containsExactly("1 shop o1 259200000 {\"total\":\"40\"}");
        assertThat(journal(run)).singleElement().satisfies(entry -> {
            assertThat(entry.transactions()).hasSize(1);
            assertThat(entry.replaced()).isEmpty();
        });
    }

    @Test
    void aTouchpointIsAmendedWithoutMovingItsContact() {
        load(amending("mail"), "ExternalDataReference,Key,Time,Channel,Kind\nA1,m1,2024-01-01,email,sent\n");
        Map<String, Object> before = directory.contact(1);

        Run run =
                load(amending("mail"), "ExternalDataReference,Key,Time,Channel,Kind\nA1,m1,2024-01-02,email,bounced\n");

        assertThat(run.imported().counts()).isEqualTo(counts(1, 0));
        assertThat(directory.contact(1))
                .containsEntry("version", before.get("version"))
                .containsEntry("modified_at", before.get("modified_at"));
        assertThat(jdbc.sql("SELECT kind FROM touchpoint WHERE directory_id = ?")
                        .param(directory.id())
                        .query(String.class)
                        .list())
                .containsExactly("bounced");
        assertThat(journal(run).getFirst().replaced())
                .extracting(ReplacedEvent::kind)
                .containsExactly(EventKind.TOUCHPOINT);
    }

    @Test
    void importsThatAmendTheSameRecordsAtOnceLeaveTheNewest() throws Exception {
        StringBuilder rows = new StringBuilder("ExternalDataReference,Key,Time,Channel,Kind\n");
        for (int i = 0; i < 60; i++) {
            rows.append(i % 2 == 0 ? "A1" : "A2").append(",k").append(i).append(",2024-01-01,email,sent\n");
        }

        load(amending("mail"), rows.toString());
        List<Path> files = new ArrayList<>();
        for (String day : List.of("2024-01-02", "2024-01-03", "2024-01-04")) {
            files.add(imports.file(rows.toString().replace("2024-01-01", day)));
        }

        try (ExecutorService threads = Executors.newFixedThreadPool(files.size())) {
            List<Future<Run>> running = new ArrayList<>();
            for (Path file : files) {
                running.add(threads.submit(() -> load(amending("mail"), file, new ImportTuning(2, 5, 10, null))));
            }

            for (Future<Run> run : running) {
                assertThat(run.get().imported().counts().total()).isEqualTo(60);
            }
        }

        assertThat(jdbc.sql("SELECT DISTINCT happened_at FROM touchpoint WHERE directory_id = ?")
                        .param(directory.id())
                        .query(Long.class)
                        .list())
                .containsExactly(JANUARY_1 + 3 * 86_400_000L);
    }

    /** As the versions wrote them that kept no ids: the key is a hash of the id alone, or of what was said. */
    private void plantFormer(Sha256 key, String source, String fields) {
        jdbc.sql("UPDATE directory SET former_events = 1, next_transaction = next_transaction + 1 WHERE id = ?")
                .param(directory.id())
                .update();
        jdbc.sql("INSERT INTO transaction_claim (directory_id, transaction_key, number) VALUES (?, ?, 1)")
                .params(directory.id(), key.bytes())
                .update();
        jdbc.sql("""
            INSERT INTO contact_transaction (directory_id, number, transaction_key, happened_at, fields, recorded_at,
              source, transaction_no)
            SELECT id, 1, ?, ?, ?, 0, ?, next_transaction - 1 FROM directory WHERE id = ?
            """)
                .params(key.bytes(), JANUARY_1, fields, source, directory.id())
                .update();
        jdbc.sql("INSERT IGNORE INTO event_source (directory_id, source, created_at) VALUES (?, ?, 0)")
                .params(directory.id(), source)
                .update();
    }

    private static Sha256 formerOfContent(String scope, String fields, int occurrence) {
        Sha256 content = Sha256.of("content", scope, Long.toString(JANUARY_1), fields, Integer.toString(occurrence));
        return Sha256.of("transaction", "1", Long.toHexString(content.first()), Long.toHexString(content.second()));
    }

    @Test
    void aFileImportedAgainFindsWhatOlderVersionsRecorded() {
        plantFormer(Sha256.of("id", "o1"), "manual", "{\"total\":\"10\"}");
        plantFormer(formerOfContent("", "{\"total\":\"20\"}", 1), "manual", "{\"total\":\"20\"}");

        Run run = load(of(null), """
            ExternalDataReference,Id,Date,Total
            A1,o1,2024-01-01,10
            A1,,2024-01-01,20
            A1,,2024-01-01,20
            """);

        assertThat(run.imported().counts()).isEqualTo(counts(1, 2));
        assertThat(warnings(run)).isEmpty();
        assertThat(directory.count("contact_transaction")).isEqualTo(3);
        assertThat(load(of(null), "ExternalDataReference,Date,Total\nA1,2024-01-01,20\nA1,2024-01-01,20\n")
                        .imported()
                        .counts())
                .isEqualTo(counts(0, 2));
        assertThat(warnings(load(of(null), "ExternalDataReference,Id,Date,Total\nA1,o1,2024-01-01,11\n")))
                .singleElement()
                .asString()
                .endsWith(": o1.");
    }

    @Test
    void whatAnOlderVersionRecordedFromAnotherSourceHidesNothingAnyMore() {
        plantFormer(Sha256.of("id", "1"), "nightly", "{\"total\":\"10\"}");

        Run run = load(of(null), "ExternalDataReference,Id,Date,Total\nA2,1,2024-01-01,20\n");

        assertThat(run.imported().counts()).isEqualTo(counts(1, 0));
        assertThat(transactions()).containsExactly("1 nightly 0 {\"total\":\"10\"}", "2 manual 1 0 {\"total\":\"20\"}");
    }

    @Test
    void whatAnOlderVersionRecordedIsAmendedInItsPlace() {
        plantFormer(Sha256.of("id", "o1"), "manual", "{\"total\":\"10\"}");

        load(amending(null), "ExternalDataReference,Id,Date,Total\nA1,o1,2024-01-02,11\n");

        assertThat(transactions()).containsExactly("1 manual 86400000 {\"total\":\"11\"}");
        assertThat(numbers()).containsExactly(1L);
    }

    @Test
    void aTouchpointAddedAgainFindsWhatAnOlderVersionRecorded() {
        jdbc.sql("UPDATE directory SET former_events = 1 WHERE id = ?")
                .param(directory.id())
                .update();
        Sha256 key = Sha256.of("id", "k1");
        jdbc.sql("INSERT INTO touchpoint_claim (directory_id, touchpoint_key, number) VALUES (?, ?, 1)")
                .params(directory.id(), key.bytes())
                .update();
        jdbc.sql(
                        "INSERT INTO touchpoint (directory_id, number, touchpoint_key, channel, kind, happened_at, recorded_at,"
                                + " source) VALUES (?, 1, ?, 'email', 'sent', 5, 0, 'manual')")
                .params(directory.id(), key.bytes())
                .update();

        assertThat(touchpoints.add(
                        directory.id(),
                        1,
                        new TouchpointEdits.Addition(
                                TouchpointParts.of(TouchpointChannel.EMAIL, TouchpointKind.SENT), 5, "manual", "k1")))
                .isEqualTo(new TouchpointEdits.Added.Known(1, TouchpointEdits.Difference.NONE));
        assertThat(directory.count("touchpoint")).isEqualTo(1);
    }
}
