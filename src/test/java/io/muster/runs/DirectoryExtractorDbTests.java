package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.muster.app.EligibilityRequest;
import io.muster.app.EligibilityRuns;
import io.muster.app.FrequencyQuestion;
import io.muster.app.RunningConfiguration;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.store.ContactExport;
import io.muster.directory.store.Directories;
import io.muster.directory.store.EmbeddedNames;
import io.muster.directory.store.MailingLists;
import io.muster.extract.record.DirectoryRecords;
import io.muster.extract.record.EligibilityRecords;
import io.muster.extract.record.InsideSpec;
import io.muster.extract.record.RecordExtractor;
import io.muster.extract.record.TakenRecords;
import io.muster.jobs.eligibility.EligibilityResults;
import io.muster.jobs.records.InsideRecords;
import io.muster.segment.Segment;
import io.muster.support.Refusal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Workflows read what this installation has itself. */
class DirectoryExtractorDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Actor TESTER = Actor.commandLine("tester");

    @TempDir
    private static Path home;

    @TempDir
    private Path folder;

    private static ImportFixture beans;
    private static RebuildFixture rebuilds;

    private final JdbcClient jdbc = database.jdbc();
    private DirectoryFixture rows;
    private Directory directory;
    private InsideRecords inside;

    @BeforeAll
    static void open() {
        beans = new ImportFixture(database, home.resolve("running"), RunningConfiguration.class);
        rebuilds = new RebuildFixture(database, home.resolve("rebuilds"));
    }

    @AfterAll
    static void close() {
        rebuilds.close();
        beans.close();
    }

    @BeforeEach
    void makeADirectory() {
        rows = DirectoryFixture.create(jdbc, "extRef");
        directory = rebuilds.directory(rows);
        inside = new InsideRecords(
                beans.bean(Directories.class),
                beans.bean(MailingLists.class),
                rebuilds.segments,
                rebuilds.members,
                beans.bean(ContactExport.class),
                rebuilds.runs,
                new EligibilityResults(jdbc, TestDatabase.IDS));
    }

    @Test
    void readsAllContactsWithFieldsEmbeddedDataAndLists() {
        int list = rows.addList("News");
        contact(1, "R-1", "Zoë \"Z\" 🙂", "{\"tier\":\"gold\",\"email\":\"a,b\"}", list);
        contact(70_000, "R-2", null, "{\"City\":\"Köln\\nDeutz\"}", null);
        names("tier", "email", "City");

        TakenRecords taken = extract(new DirectoryRecords(directory.name(), null, null));

        assertThat(taken.columns())
                .contains(
                        "contactId", "firstName", "extRef", "unsubscribed", "tier", "embedded.email", "City", "lists");
        assertThat(taken.records().getFirst())
                .containsEntry("contactId", id(1))
                .containsEntry("firstName", "Zoë \"Z\" 🙂")
                .containsEntry("tier", "gold")
                .containsEntry("embedded.email", "a,b")
                .containsEntry("City", "")
                .containsEntry("unsubscribed", "false")
                .containsEntry("lists", "[\"" + TestDatabase.IDS.list(list) + "\"]");
        assertThat(taken.records().getLast())
                .containsEntry("City", "Köln\nDeutz")
                .containsEntry("firstName", "");
    }

    @Test
    void readsTheMembersOfAList() {
        int list = rows.addList("News");
        contact(1, "R-1", null, null, null);
        contact(2, "R-2", null, null, list);

        assertThat(extract(new DirectoryRecords(directory.name(), "News", null)).values("extRef"))
                .containsExactly("R-2");
    }

    @Test
    void readsTheMembersOfThePublishedVersionOfASegment() {
        rebuilds.contacts(directory, 1, 3, 10, "DE", null);
        rebuilds.contacts(directory, 2, 3, 10, "FR", null);
        rebuilds.contacts(directory, 200_000, 1, 3, "DE", null);
        Segment segment = rebuilds.unguarded(directory, "Germans", "{field: language, is: DE}");
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(new DirectoryRecords(directory.name(), null, "Germans")))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("NEVER_REBUILT"));
        var unused = rebuilds.full(directory);
        // What has changed since is not yet in the published version, but in the contact.
        rebuilds.language(directory, 4, "EN");
        rebuilds.delete(directory, 7);

        TakenRecords taken = extract(new DirectoryRecords(directory.name(), null, "Germans"));

        List<String> expected = LongStream.concat(
                        LongStream.iterate(1, number -> number + 3).limit(10).filter(number -> number != 7),
                        LongStream.range(200_000, 200_003))
                .mapToObj(number -> "R" + number)
                .toList();
        assertThat(taken.values("extRef")).isEqualTo(expected);
        assertThat(taken.records().get(1)).containsEntry("extRef", "R4").containsEntry("language", "EN");
        assertThat(rebuilds.members(segment)).doesNotContain(200_003L);
    }

    @Test
    void readsTheNewestAnswerAboutWhoMayBeContacted() {
        contact(1, "R-1", null, null, rows.addList("News"));
        EligibilityRuns runs = beans.bean(EligibilityRuns.class);
        String id = TestDatabase.IDS.directory(rows.id());
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(new EligibilityRecords(directory.name(), null)))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("UNKNOWN_RUN"));
        String run = runs.start(new EligibilityRequest(
                TESTER, id, null, "News", null, new FrequencyQuestion("email", null, null), null));
        var unused =
                beans.bean(RunService.class).await(beans.bean(RunService.class).show(run));

        for (EligibilityRecords spec :
                List.of(new EligibilityRecords(id, null), new EligibilityRecords(directory.name(), run))) {
            TakenRecords taken = extract(spec);
            assertThat(taken.values("extRef")).containsExactly("R-1");
            assertThat(taken.values("eligible")).containsExactly("true");
        }
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(new EligibilityRecords(directory.name(), "RN_000000000000000")));
    }

    @Test
    void hasNoRecordsWhereNobodyIs() {
        TakenRecords taken = extract(new DirectoryRecords(directory.name(), null, null));

        assertThat(taken.columns()).contains("extRef");
        assertThat(taken.records()).isEmpty();
    }

    @Test
    void refusesWhatIsNotThere() {
        for (InsideSpec spec : List.of(
                new DirectoryRecords("Nowhere", null, null),
                new DirectoryRecords(directory.name(), "Nobody", null),
                new DirectoryRecords(directory.name(), null, "Nobody"))) {
            assertThatExceptionOfType(Refusal.class).isThrownBy(() -> extract(spec));
        }
    }

    private TakenRecords extract(InsideSpec spec) {
        TakenRecords taken = new TakenRecords();
        try (RecordExtractor extractor = inside.open(spec, folder)) {
            var unused = extractor.extract(taken);
        }
        assertThat(folder).isEmptyDirectory();
        return taken;
    }

    private String id(long number) {
        return TestDatabase.IDS.contact(rows.id(), number);
    }

    private void contact(
            long number, String extRef, @Nullable String firstName, @Nullable String embedded, @Nullable Integer list) {
        jdbc.sql("INSERT INTO contact (directory_id, number, ext_ref, first_name, unsubscribed, embedded, created_at,"
                        + " modified_at, version) VALUES (?, ?, ?, ?, 0, ?, 0, 0, 1)")
                .params(Arrays.asList(rows.id(), number, extRef, firstName, embedded))
                .update();
        if (list != null) {
            jdbc.sql("INSERT INTO list_member (directory_id, list_id, number, unsubscribed, joined_at)"
                            + " VALUES (?, ?, ?, 0, 0)")
                    .params(rows.id(), list, number)
                    .update();
        }
    }

    private void names(String... names) {
        for (String name : names) {
            jdbc.sql("INSERT INTO embedded_name (directory_id, name_key, name, created_at) VALUES (?, ?, ?, 0)")
                    .params(rows.id(), EmbeddedNames.key(name), name)
                    .update();
        }
    }
}
