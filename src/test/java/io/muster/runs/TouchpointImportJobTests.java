package io.muster.runs;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.DirectoryState;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.MovableClock;
import io.muster.dedup.TouchpointEdits;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeScope;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.TouchpointParts;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.load.OutcomeCounts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Rows that carry touchpoints, in every mode. */
class TouchpointImportJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final ImportTuning SMALL = new ImportTuning(2, 2, 3, null);
    private static final Map<String, Target> TARGETS = Map.of(
            "Id", new Target.ContactId(),
            "Time", part(Target.TouchpointPart.Part.TIME),
            "Channel", part(Target.TouchpointPart.Part.CHANNEL),
            "Kind", part(Target.TouchpointPart.Part.KIND),
            "Survey", part(Target.TouchpointPart.Part.SURVEY),
            "Key", part(Target.TouchpointPart.Part.KEY),
            "When", new Target.TransactionDate());

    @TempDir
    private static Path folder;

    private static ImportFixture imports;

    private final JdbcClient jdbc = database.jdbc();
    private final MovableClock clock = new MovableClock();
    private final ContactEdits edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
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
        directory = DirectoryFixture.create(jdbc, "extRef", "email");
    }

    @AfterEach
    void checkInvariant() {
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    private static Target.TouchpointPart part(Target.TouchpointPart.Part part) {
        return new Target.TouchpointPart(part);
    }

    private ImportSpec spec(ImportMode mode) {
        return ImportFixture.spec(
                directory.id(),
                told -> told.mode(mode)
                        .mapping(new Mapping(
                                Map.of(), Mapping.Unmapped.IGNORE, List.of(), Map.of(), null, List.of(), TARGETS)));
    }

    private Run load(ImportMode mode, String text) {
        return imports.load(imports.file(text), spec(mode), SMALL);
    }

    private static OutcomeCounts counts(long created, long updated, long unchanged, long rejected, long skipped) {
        return new OutcomeCounts(created, updated, unchanged, rejected, skipped);
    }

    private List<String> recorded() {
        return jdbc.sql("SELECT CONCAT_WS(' ', number, channel, kind, happened_at, survey) FROM touchpoint"
                        + " WHERE directory_id = ? ORDER BY number, happened_at, kind")
                .param(directory.id())
                .query(String.class)
                .list();
    }

    private List<String> rejects(Run run) {
        return jdbc.sql("SELECT CONCAT_WS(' ', row_no, code, field) FROM run_reject WHERE run_id = ? ORDER BY row_no")
                .param(run.number())
                .query(String.class)
                .list();
    }

    @Test
    void eventsOnlyRecordsForContactsFoundAndRejectsTheOthers() {
        edits.upsert(directory.id(), record("extRef", "A1", "email", "a@example.org", "firstName", "Ada"));
        edits.upsert(directory.id(), record("email", "b@example.org"));
        String ada = TestDatabase.IDS.contact(directory.id(), 1);
        String gone = TestDatabase.IDS.contact(directory.id(), 99);
        var before = DirectoryState.of(jdbc, directory.id(), Set.of()).get("contact");
        String file = """
            Id,ExternalDataReference,Email,FirstName,Unsubscribed,Language,City,Time,Channel,Kind,Survey
            %s,,,,,,,2024-01-01,EMAIL,Invite,SV_1
            ,A1,,Augusta,yes,no such language,Rome,2024-01-02,sms,sent,
            ,,B@Example.org,,,,,2024-01-03,web,shown,
            ,A9,,,,,,2024-01-03,web,shown,
            %s,A1,,,,,,2024-01-03,web,shown,
            ,,,,,,,2024-01-03,web,shown,
            nobody,,,,,,,2024-01-03,web,shown,
            """.formatted(ada, gone);

        Run run = load(ImportMode.EVENTS_ONLY, file);

        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.imported().counts()).isEqualTo(counts(0, 3, 0, 4, 0));
        assertThat(recorded())
                .containsExactly(
                        "1 email invite 1704067200000 SV_1", "1 sms sent 1704153600000", "2 web shown 1704240000000");
        assertThat(rejects(run))
                .containsExactly(
                        "4 CONTACT_UNKNOWN", "5 CONTACT_UNKNOWN", "6 CONTACT_UNKNOWN", "7 CONTACT_ID_INVALID Id");
        assertThat(DirectoryState.of(jdbc, directory.id(), Set.of()).get("contact"))
                .isEqualTo(before);
        assertThat(directory.count("embedded_name")).isZero();
        assertThat(load(ImportMode.EVENTS_ONLY, file).imported().counts()).isEqualTo(counts(0, 0, 3, 4, 0));
        assertThat(directory.count("touchpoint")).isEqualTo(3);
    }

    @Test
    void incompleteAndWrongTouchpointsRejectTheirRow() {
        edits.upsert(directory.id(), record("extRef", "A1"));

        Run run = load(ImportMode.EVENTS_ONLY, """
            ExternalDataReference,Time,Channel,Kind,Survey
            A1,,email,sent,
            A1,yesterday,email,sent,
            A1,2024-01-01,,sent,
            A1,2024-01-01,email,,
            A1,2024-01-01,pigeon,sent,
            A1,2024-01-01,email,poked,
            A1,2024-01-01,email,sent,%s
            A1,,,,
            """.formatted("S".repeat(101)));

        assertThat(rejects(run))
                .containsExactly(
                        "1 TOUCHPOINT_TIME_MISSING touchpoint.time",
                        "2 DATE_INVALID Time",
                        "3 TOUCHPOINT_CHANNEL_MISSING touchpoint.channel",
                        "4 TOUCHPOINT_KIND_MISSING touchpoint.kind",
                        "5 CHANNEL_INVALID Channel",
                        "6 KIND_INVALID Kind",
                        "7 TOO_LONG Survey");
        assertThat(run.imported().counts()).isEqualTo(counts(0, 0, 1, 7, 0));
    }

    @Test
    void everyModeDealsWithUnknownContactsInItsWay() {
        String file = "ExternalDataReference,Time,Channel,Kind\nA1,2024-01-01,email,sent\nA1,2024-01-01,email,sent\n";

        assertThat(load(ImportMode.UPDATE_ONLY, file).imported().counts()).isEqualTo(counts(0, 0, 0, 0, 2));
        assertThat(load(ImportMode.EVENTS_ONLY, file).imported().counts()).isEqualTo(counts(0, 0, 0, 2, 0));
        assertThat(load(ImportMode.CREATE_ONLY, file).imported().counts()).isEqualTo(counts(1, 0, 0, 0, 1));
        assertThat(load(ImportMode.UPSERT, file).imported().counts()).isEqualTo(counts(0, 1, 1, 0, 0));
        assertThat(recorded()).containsExactly("1 email sent 1704067200000", "1 email sent 1704067200000");
    }

    @Test
    void aTouchpointAloneMovesNothingOfTheContact() {
        edits.upsert(directory.id(), record("extRef", "A1", "firstName", "Ada"));
        var before = DirectoryState.of(jdbc, directory.id(), Set.of()).get("contact");

        Run touched = load(
                ImportMode.UPSERT, "ExternalDataReference,FirstName,Time,Channel,Kind\nA1,Ada,2024-01-01,email,sent\n");

        assertThat(touched.imported().counts()).isEqualTo(counts(0, 1, 0, 0, 0));
        assertThat(DirectoryState.of(jdbc, directory.id(), Set.of()).get("contact"))
                .isEqualTo(before);
        Run changed = load(
                ImportMode.UPSERT, "ExternalDataReference,FirstName,Time,Channel,Kind\nA1,Bo,2024-01-02,email,sent\n");
        assertThat(changed.imported().counts()).isEqualTo(counts(0, 1, 0, 0, 0));
        assertThat(directory.contact(1)).containsEntry("first_name", "Bo").containsEntry("version", 2);
    }

    @Test
    void keysAreRecordedOnceWhateverWayTheyCome() {
        edits.upsert(directory.id(), record("extRef", "A1"));
        edits.upsert(directory.id(), record("extRef", "A2"));
        touchpoints.add(
                directory.id(),
                1,
                new TouchpointEdits.Addition(
                        TouchpointParts.of(TouchpointChannel.EMAIL, TouchpointKind.SENT), 0, "manual", "k1"));
        touchpoints.add(
                directory.id(),
                2,
                new TouchpointEdits.Addition(
                        TouchpointParts.of(TouchpointChannel.EMAIL, TouchpointKind.SENT),
                        1_704_067_200_000L,
                        "manual",
                        null));

        Run run = load(ImportMode.EVENTS_ONLY, """
            ExternalDataReference,Time,Channel,Kind,Key
            A2,2024-01-01,email,sent,k1
            A2,2024-01-01,email,sent,k2
            A1,2024-01-01,email,sent,k2
            A2,2024-01-01,email,sent,
            """);

        assertThat(run.imported().counts()).isEqualTo(counts(0, 1, 3, 0, 0));
        assertThat(recorded())
                .containsExactly("1 email sent 0", "2 email sent 1704067200000", "2 email sent 1704067200000");
    }

    @Test
    void mergedContactsBringTheirTouchpointsAlongAndTheirIdsStillLead() {
        String file = """
            ExternalDataReference,Time,Channel,Kind
            A1,2024-01-01,email,sent
            A2,2024-01-01,email,sent
            """;
        load(ImportMode.UPSERT, file);
        edits.update(directory.id(), 1, change("email", "a@example.org"));
        edits.update(directory.id(), 2, change("email", "a@example.org"));
        new Duplicates(database.dataSource(), database.transactions(), clock, database.ids())
                .start(directory.id(), MergeScope.ACTIVE_RULES)
                .mergeNext(10);
        assertThat(directory.numbers()).containsExactly(1L);

        assertThat(load(ImportMode.UPSERT, file).imported().counts()).isEqualTo(counts(0, 0, 2, 0, 0));
        String absorbed = TestDatabase.IDS.contact(directory.id(), 2);
        Run late = load(ImportMode.EVENTS_ONLY, "Id,Time,Channel,Kind\n" + absorbed + ",2024-01-05,email,opened\n");
        assertThat(late.imported().counts()).isEqualTo(counts(0, 1, 0, 0, 0));
        assertThat(recorded())
                .containsExactly(
                        "1 email sent 1704067200000", "1 email sent 1704067200000", "1 email opened 1704412800000");
    }

    @Test
    void theSameKeysFromTwoImportsAtOnceAreRecordedOnce() throws Exception {
        StringBuilder contacts = new StringBuilder("ExternalDataReference\n");
        StringBuilder rows = new StringBuilder("ExternalDataReference,Time,Channel,Kind,Key\n");
        for (int i = 0; i < 600; i++) {
            contacts.append("R").append(i).append('\n');
            rows.append("R")
                    .append(i)
                    .append(",2024-01-01,email,sent,")
                    .append(i % 2 == 0 ? "k" + i : "")
                    .append('\n');
        }

        load(ImportMode.UPSERT, contacts.toString());
        Path file = imports.file(rows.toString());
        ImportTuning pace = new ImportTuning(2, 20, 50, null);
        List<Run> runs = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<Run>> futures = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                futures.add(threads.submit(() -> imports.load(file, spec(ImportMode.EVENTS_ONLY), pace)));
            }

            for (Future<Run> future : futures) {
                runs.add(future.get());
            }
        }

        assertThat(runs)
                .allSatisfy(run -> assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED));
        assertThat(runs.stream()
                        .mapToLong(run -> run.imported().counts().updated())
                        .sum())
                .isEqualTo(600);
        assertThat(runs.stream()
                        .mapToLong(run -> run.imported().counts().unchanged())
                        .sum())
                .isEqualTo(1_200);
        assertThat(directory.count("touchpoint")).isEqualTo(600);
    }

    @Test
    void dryRunsRecordNothing() {
        edits.upsert(directory.id(), record("extRef", "A1"));
        ImportSpec dry = ImportFixture.spec(
                directory.id(),
                told -> told.mode(ImportMode.EVENTS_ONLY)
                        .dryRun()
                        .mapping(new Mapping(
                                Map.of(), Mapping.Unmapped.IGNORE, List.of(), Map.of(), null, List.of(), TARGETS)));

        Run run = imports.load(
                imports.file("ExternalDataReference,Time,Channel,Kind\nA1,2024-01-01,email,sent\n"), dry, SMALL);

        assertThat(run.imported().counts()).isEqualTo(counts(0, 1, 0, 0, 0));
        assertThat(directory.count("touchpoint")).isZero();
        assertThat(directory.count("touchpoint_claim")).isZero();
    }

    @Test
    void refusesWhatCannotBeMeant() {
        assertThat(load(ImportMode.UPSERT, "Id,Time,Channel,Kind\nx,2024-01-01,email,sent\n")
                        .reason())
                .contains("ids name contacts only where none is made or changed");
        assertThat(load(ImportMode.EVENTS_ONLY, "ExternalDataReference\nA1\n").reason())
                .contains("nothing gives one. Map a column to transaction.date or touchpoint.time.");
        assertThat(load(ImportMode.EVENTS_ONLY, "ExternalDataReference,Time,Kind\nA1,2024-01-01,sent\n")
                        .reason())
                .contains("nothing gives touchpoint.channel. Map a column to it, or give it as a constant.");
        ImportSpec listed = ImportFixture.spec(
                directory.id(), told -> told.mode(ImportMode.EVENTS_ONLY).list(new ListTarget.Existing("Members")));
        directory.addList("Members");
        assertThat(imports.load(imports.file("ExternalDataReference,When\nA1,2024-01-01\n"), listed, SMALL)
                        .reason())
                .contains("none can join a list");
    }
}
