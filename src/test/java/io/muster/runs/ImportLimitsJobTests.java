package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.jobs.Automations;
import io.muster.jobs.Deliveries.Listed;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.DeliverySource;
import io.muster.jobs.contactimport.FileContent;
import io.muster.jobs.contactimport.ImportLimits;
import io.muster.jobs.contactimport.ImportReport;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.Limit;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Each limit that automations have by default, just short of it and just beyond. */
class ImportLimitsJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final ImportLimits USUAL = ImportLimits.none().orUsual(FileContent.PART);

    @TempDir
    private static Path folder;

    private static ImportFixture imports;

    private final JdbcClient jdbc = database.jdbc();
    private final DirectoryFixture directory = DirectoryFixture.create(jdbc, "email");

    @BeforeAll
    static void start() {
        imports = new ImportFixture(database, folder);
    }

    @AfterAll
    static void stop() {
        imports.close();
    }

    /** Contacts with numbered mailboxes and one first name. */
    private static String contacts(int from, int to, String name) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append("c").append(i).append("@x.org,").append(name).append('\n');
        }

        return text.toString();
    }

    private static Path file(String rows) {
        return imports.file("Email,FirstName\n" + rows);
    }

    private ImportSpec usual() {
        return ImportFixture.spec(directory.id(), told -> told.limits(USUAL));
    }

    private void assertLoads(Path file) {
        Run run = imports.load(file, usual(), ImportFixture.USUAL);
        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
    }

    private void assertFails(Path file, String reason) {
        long contacts = directory.count("contact");
        Run run = imports.load(file, usual(), ImportFixture.USUAL);
        assertThat(run.status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.reason())
                .isEqualTo("Cannot load run " + run.id() + ", file " + file.getFileName() + ": " + reason
                        + ". Nothing was loaded. Look at the file and at its rejects. If they are as they should be,"
                        + " reprocess the run with other limits.");
        assertThat(directory.count("contact")).isEqualTo(contacts);
        assertThat(imports.load(file, ImportFixture.spec(directory.id()), ImportFixture.USUAL)
                        .status())
                .as("without limits")
                .isEqualTo(RunStatus.COMPLETED);
    }

    private static String bad(int rows) {
        return "bad,X\n".repeat(rows);
    }

    @Test
    void upToTenPercentOfTheRowsAndUpToTwentyMayBeRejected() {
        assertLoads(file(contacts(0, 225, "Ada") + bad(25)));
        assertFails(
                file(contacts(0, 224, "Ada") + bad(26)),
                "26 of 250 rows rejected, more than the 10 % and 20 rows allowed (max-rejected)");
        assertLoads(file(bad(20)));
        assertFails(file(bad(21)), "21 of 21 rows rejected, more than the 10 % and 20 rows allowed (max-rejected)");
    }

    @Test
    void newContactsAreLimitedFromAThousandOnes() {
        assertLoads(file(contacts(0, 999, "Ada")));
        assertLoads(file(contacts(1_000, 5_000, "Ada")));
        assertThat(directory.count("contact")).isEqualTo(4_999);
        // A quarter of 4,999 is 1,249.75.
        assertLoads(file(contacts(10_000, 11_249, "Ada")));
        // 6,248 now, of which a quarter is 1,562.
        assertFails(
                file(contacts(20_000, 21_563, "Ada")),
                "1,563 contacts would be new in a directory of 6,248, more than the 25 % and 1,000 contacts allowed"
                        + " (max-created)");
    }

    @Test
    void halfOfTheContactsMayChangeAndAThousandAnyway() {
        imports.load(file(contacts(0, 1_000, "Ada")), ImportFixture.spec(directory.id()), ImportFixture.USUAL);
        assertLoads(file(contacts(0, 1_000, "Bo")));
        imports.load(file(contacts(1_000, 2_200, "Ada")), ImportFixture.spec(directory.id()), ImportFixture.USUAL);
        assertLoads(file(contacts(0, 1_100, "Cy")));
        assertFails(
                file(contacts(0, 1_101, "Di")),
                "1,101 of 2,200 contacts of the directory would change, more than the 50 % and 1,000 contacts allowed"
                        + " (max-changed)");
    }

    @Test
    void aHundredContactsMayBecomePartOfOthersAndOnePercentAnyway() {
        directory.addRule("embedded.card", io.muster.dedup.rules.IdentityRule.State.ACTIVE);
        directory.settings("{\"mergeMode\":\"ALL_CONTACTS\"}");
        // Each pair meets only when the second of the two takes the card of the first.
        StringBuilder apart = new StringBuilder("Email,card\n");
        StringBuilder met = new StringBuilder("Email,card\n");
        for (int i = 0; i < 101; i++) {
            apart.append("a%1$d@x.org,A%1$d\nb%1$d@x.org,B%1$d\n".formatted(i));
            met.append("b%1$d@x.org,A%1$d\n".formatted(i));
        }

        assertLoads(imports.file(apart.toString()));
        String all = met.toString();
        assertFails(
                imports.file(all),
                "101 of 202 contacts of the directory would become part of another one when duplicates are merged,"
                        + " more than the 1 % and 100 contacts allowed (max-merges)");
        assertThat(directory.count("contact")).as("merged without limits").isEqualTo(101);
    }

    @Test
    void aHundredMergesAreNoReasonToFail() {
        directory.addRule("embedded.card", io.muster.dedup.rules.IdentityRule.State.ACTIVE);
        directory.settings("{\"mergeMode\":\"ALL_CONTACTS\"}");
        StringBuilder apart = new StringBuilder("Email,card\n");
        StringBuilder met = new StringBuilder("Email,card\n");
        for (int i = 0; i < 100; i++) {
            apart.append("a%1$d@x.org,A%1$d\nb%1$d@x.org,B%1$d\n".formatted(i));
            met.append("b%1$d@x.org,A%1$d\n".formatted(i));
        }

        assertLoads(imports.file(apart.toString()));
        assertLoads(imports.file(met.toString()));
        assertThat(directory.count("contact")).isEqualTo(100);
    }

    @Test
    void groupsThatAreTooLargeToBeMergedAreNoMerges() {
        directory.addRule("embedded.card", io.muster.dedup.rules.IdentityRule.State.ACTIVE);
        directory.settings("{\"mergeMode\":\"ALL_CONTACTS\",\"maxGroup\":50}");
        StringBuilder apart = new StringBuilder("Email,card\n");
        StringBuilder met = new StringBuilder("Email,card\n");
        for (int i = 0; i < 200; i++) {
            apart.append("a%1$d@x.org,A%1$d\n".formatted(i));
            met.append("a%d@x.org,shared\n".formatted(i));
        }

        assertLoads(imports.file(apart.toString()));
        assertLoads(imports.file(met.toString()));
        assertThat(directory.count("contact")).isEqualTo(200);
    }

    @Test
    void aFullFileMayShrinkByHalf() {
        long automation = imports.bean(Automations.class).number("full-" + directory.id());
        ImportSpec full = ImportFixture.spec(
                directory.id(), told -> told.limits(ImportLimits.none().orUsual(FileContent.FULL)));
        assertThat(delivered(automation, contacts(0, 101, "Ada"), full).status())
                .isEqualTo(RunStatus.COMPLETED);
        Run half = delivered(automation, contacts(0, 51, "Ada"), full);
        assertThat(half.status()).as(half.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(delivered(automation, contacts(0, 26, "Ada"), full).status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(delivered(automation, contacts(0, 13, "Ada"), full).status()).isEqualTo(RunStatus.COMPLETED);

        Run less = delivered(automation, contacts(0, 6, "Ada"), full);

        assertThat(less.status()).isEqualTo(RunStatus.FAILED);
        assertThat(less.reason())
                .contains("it has 6 rows where the last file had 13, a shrinkage of more than the 50 % allowed"
                        + " (max-shrinkage). Nothing was loaded.");
        assertThat(delivered(automation, contacts(0, 6, "Ada"), usual()).status())
                .as("a file with a part of the contacts")
                .isEqualTo(RunStatus.COMPLETED);
    }

    private Run delivered(long automation, String rows, ImportSpec spec) {
        Path file = file(rows);
        return imports.runs(ImportFixture.USUAL)
                .run(
                        new RunRequest.ImportDelivery(
                                automation,
                                Listed.local(file),
                                RunRequest.ImportDelivery.Known.LEAVE,
                                spec,
                                DeliverySource.local(file)),
                        Progress.NONE);
    }

    @Test
    void noneLiftsALimitAndAForecastWarnsOfTheDefaults() {
        Path file = file(bad(21));
        ImportLimits lifted = new ImportLimits(Limit.NONE, null, null, null, null, null, null, null);
        Run run = imports.load(
                file,
                ImportFixture.spec(directory.id(), told -> told.limits(lifted.orUsual(FileContent.PART))),
                ImportFixture.USUAL);
        assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);

        assertThat(warnings(ImportFixture.spec(directory.id(), ImportFixture.SpecBuilder::dryRun), file))
                .containsExactly("An automation would load nothing by default: 21 of 21 rows rejected, more than the"
                        + " 10 % and 20 rows allowed (max-rejected).");
        assertThat(warnings(
                        ImportFixture.spec(
                                directory.id(),
                                told -> told.dryRun()
                                        .limits(new ImportLimits(
                                                Limit.parse("5%"), null, null, null, null, null, null, null))),
                        file))
                .containsExactly(
                        "The run would load nothing: 21 of 21 rows rejected, more than the 5 % allowed (max-rejected).");
    }

    private static List<String> warnings(ImportSpec spec, Path file) {
        Run run = imports.load(file, spec, ImportFixture.USUAL);
        assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
        return JsonMapper.shared().readValue(run.report(), ImportReport.class).warnings();
    }

    @Test
    void aFileThatGivesNoFieldOfARuleIsRefused() {
        Run run = imports.load(
                imports.file("email,FirstName\na@x.org,Ada\n"),
                ImportFixture.spec(directory.id()),
                ImportFixture.USUAL);

        assertThat(run.status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.reason())
                .endsWith(": no column goes to a field by which the directory recognises contacts, so that each row"
                        + " would be taken for a new one. Map a column to email. Column 'email' is nearly 'Email', but"
                        + " goes to embedded.email. Map it, or write the header exactly.");
        assertThat(directory.count("contact")).isZero();
    }

    @Test
    void headersThatAreNearlyKnownOnesArePointedOut() {
        Path file = imports.file("Email,firstname,Last Name,plan\na@x.org,Ada,Ray,gold\n");

        assertThat(warnings(ImportFixture.spec(directory.id()), file))
                .containsExactly(
                        "Column 'firstname' is nearly 'FirstName', but goes to embedded.firstname. Map it, or write"
                                + " the header exactly.",
                        "Column 'Last Name' is nearly 'LastName', but goes to embedded.Last Name. Map it, or write"
                                + " the header exactly.");
    }

    @Test
    void rulesThatLackAFieldArePointedOut() {
        DirectoryFixture pairs = DirectoryFixture.create(jdbc, "email,lastName");

        assertThat(warnings(ImportFixture.spec(pairs.id()), imports.file("Email,plan\na@x.org,gold\n")))
                .containsExactly("No identity rule can recognise a row of this file: email,lastName lacks lastName.");
    }
}
