package io.muster.runs;

import static io.muster.dedup.DirectoryFixture.change;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.directory.FieldPolicy;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportLimits;
import io.muster.jobs.contactimport.ImportReport;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.load.OutcomeCounts;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Files whose rows say as of when they are true: what arrives late replaces nothing that is newer. */
class RecencyJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Mapping BY_SEEN = new Mapping(
            Map.of("Seen", new Target.AsOf()), Mapping.Unmapped.EMBED, List.of(), Map.of(), null, List.of());

    @TempDir
    private static Path folder;

    private static ImportFixture imports;

    private final JdbcClient jdbc = database.jdbc();
    private final MovableClock clock = new MovableClock();
    private final ContactEdits edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
    private final DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef");

    @BeforeAll
    static void start() {
        imports = new ImportFixture(database, folder);
    }

    @AfterAll
    static void stop() {
        imports.close();
    }

    private Run load(String source, String text, UnaryOperator<ImportFixture.SpecBuilder> changes) {
        ImportSpec spec = ImportFixture.spec(
                directory.id(), told -> changes.apply(told.mapping(BY_SEEN).source(source)));
        Run run = imports.load(imports.file(text), spec, ImportFixture.USUAL);
        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        return run;
    }

    private Run load(String source, String text) {
        return load(source, text, told -> told);
    }

    private static OutcomeCounts counts(long created, long updated, long unchanged) {
        return new OutcomeCounts(created, updated, unchanged, 0, 0);
    }

    private @Nullable Object value(String column) {
        return directory.contact(1).get(column);
    }

    @Test
    void anOlderRowOfASourceNeverReplacesWhatItsNewerRowSaid() {
        load("crm", "ExternalDataReference,Email,LastName,Seen\nR1,new@x.org,Ray,2024-05-02\n");

        Run late = load("crm", "ExternalDataReference,Email,LastName,Seen\nR1,old@x.org,Sol,2024-05-01\n");

        assertThat(late.imported().counts()).isEqualTo(counts(0, 0, 1));
        assertThat(value("email")).isEqualTo("new@x.org");
        assertThat(value("last_name")).isEqualTo("Ray");
        assertThat(value("version")).as("nothing was written").isEqualTo(1);
        ImportReport report = JsonMapper.shared().readValue(Objects.requireNonNull(late.report()), ImportReport.class);
        assertThat(report.older()).isEqualTo(1);
        assertThat(report.warnings())
                .contains("1 row says something older than what is known, or of a source of lower precedence; that was"
                        + " left out.");
    }

    @Test
    void aRowThatIsOlderInPartsIsTakenInParts() {
        load("crm", "ExternalDataReference,Email,plan,Seen\nR1,new@x.org,gold,2024-05-02\n");

        Run late = load(
                "crm", "ExternalDataReference,Email,LastName,plan,City,Seen\nR1,old@x.org,Ray,basic,Rome,2024-05-01\n");

        assertThat(late.imported().counts()).isEqualTo(counts(0, 1, 0));
        assertThat(value("email")).isEqualTo("new@x.org");
        assertThat(value("last_name")).as("of which nothing newer was said").isEqualTo("Ray");
        assertThat(value("embedded")).isEqualTo("{\"City\":\"Rome\",\"plan\":\"gold\"}");

        // Each value is as new as the row that said it.
        load("crm", "ExternalDataReference,LastName,Email,Seen\nR1,Sol,between@x.org,2024-05-01T12:00:00Z\n");
        assertThat(value("last_name")).isEqualTo("Sol");
        assertThat(value("email")).isEqualTo("new@x.org");
    }

    @Test
    void rowsOfOneFileAreNewsInTheOrderOfTheirMoments() {
        Run run = load("crm", """
                ExternalDataReference,Email,Seen
                R1,second@x.org,2024-05-02
                R1,third@x.org,2024-05-03
                R1,first@x.org,2024-05-01
                """);

        assertThat(run.imported().counts()).isEqualTo(counts(1, 1, 1));
        assertThat(value("email")).isEqualTo("third@x.org");
    }

    @Test
    void aRowThatSaysTheSameAgainMovesTheAsOfAndNothingElse() {
        load("crm", "ExternalDataReference,Email,Seen\nR1,a@x.org,2024-05-01\n");
        Object modified = value("modified_at");

        Run again = load(
                "crm",
                "ExternalDataReference,Email,Seen\nR1,a@x.org,2024-05-03\n",
                told -> told.limits(ImportLimits.none()));

        assertThat(again.imported().counts()).isEqualTo(counts(0, 0, 1));
        assertThat(value("modified_at")).isEqualTo(modified);
        Run between = load("crm", "ExternalDataReference,Email,Seen\nR1,b@x.org,2024-05-02\n");
        assertThat(between.imported().counts()).isEqualTo(counts(0, 0, 1));
        assertThat(value("email")).isEqualTo("a@x.org");
    }

    @Test
    void theSameFileAgainWritesNothing() {
        String text = "ExternalDataReference,Email,Seen\nR1,a@x.org,2024-05-01\n";
        load("crm", text);
        Object lineage = value("lineage");

        assertThat(load("crm", text).imported().counts()).isEqualTo(counts(0, 0, 1));
        assertThat(value("version")).isEqualTo(1);
        assertThat(value("lineage")).isEqualTo(lineage);
    }

    @Test
    void whatASourceSaidIsNotForgottenWhenAnotherSpeaks() {
        load("crm", "ExternalDataReference,Email,Seen\nR1,crm@x.org,2024-05-02\n");
        load("shop", "ExternalDataReference,Email,Seen\nR1,shop@x.org,2024-04-01\n");
        assertThat(value("email")).as("moments of two sources are not compared").isEqualTo("shop@x.org");

        load("crm", "ExternalDataReference,Email,Seen\nR1,late@x.org,2024-05-01\n");
        assertThat(value("email")).isEqualTo("shop@x.org");
        load("crm", "ExternalDataReference,Email,Seen\nR1,next@x.org,2024-05-03\n");
        assertThat(value("email")).isEqualTo("next@x.org");
    }

    @Test
    void aSourceOfHigherPrecedenceIsNotReplaced() {
        directory.settings("{\"sources\":[\"crm\",\"shop\"]}");
        load("CRM", "ExternalDataReference,Email,Seen\nR1,crm@x.org,2024-01-01\n");

        Run lower = load("shop", "ExternalDataReference,Email,LastName,Seen\nR1,shop@x.org,Ray,2024-05-01\n");
        assertThat(lower.imported().counts()).isEqualTo(counts(0, 1, 0));
        assertThat(value("email")).isEqualTo("crm@x.org");
        load("unnamed", "ExternalDataReference,LastName\nR1,Sol\n", told -> told.mapping(Mapping.ofUpload()));
        assertThat(value("last_name"))
                .as("sources that are not named come last")
                .isEqualTo("Ray");
        load("crm", "ExternalDataReference,LastName\nR1,Bo\n", told -> told.mapping(Mapping.ofUpload()));
        assertThat(value("last_name")).isEqualTo("Bo");
    }

    @Test
    void anEditIsAsNewAsItsMoment() {
        load("crm", "ExternalDataReference,Email,Seen\nR1,crm@x.org,2024-05-01\n");
        clock.set(Instant.parse("2024-05-10T00:00:00Z").toEpochMilli());
        edits.update(directory.id(), 1, change("email", "edit@x.org"));

        load("crm", "ExternalDataReference,Email,Seen\nR1,before@x.org,2024-05-09\n");
        assertThat(value("email")).isEqualTo("edit@x.org");
        load("crm", "ExternalDataReference,Email,Seen\nR1,after@x.org,2024-05-11\n");
        assertThat(value("email")).isEqualTo("after@x.org");
    }

    @Test
    void aRowWithoutAMomentIsOlderThanEveryOther() {
        load("crm", "ExternalDataReference,Email,Seen\nR1,a@x.org,2024-05-01\n");

        load("crm", "ExternalDataReference,Email,LastName,Seen\nR1,b@x.org,Ray,\n");

        assertThat(value("email")).isEqualTo("a@x.org");
        assertThat(value("last_name")).isEqualTo("Ray");
    }

    @Test
    void whatANewerRowClearedStaysEmpty() {
        UnaryOperator<ImportFixture.SpecBuilder> clears = told ->
                told.policies(Map.of("email", FieldPolicy.CLEAR_ON_BLANK, "embedded.plan", FieldPolicy.CLEAR_ON_BLANK));
        load("crm", "ExternalDataReference,Email,plan,Seen\nR1,,,2024-05-02\n", clears);

        load("crm", "ExternalDataReference,Email,plan,Seen\nR1,old@x.org,gold,2024-05-01\n", clears);

        assertThat(value("email")).isNull();
        assertThat(value("embedded")).isNull();
    }

    @Test
    void anOlderOptOutIsNotTakenWhenANewerRowLiftedIt() {
        UnaryOperator<ImportFixture.SpecBuilder> lifts = told -> told.optOut(ImportSpec.OptOut.FALSE_LIFTS);
        load("crm", "ExternalDataReference,Unsubscribed,Seen\nR1,false,2024-05-02\n", lifts);

        load("crm", "ExternalDataReference,Unsubscribed,Seen\nR1,true,2024-05-01\n", lifts);
        assertThat(value("unsubscribed")).isEqualTo(0);
        load("crm", "ExternalDataReference,Unsubscribed,Seen\nR1,true,2024-05-03\n", lifts);
        assertThat(value("unsubscribed")).isEqualTo(1);
    }

    @Test
    void aRowThatOptsOutAgainMovesTheAsOfAndNothingElse() {
        Mapping withAction = new Mapping(
                Map.of("Seen", new Target.AsOf(), "Do", new Target.Action()),
                Mapping.Unmapped.EMBED,
                List.of(),
                Map.of(),
                null,
                List.of());
        UnaryOperator<ImportFixture.SpecBuilder> acts = told -> told.mapping(withAction);
        UnaryOperator<ImportFixture.SpecBuilder> lifts = told -> told.optOut(ImportSpec.OptOut.FALSE_LIFTS);
        load("crm", "ExternalDataReference,Do,Seen\nR1,upsert,2024-05-01\n", acts);
        load("crm", "ExternalDataReference,Do,Seen\nR1,opt-out,2024-05-02\n", acts);
        Object modified = value("modified_at");

        Run again = load("crm", "ExternalDataReference,Do,Seen\nR1,opt-out,2024-05-04\n", acts);
        Run older = load("crm", "ExternalDataReference,Do,Seen\nR1,opt-out,2024-05-03\n", acts);

        assertThat(again.imported().counts()).isEqualTo(counts(0, 0, 1));
        assertThat(older.imported().counts()).isEqualTo(counts(0, 0, 1));
        assertThat(value("modified_at")).isEqualTo(modified);
        load("crm", "ExternalDataReference,Unsubscribed,Seen\nR1,false,2024-05-03\n", lifts);
        assertThat(value("unsubscribed"))
                .as("of 3 May, and the opt-out is known as of 4 May")
                .isEqualTo(1);
        load("crm", "ExternalDataReference,Unsubscribed,Seen\nR1,false,2024-05-05\n", lifts);
        assertThat(value("unsubscribed")).isEqualTo(0);
    }

    @Test
    void jobsWithoutAnAsOfColumnTakeWhatArrives() {
        load("crm", "ExternalDataReference,Email,Seen\nR1,a@x.org,2024-05-01\n");

        load("crm", "ExternalDataReference,Email\nR1,b@x.org\n", told -> told.mapping(Mapping.ofUpload()));

        assertThat(value("email")).isEqualTo("b@x.org");
    }

    @Test
    void aMomentThatCannotBeReadRejectsTheRow() {
        Run run = load("crm", "ExternalDataReference,Email,Seen\nR1,a@x.org,yesterday\n");

        assertThat(run.imported().counts().rejected()).isEqualTo(1);
        assertThat(jdbc.sql("SELECT code FROM run_reject WHERE run_id = ?")
                        .param(run.number())
                        .query(String.class)
                        .single())
                .isEqualTo("DATE_INVALID");
    }

    @Test
    void aContactThatOnlyJoinsAListKeepsItsMoments() {
        directory.addList("News");
        load("crm", "ExternalDataReference,Email,Seen\nR1,a@x.org,2024-05-02\n");

        Run joined = load(
                "crm",
                "ExternalDataReference,Email,Seen\nR1,b@x.org,2024-05-01\n",
                told -> told.list(new ListTarget.Existing("News")));

        assertThat(joined.imported().counts()).isEqualTo(counts(0, 1, 0));
        assertThat(value("email")).isEqualTo("a@x.org");
        assertThat(directory.count("list_member")).isEqualTo(1);
    }
}
