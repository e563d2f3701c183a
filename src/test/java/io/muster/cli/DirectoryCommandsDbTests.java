package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.directory.DirectoryRows;
import io.muster.jobs.Run;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunLedger;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.StateFolder;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DirectoryCommandsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";

    @TempDir
    private Path folder;

    private final DirectoryRows rows = new DirectoryRows(database);

    private record Ended(int exit, String out, String err) {

        JsonNode json() {
            assertThat(exit).as(err).isZero();
            return JsonMapper.shared().readTree(out);
        }

        void refused(int code, String line) {
            assertThat(out).isEmpty();
            assertThat(err).isEqualTo(line + "\n");
            assertThat(exit).isEqualTo(code);
        }
    }

    @BeforeEach
    void useTheTestDatabase() {
        System.setProperty(URL, database.url());
    }

    @AfterEach
    void forgetTheTestDatabase() {
        System.clearProperty(URL);
    }

    @Test
    void createsADirectoryWithItsRules() {
        JsonNode created = muster(
                        "directories",
                        "create",
                        "Customers",
                        "--rule",
                        "extRef",
                        "--rule",
                        "email,lastName",
                        "--rule",
                        "firstName:exact,embedded.plan",
                        "--json")
                .json();
        assertThat(created.get("id").asString()).startsWith("POOL_").hasSize(20);
        assertThat(created.get("name").asString()).isEqualTo("Customers");
        assertThat(created.get("rules").toString())
                .isEqualTo("[[\"extRef\"],[\"email\",\"lastName\"],[\"firstName:exact\",\"embedded.plan\"]]");
        assertThat(muster("directories", "show", "Customers", "--json")
                        .json()
                        .get("contacts")
                        .asInt())
                .isZero();
        assertThat(muster("directories", "show", created.get("id").asString(), "--json")
                        .json()
                        .get("name")
                        .asString())
                .isEqualTo("Customers");
        assertThat(muster("directories", "list", "--json").json().findValuesAsString("name"))
                .contains("Customers");
    }

    @Test
    void rulesAreTheReferenceUnlessToldOtherwise() {
        assertThat(muster("directories", "create", "Default", "--json")
                        .json()
                        .get("rules")
                        .toString())
                .isEqualTo("[[\"extRef\"]]");
        assertThat(muster("directories", "create", "None", "--no-rules", "--json")
                        .json()
                        .get("rules")
                        .toString())
                .isEqualTo("[]");
        muster("directories", "create", "Both", "--no-rules", "--rule", "email")
                .refused(
                        2,
                        "Cannot create the directory: --no-rules and --rule contradict each other. Use one of them.");
    }

    @Test
    void refusesATakenNameWithExitOne() {
        muster("directories", "create", "Taken", "--json").json();
        muster("directories", "create", "Taken", "--json")
                .refused(
                        1,
                        "Cannot create the directory 'Taken': there is a directory of that name."
                                + " Use it, or choose another name.");
    }

    @Test
    void refusesWrongUseWithExitTwoAndNothingDone() {
        muster("directories", "create", "Bad", "--rule", "shoeSize")
                .refused(
                        2,
                        "Cannot use 'shoeSize' in an identity rule: there is no such field. Use firstName, lastName,"
                                + " email, phone, extRef, language or embedded.NAME, with :exact or :folded.");
        muster("directories", "show", "Bad")
                .refused(
                        2,
                        "Cannot use the directory 'Bad': there is no directory of that name."
                                + " The command directories list shows all.");
        assertThat(muster("directories", "create", "Zone", "--time-zone", "Mars/Base")
                        .exit())
                .isEqualTo(2);
        assertThat(muster("directories").exit()).isEqualTo(2);
        assertThat(muster("contacts", "count").exit()).isEqualTo(2);
    }

    @Test
    void changesRulesOneByOneAndAsAWhole() {
        muster("directories", "create", "Rules", "--json").json();
        assertThat(muster("directories", "rules", "Rules", "--add", "email, lastName", "--json")
                        .json()
                        .get("rules")
                        .toString())
                .isEqualTo("[[\"extRef\"],[\"email\",\"lastName\"]]");
        assertThat(muster("directories", "rules", "Rules", "--set", "email,lastName", "--set", "extRef", "--json")
                        .json()
                        .get("identityRules")
                        .toString())
                .isEqualTo("[{\"rule\":2,\"fields\":[\"email\",\"lastName\"],\"state\":\"ACTIVE\"},"
                        + "{\"rule\":1,\"fields\":[\"extRef\"],\"state\":\"ACTIVE\"}]");
        assertThat(muster("directories", "rules", "Rules", "--remove", "2").out())
                .isEqualTo("RULE  FIELDS  STATE\n1     extRef  active\n");
        muster("directories", "rules", "Rules", "--remove", "phone")
                .refused(
                        2,
                        "Cannot remove the rule 'phone': the directory has no such rule."
                                + " Give its fields or its number as shown.");
        rows.contact(number("Rules"), 1, null, null, null, null, "R", null);
        Ended pending = muster("directories", "rules", "Rules", "--add", "phone");
        assertThat(pending.out()).contains("3     phone   pending");
        assertThat(pending.err())
                .isEqualTo("Pending rules match once the re-key job has given every contact its key.\n");
        assertThat(muster("directories", "rules", "Rules", "--no-rules").out())
                .isEqualTo("No identity rules: every record creates a contact.\n");
    }

    @Test
    void changesOnlyTheSettingsGiven() {
        muster("directories", "create", "Tuned", "--json").json();
        assertThat(muster(
                                "directories",
                                "settings",
                                "Tuned",
                                "--policy",
                                "email=keep",
                                "--null-token",
                                "N/A",
                                "--region",
                                "de")
                        .exit())
                .isZero();
        JsonNode settings = muster(
                        "directories",
                        "settings",
                        "Tuned",
                        "--protect-reference",
                        "true",
                        "--merge-mode",
                        "all-contacts",
                        "--max-group",
                        "9",
                        "--placeholder",
                        "unknown",
                        "--source",
                        "crm",
                        "--source",
                        "shop",
                        "--time-zone",
                        "Asia/Tokyo",
                        "--json")
                .json();
        assertThat(settings.get("timeZone").asString()).isEqualTo("Asia/Tokyo");
        assertThat(settings.get("settings").toString())
                .isEqualTo("{\"policies\":{\"email\":\"KEEP\"},\"nullTokens\":[\"N/A\"],\"region\":\"DE\","
                        + "\"mergeMode\":\"ALL_CONTACTS\",\"protectReference\":true,"
                        + "\"placeholders\":[\"unknown\"],\"maxGroup\":9,\"sources\":[\"crm\",\"shop\"]}");
        muster("directories", "settings", "Tuned", "--policy", "email=never")
                .refused(
                        2,
                        "Cannot use the policy 'never': there is none of that name."
                                + " Use overwrite, fill-if-empty, keep, clear-on-blank.");
        assertThat(muster("directories", "settings", "Tuned", "--region", "none", "--no-null-tokens")
                        .out())
                .contains("NULL TOKENS\n")
                .contains("POLICIES           email=keep\n");
    }

    @Test
    void createsListsAndShowsThem() {
        muster("directories", "create", "Listed", "--json").json();
        JsonNode list = muster("lists", "create", "News", "--directory", "Listed", "--json")
                .json();
        assertThat(list.get("id").asString()).startsWith("CG_").hasSize(18);
        muster("lists", "create", "News", "--directory", "Listed")
                .refused(
                        1,
                        "Cannot create the list 'News': the directory has a list of that name."
                                + " Use it, or choose another name.");
        muster("lists", "create", "News", "--directory", "Nowhere")
                .refused(
                        2,
                        "Cannot use the directory 'Nowhere': there is no directory of that name."
                                + " The command directories list shows all.");
        rows.contact(number("Listed"), 1, "A", null, null, null, null, null);
        rows.member(number("Listed"), listNumber(list), 1, 1);
        assertThat(muster("lists", "show", "News", "--directory", "Listed", "--json")
                        .json()
                        .get("unsubscribed")
                        .asInt())
                .isEqualTo(1);
        assertThat(muster("lists", "list", "--directory", "Listed").out())
                .isEqualTo("ID                  NAME  MEMBERS  UNSUBSCRIBED\n"
                        + list.get("id").asString() + "  News  1        1\n");
        assertThat(muster("contacts", "count", "--directory", "Listed", "--list", "News")
                        .out())
                .isEqualTo("1\n");
    }

    @Test
    void renamesAndDeletesLists() {
        muster("directories", "create", "Relisted", "--json").json();
        JsonNode list = muster("lists", "create", "News", "--directory", "Relisted", "--json")
                .json();
        rows.contact(number("Relisted"), 1, "A", null, null, null, null, null);
        rows.member(number("Relisted"), listNumber(list), 1, 0);
        assertThat(muster("lists", "rename", "News", "Letters", "--directory", "Relisted")
                        .out())
                .isEqualTo("The list is now called Letters (" + list.get("id").asString() + ").\n");
        assertThat(muster("lists", "delete", "Letters", "--directory", "Relisted", "--preview")
                        .out())
                .isEqualTo("Would delete the list Letters (" + list.get("id").asString() + ") with 1 members.\n");
        assertThat(muster("lists", "delete", "Letters", "--directory", "Relisted", "--yes", "--json")
                        .json()
                        .get("deleted")
                        .get("members")
                        .asInt())
                .isEqualTo(1);
        muster("lists", "show", "Letters", "--directory", "Relisted")
                .refused(
                        2,
                        "Cannot use the list 'Letters': there is no list of that name."
                                + " The command lists list shows those of a directory.");
        assertThat(muster("contacts", "count", "--directory", "Relisted").out()).isEqualTo("1\n");
        assertThat(muster("audit", "--directory", "Relisted", "--json")
                        .json()
                        .get("lines")
                        .findValuesAsString("action"))
                .startsWith("list.delete", "list.rename", "list.create");
    }

    @Test
    void writesTheMembersOfAListWithTheirOwnOptOut() {
        muster("directories", "create", "Membered", "--json").json();
        JsonNode list = muster("lists", "create", "News", "--directory", "Membered", "--json")
                .json();
        rows.contact(number("Membered"), 1, "A", null, null, null, "a,\"1\"", null);
        rows.contact(number("Membered"), 2, "B", null, null, null, null, null);
        rows.contact(number("Membered"), 3, "C", null, null, null, "not on it", null);
        rows.member(number("Membered"), listNumber(list), 2, 1);
        rows.member(number("Membered"), listNumber(list), 1, 0);
        String first = TestDatabase.IDS.contact(number("Membered"), 1);
        String second = TestDatabase.IDS.contact(number("Membered"), 2);

        assertThat(muster("lists", "members", "News", "--directory", "Membered").out())
                .isEqualTo("contactId,extRef,unsubscribed,embeddedData,joined\r\n"
                        + first + ",\"a,\"\"1\"\"\",false,,1970-01-01T00:00:00.000Z\r\n"
                        + second + ",,true,,1970-01-01T00:00:00.000Z\r\n");
        assertThat(muster("lists", "members", "News", "--directory", "Membered", "--format", "jsonl")
                        .out())
                .isEqualTo("{\"contactId\":\"" + first + "\",\"extRef\":\"a,\\\"1\\\"\",\"unsubscribed\":false,"
                        + "\"embeddedData\":{},\"joined\":\"1970-01-01T00:00:00.000Z\"}\n"
                        + "{\"contactId\":\"" + second + "\",\"extRef\":null,\"unsubscribed\":true,"
                        + "\"embeddedData\":{},\"joined\":\"1970-01-01T00:00:00.000Z\"}\n");
        muster("lists", "members", "News", "--directory", "Membered", "--format", "xml")
                .refused(2, "Cannot export as 'xml': there is no such format. Use csv or jsonl.");
    }

    @Test
    void refusesIdsOfAnotherInstallationAsSuch() {
        muster("directories", "create", "Here", "--json").json();
        Ids elsewhere = new Ids(77);
        String contact = elsewhere.contact(1, 1);
        String list = elsewhere.list(1);

        muster("contacts", "get", contact)
                .refused(
                        2,
                        "Cannot find the contact '" + contact
                                + "': that is an id of another installation. Search for the contact here.");
        muster("lists", "members", list, "--directory", "Here")
                .refused(
                        2,
                        "Cannot use the list '" + list
                                + "': that is an id of another installation. Give the list's id here (CG_…) or its"
                                + " name. The command lists list shows those of a directory.");
        assertThat(muster("directories", "show", elsewhere.directory(1)).err())
                .contains("that is an id of another installation");
        assertThat(muster("segments", "show", elsewhere.segment(1)).err())
                .contains("that is an id of another installation");
        assertThat(muster("runs", "show", elsewhere.run(1)).err()).contains("that is an id of another installation");
        assertThat(muster("duplicates", "show", elsewhere.merge(1)).err())
                .contains("that is an id of another installation");
    }

    @Test
    void showsAContactWithAllItsKeys() {
        muster("directories", "create", "Shown", "--json").json();
        rows.contact(number("Shown"), 1, "Zoë", null, "z@b.de", null, "R1", "{\"plan\":\"gold\"}");
        String id = TestDatabase.IDS.contact(number("Shown"), 1);
        assertThat(muster("contacts", "get", id, "--json").out())
                .isEqualTo("{\"contactId\":\"" + id + "\",\"firstName\":\"Zoë\",\"lastName\":null,\"email\":\"z@b.de\","
                        + "\"phone\":null,\"extRef\":\"R1\",\"language\":null,\"unsubscribed\":false,"
                        + "\"embeddedData\":{\"plan\":\"gold\"},\"lists\":[],\"aliases\":[],"
                        + "\"creationDate\":\"2026-11-22T08:15:30.000Z\","
                        + "\"lastModified\":\"2026-11-22T08:15:30.001Z\"}\n");
        assertThat(muster("contacts", "get", id).out())
                .contains("firstName      Zoë\n")
                .contains("embedded.plan  gold\n");
        muster("contacts", "get", "CID_nonsense")
                .refused(
                        2,
                        "Cannot find the contact 'CID_nonsense': that is no contact id. Use CID_ and 15 characters.");
        assertThat(muster("contacts", "count", "--directory", "Shown").out()).isEqualTo("1\n");
        assertThat(muster("contacts", "count", "--directory", "Shown", "--json").out())
                .isEqualTo("1\n");
    }

    @Test
    void searchesByOneValue() {
        muster("directories", "create", "Searched", "--no-rules", "--json").json();
        rows.contact(number("Searched"), 1, "Anna", "Schmidt", "Anna@B.de", "+4930123456", "R1", null);
        rows.contact(number("Searched"), 2, "Annabel", null, null, null, null, null);
        assertThat(search("--email", "anna@b.DE").get(0).get("extRef").asString())
                .isEqualTo("R1");
        assertThat(search("--ref", "R1").size()).isEqualTo(1);
        assertThat(search("--ref", "r1").size()).isZero();
        assertThat(search("--phone", "+49 30 123456").size()).isEqualTo(1);
        assertThat(search("--name", "ann").size()).isEqualTo(2);
        Ended limited = muster("contacts", "search", "--directory", "Searched", "--name", "ann", "--limit", "1");
        assertThat(limited.out()).contains("Schmidt").doesNotContain("Annabel");
        String first = TestDatabase.IDS.contact(number("Searched"), 1);
        assertThat(limited.err())
                .isEqualTo("No index serves this search: it reads all contacts of the directory.\n"
                        + "Stopped at 1; go on with --after " + first + ".\n");
        assertThat(muster(
                                "contacts",
                                "search",
                                "--directory",
                                "Searched",
                                "--name",
                                "ann",
                                "--limit",
                                "1",
                                "--after",
                                first,
                                "--json")
                        .json()
                        .findValuesAsString("firstName"))
                .containsExactly("Annabel");
        assertThat(muster("contacts", "search", "--directory", "Searched").exit())
                .isEqualTo(2);
        assertThat(muster("contacts", "search", "--directory", "Searched", "--ref", "a", "--name", "b")
                        .exit())
                .isEqualTo(2);
    }

    @Test
    void exportsToStandardOutputAndIntoAFile() throws IOException {
        muster("directories", "create", "Exported", "--json").json();
        rows.contact(number("Exported"), 1, "A,b", null, null, null, "R1", null);
        Ended csv = muster("contacts", "export", "--directory", "Exported", "--format", "csv");
        assertThat(csv.exit()).isZero();
        assertThat(csv.err()).isEmpty();
        assertThat(csv.out())
                .startsWith("contactId,firstName,")
                .contains(",\"A,b\",")
                .endsWith("Z\r\n");

        Path file = folder.resolve("out.jsonl");
        Files.writeString(file, "old");
        Ended written = muster(
                "contacts", "export", "--directory", "Exported", "--format", "jsonl", "--output", file.toString());
        assertThat(written.out()).isEmpty();
        assertThat(written.err()).isEqualTo("Wrote 1 contacts to " + file + ".\n");
        assertThat(Files.readString(file)).contains("\"firstName\":\"A,b\"").endsWith("}\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }

        muster("contacts", "export", "--directory", "Exported", "--format", "xml")
                .refused(2, "Cannot export as 'xml': there is no such format. Use csv or jsonl.");
        Path nowhere = folder.resolve("missing").resolve("x.csv");
        muster("contacts", "export", "--directory", "Exported", "--output", nowhere.toString())
                .refused(
                        2,
                        "Cannot write the contacts to " + nowhere
                                + ": its folder does not exist or it is a folder itself."
                                + " Name a file in an existing folder.");
    }

    @Test
    void keepsADirectoryThatAJobFileNames() throws IOException {
        muster("directories", "create", "Named by a job", "--json").json();
        Path jobs = Files.createDirectories(folder.resolve("jobs"));
        Path file = Files.writeString(jobs.resolve("nightly.yaml"), """
            kind: contact-import
            id: nightly
            name: Nightly
            source: {type: folder, folder: inbox}
            target: {directory: Named by a job}
            """);
        System.setProperty("muster.jobs", jobs.toString());
        try {
            Ended kept = muster("directories", "delete", "Named by a job", "--yes");
            assertThat(kept.err())
                    .endsWith("Cannot delete the directory 'Named by a job': these jobs name it: nightly. Remove their"
                            + " files, or name another directory there.\n");
            assertThat(kept.exit()).isEqualTo(1);
            muster("directories", "show", "Named by a job", "--json").json();

            Files.delete(file);
            assertThat(muster("directories", "delete", "Named by a job", "--yes")
                            .exit())
                    .isZero();
        } finally {
            System.clearProperty("muster.jobs");
        }
    }

    @Test
    void deletesContactsAllOrNone() {
        muster("directories", "create", "Deleted", "--json").json();
        JsonNode list = muster("lists", "create", "L", "--directory", "Deleted", "--json")
                .json();
        int number = number("Deleted");
        rows.contact(number, 1, "A", null, null, null, "R1", null);
        rows.contact(number, 2, "B", null, null, null, "R2", null);
        rows.member(number, listNumber(list), 1, 0);
        String first = TestDatabase.IDS.contact(number, 1);
        String second = TestDatabase.IDS.contact(number, 2);
        String absent = TestDatabase.IDS.contact(number, 3);
        muster("contacts", "delete", first, absent)
                .refused(
                        2,
                        "Cannot find the contact " + absent
                                + ": there is none of that id. It may have been deleted or merged; search for it.");
        assertThat(muster("contacts", "count", "--directory", "Deleted").out()).isEqualTo("2\n");
        assertThat(muster("contacts", "delete", first, second, "--json").out())
                .isEqualTo("{\"deleted\":[\"" + first + "\",\"" + second + "\"]}\n");
        assertThat(muster("contacts", "count", "--directory", "Deleted").out()).isEqualTo("0\n");
        assertThat(muster("contacts", "count", "--directory", "Deleted", "--list", "L")
                        .out())
                .isEqualTo("0\n");
        assertThat(muster("contacts", "delete").exit()).isEqualTo(2);
    }

    @Test
    void deletesADirectoryWithAllThatIsInIt() {
        JsonNode created = muster("directories", "create", "Gone", "--json").json();
        String id = created.get("id").asString();
        muster("lists", "create", "News", "--directory", "Gone", "--json").json();
        int number = number("Gone");
        rows.contact(number, 1, "A", null, null, null, "R1", null);
        rows.contact(number, 2, "B", null, null, null, "R2", null);

        assertThat(muster("directories", "delete", "Gone", "--preview").out())
                .isEqualTo("Would delete the directory Gone (" + id
                        + ") with 2 contacts, 1 lists, 0 segments and what its 0 runs left.\n");
        assertThat(muster("directories", "delete", id, "--preview", "--json").out())
                .isEqualTo("{\"wouldDelete\":{\"directory\":\"" + id + "\",\"name\":\"Gone\",\"contacts\":2,"
                        + "\"lists\":1,\"segments\":0,\"runs\":0},\"refusedBecause\":[]}\n");
        Ended declined = answered("no", "directories", "delete", "Gone");
        assertThat(declined.exit()).isEqualTo(1);
        assertThat(declined.err())
                .isEqualTo("Delete the directory Gone (" + id
                        + ") with 2 contacts, 1 lists, 0 segments and what its 0 runs left? [y/N] "
                        + "Cannot go on: it was not confirmed. Nothing was changed.\n");
        assertThat(muster("contacts", "count", "--directory", "Gone").out()).isEqualTo("2\n");

        JsonNode deleted = answered("no", "directories", "delete", "Gone", "--yes", "--json")
                .json();

        String run = deleted.get("run").asString();
        assertThat(deleted.toString())
                .isEqualTo("{\"directory\":\"" + id + "\",\"name\":\"Gone\",\"run\":\"" + run
                        + "\",\"status\":\"COMPLETED\",\"contacts\":2,\"lists\":1,\"segments\":0,\"runs\":0}");
        assertThat(rows("contact", number)).isZero();
        assertThat(rows("mailing_list", number)).isZero();
        muster("directories", "show", "Gone")
                .refused(
                        2,
                        "Cannot use the directory 'Gone': there is no directory of that name."
                                + " The command directories list shows all.");
        assertThat(muster("runs", "show", run, "--json").json().get("kind").asString())
                .isEqualTo("deletion");
        JsonNode line = muster("audit", "--subject", run, "--json").json().at("/lines/0");
        assertThat(line.get("action").asString()).isEqualTo("run.start");
        assertThat(line.get("detail").toString()).isEqualTo("{\"kind\":\"deletion\"}");
        assertThat(line.toString()).contains(System.getProperty("user.name"));
    }

    @Test
    void keepsADirectoryThatIsInUse() throws IOException {
        String id = muster("directories", "create", "Used", "--json")
                .json()
                .get("id")
                .asString();
        Path jobs = Files.createDirectories(folder.resolve("jobs"));
        Path job = jobs.resolve("nightly.yaml");
        Files.writeString(
                job,
                Files.readString(Path.of("jobs/segments.yaml")).replace("directory: Customers", "directory: Used"));
        Run run = new RunLedger(
                        database.jdbc(),
                        new TransactionTemplate(database.transactions()),
                        InstantSource.system(),
                        database.ids())
                .enter(
                        new RunLedger.NewRun(RunKind.MERGE, 0, null, number("Used"), "{}", "nobody"),
                        Actor.commandLine("somebody"));
        String byJob = "Cannot delete the directory 'Used': these jobs name it: nightly-segments."
                + " Remove their files, or name another directory there.";
        String byRun = "Cannot delete the directory: its run " + run.id() + " is under way. Wait for it or stop it.";
        System.setProperty("muster.jobs", jobs.toString());
        try {
            assertThat(muster("directories", "delete", "Used", "--preview").out())
                    .isEqualTo("Would delete the directory Used (" + id
                            + ") with 0 contacts, 0 lists, 0 segments and what its 1 runs left.\n" + byJob + "\n"
                            + byRun + "\n");
            muster("directories", "delete", "Used", "--yes").refused(1, byJob);
            Files.delete(job);
            muster("directories", "delete", "Used", "--yes").refused(1, byRun);
        } finally {
            System.clearProperty("muster.jobs");
        }

        assertThat(muster("directories", "show", "Used").exit()).isZero();
    }

    private long rows(String table, int directory) {
        return database.jdbc()
                .sql("SELECT COUNT(*) FROM " + table + " WHERE directory_id = ?")
                .param(directory)
                .query(Long.class)
                .single();
    }

    private JsonNode search(String option, String value) {
        return muster("contacts", "search", "--directory", "Searched", option, value, "--json")
                .json();
    }

    private int number(String directory) {
        return rows.directories().find(directory).number();
    }

    private static int listNumber(JsonNode list) {
        return (int)
                TestDatabase.IDS.read(PublicId.LIST, list.get("id").asString()).orElseThrow();
    }

    private Ended muster(String... args) {
        return muster(terminal -> terminal, args);
    }

    /** The same with a person at the terminal who answers questions so. */
    private Ended answered(String answer, String... args) {
        return muster(terminal -> terminal.withPerson(new BufferedReader(new StringReader(answer + "\n"))), args);
    }

    private Ended muster(UnaryOperator<Terminal> person, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(out, err, new StateFolder(folder.resolveSibling("home")));
        int exit = Cli.run(person.apply(terminal), args);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
