package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.directory.DirectoryRows;
import io.muster.support.StateFolder;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ContactCommandsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";

    @TempDir
    private Path folder;

    private final DirectoryRows rows = new DirectoryRows(database);
    private @Nullable String person;
    private String pool;

    private record Ended(int exit, String out, String err) {

        JsonNode json() {
            assertThat(exit).as(err).isZero();
            return JsonMapper.shared().readTree(out);
        }
    }

    @BeforeEach
    void makeADirectoryWithAList() {
        System.setProperty(URL, database.url());
        pool = muster("directories", "create", "D" + System.nanoTime(), "--rule", "extRef", "--rule", "email", "--json")
                .json()
                .get("id")
                .asString();
        muster("directories", "settings", pool, "--region", "DE", "--null-token", "N/A", "--json")
                .json();
        muster("lists", "create", "News", "-d", pool, "--json").json();
    }

    @AfterEach
    void forgetTheTestDatabase() {
        System.clearProperty(URL);
    }

    @Test
    void createsAContactByTheRulesOfImportsAndNamesTheRulesInForce() {
        Ended created = muster(
                "contacts",
                "create",
                "-d",
                pool,
                "--email",
                " Anna@Example.org ",
                "--phone",
                "030 123456",
                "--ref",
                "A1",
                "--first-name",
                "N/A",
                "--embedded",
                "plan=gold",
                "--list",
                "News",
                "--json");
        JsonNode answer = created.json();
        assertThat(answer.get("outcome").asString()).isEqualTo("created");
        assertThat(answer.get("rules").toString()).isEqualTo("[[\"extRef\"],[\"email\"]]");
        JsonNode contact = answer.get("contact");
        assertThat(contact.get("email").asString()).isEqualTo("Anna@Example.org");
        assertThat(contact.get("phone").asString()).isEqualTo("+4930123456");
        assertThat(contact.get("firstName").isNull()).isTrue();
        assertThat(contact.get("embeddedData").toString()).isEqualTo("{\"plan\":\"gold\"}");
        assertThat(contact.get("lists").size()).isEqualTo(1);

        Ended again = muster("contacts", "create", "-d", pool, "--email", "anna@EXAMPLE.org");
        assertThat(again.exit()).isEqualTo(1);
        assertThat(again.err())
                .isEqualTo("Cannot create the contact: by the identity rules it is the contact "
                        + contact.get("contactId").asString() + ". Change that one.\n");
        assertThat(muster("contacts", "create", "-d", pool, "--ref", "B1").out())
                .endsWith("Identity rules in force: extRef | email.\n");
    }

    @Test
    void showsWhichRunFileAndRowOrWhichEditLastSetEachValue() throws IOException {
        Path first = Files.writeString(folder.resolve("first.csv"), """
                ExternalDataReference,Email,Phone,plan
                A0,zero@example.org,,basic
                A1,anna@example.org,030 123456,basic
                """);
        Path second = Files.writeString(folder.resolve("second.csv"), """
                ExternalDataReference,plan,City
                A1,gold,Rome
                """);
        String firstRun = imported(first);
        String secondRun = imported(second);
        String contact = muster("contacts", "search", "-d", pool, "--ref", "A1", "--json")
                .json()
                .get(0)
                .get("contactId")
                .asString();
        muster("contacts", "update", contact, "--email", "anna@example.com", "--clear", "phone", "--json")
                .json();

        Ended shown = muster("contacts", "show", contact, "--lineage", "--json");
        List<String> fields = new ArrayList<>();
        for (JsonNode field : shown.json().get("fields")) {
            fields.add(String.join(
                    " ",
                    field.get("field").asString(),
                    field.get("value").asString("-"),
                    field.get("by").asString(),
                    field.get("run").asString("-"),
                    field.get("row").asString("-"),
                    field.get("file").isNull()
                            ? "-"
                            : Path.of(field.get("file").asString())
                                    .getFileName()
                                    .toString(),
                    field.get("at").isNull() ? "-" : "at",
                    field.get("actor").isNull() ? "-" : "by somebody"));
        }

        assertThat(fields)
                .containsExactly(
                        "email anna@example.com edit - - - at by somebody",
                        "phone - edit - - - at by somebody",
                        "extRef A1 import " + firstRun + " 2 first.csv at -",
                        "embedded.City Rome import " + secondRun + " 1 second.csv at -",
                        "embedded.plan gold import " + secondRun + " 1 second.csv at -");
        assertThat(muster("contacts", "show", contact, "--lineage").out())
                .startsWith("FIELD")
                .contains("run " + firstRun, "(command line)", "second.csv")
                .doesNotContain("Unknown");
    }

    @Test
    void saysThatItDoesNotKnowWhereValuesOfOlderContactsComeFrom() {
        String contact = muster("contacts", "create", "-d", pool, "--ref", "A1", "--json")
                .json()
                .get("contact")
                .get("contactId")
                .asString();
        database.jdbc().sql("UPDATE contact SET lineage = NULL").update();
        muster("contacts", "update", contact, "--embedded", "plan=gold", "--json")
                .json();

        JsonNode fields = muster("contacts", "show", contact, "--lineage", "--json")
                .json()
                .get("fields");
        assertThat(fields.get(0).get("field").asString()).isEqualTo("extRef");
        assertThat(fields.get(0).get("by").asString()).isEqualTo("unknown");
        assertThat(fields.get(1).get("field").asString()).isEqualTo("embedded.plan");
        assertThat(fields.get(1).get("by").asString()).isEqualTo("edit");
        assertThat(muster("contacts", "show", contact, "--lineage").out())
                .endsWith(
                        "Unknown: set before Muster kept these records, or taken over from such a contact by a merge.\n");
    }

    private String imported(Path file) {
        return muster("import", file.toString(), "-d", pool, "--json")
                .json()
                .get("run")
                .asString();
    }

    @Test
    void refusesValuesThatAnImportWouldReject() {
        refused(
                2,
                "Cannot create the contact: the domain of the email",
                "contacts",
                "create",
                "-d",
                pool,
                "--email",
                "anna@");
        refused(2, "no value is given", "contacts", "create", "-d", pool);
        refused(2, "the value of email is blank", "contacts", "create", "-d", pool, "--email", " ");
        refused(
                2,
                "there is no list of that name. The command lists list shows",
                "contacts",
                "create",
                "-d",
                pool,
                "--ref",
                "X",
                "--list",
                "Nowhere");
        assertThat(muster("contacts", "count", "-d", pool).out()).isEqualTo("0\n");
    }

    @Test
    void updatesAndClearsValuesAndSaysWhenNothingChanged() {
        String id = contact("--ref", "A1", "--phone", "030 1234567", "--embedded", "plan=gold");
        String other = contact("--ref", "A2");
        JsonNode after = muster(
                        "contacts",
                        "update",
                        id,
                        "--language",
                        "de",
                        "--clear",
                        "phone",
                        "--clear",
                        "embedded.PLAN",
                        "--json")
                .json();
        assertThat(after.get("outcome").asString()).isEqualTo("updated");
        assertThat(after.get("contact").get("phone").isNull()).isTrue();
        assertThat(after.get("contact").get("embeddedData").toString()).isEqualTo("{}");
        assertThat(muster("contacts", "update", id, "--language", "de").out())
                .isEqualTo("The contact " + id + " is as it was.\n");
        refused(1, "its external reference belongs to " + id, "contacts", "update", other, "--ref", "A1");
        refused(2, "'shoeSize' is not a contact field", "contacts", "update", id, "--clear", "shoeSize");
        refused(2, "nothing is to be changed", "contacts", "update", id);
    }

    @Test
    void joinsAndLeavesListsAndOptsOutOfThem() {
        String a = contact("--ref", "A1");
        String b = contact("--ref", "A2");
        assertThat(muster("contacts", "join", a, "--list", "News", "--embedded", "source=fair", "--json")
                        .json()
                        .get("changed")
                        .size())
                .isEqualTo(1);
        assertThat(muster("contacts", "join", a, b, "--list", "News").out())
                .isEqualTo("1 contact joined the list. Already so: 1 contact.\n");
        assertThat(muster("contacts", "opt-out", a, "--list", "News").out()).isEqualTo("1 contact opted out.\n");
        assertThat(muster("contacts", "show", a, "--json")
                        .json()
                        .get("lists")
                        .get(0)
                        .toString())
                .contains("\"name\":\"News\",\"unsubscribed\":true,\"embeddedData\":{\"source\":\"fair\"}");
        assertThat(muster("contacts", "opt-in", a, "--list", "News").out()).isEqualTo("1 contact opted in.\n");
        assertThat(muster("contacts", "leave", a, "--list", "News", "--preview").out())
                .isEqualTo("1 contact would leave the list.\n");
        assertThat(muster("contacts", "leave", a, "--list", "News").out()).isEqualTo("1 contact left the list.\n");
        assertThat(muster("contacts", "leave", a, "--list", "News").out())
                .isEqualTo("0 contacts left the list. Already so: 1 contact.\n");
        refused(1, "is not on the list 'News'", "contacts", "opt-out", b, a, "--list", "News");
        assertThat(muster("lists", "show", "News", "-d", pool, "--json")
                        .json()
                        .get("unsubscribed")
                        .asInt())
                .as("the refused opt-out changed none of the two")
                .isZero();
        assertThat(muster("contacts", "opt-out", a).out()).isEqualTo("1 contact opted out.\n");
        assertThat(muster("contacts", "get", a, "--json")
                        .json()
                        .get("unsubscribed")
                        .asBoolean())
                .isTrue();
        assertThat(muster("contacts", "opt-in", a, b).out()).isEqualTo("1 contact opted in. Already so: 1 contact.\n");
    }

    @Test
    void deletesOnlyAfterAYesWhereAPersonIsAtTheTerminal() {
        String id = contact("--ref", "A1", "--list", "News");
        muster("touchpoints", "add", "-d", pool, "--ref", "A1", "--channel", "sms", "--kind", "sent");
        assertThat(muster("contacts", "delete", id, "--preview", "--json").out())
                .isEqualTo("{\"wouldDelete\":[{\"contactId\":\"" + id
                        + "\",\"lists\":1,\"touchpoints\":1,\"transactions\":0,\"responses\":0}]}\n");
        person = "no\n";
        Ended refused = muster("contacts", "delete", id);
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err())
                .isEqualTo("Delete 1 contact? [y/N] Cannot go on: it was not confirmed. Nothing was changed.\n");
        assertThat(muster("contacts", "count", "-d", pool).out()).isEqualTo("1\n");
        assertThat(muster("contacts", "delete", id, "--yes").err()).isEmpty();
        String second = contact("--ref", "A2");
        person = "yes\n";
        assertThat(muster("contacts", "delete", second).out()).isEqualTo("Deleted 1 contact.\n");
        assertThat(muster("contacts", "count", "-d", pool).out()).isEqualTo("0\n");
    }

    @Test
    void showsOneTimelinePageByPage() {
        String id = contact("--ref", "A1");
        int directory = rows.directories().find(pool).number();
        for (int second = 0; second < 5; second++) {
            muster(
                    "touchpoints",
                    "add",
                    "-d",
                    pool,
                    "--ref",
                    "A1",
                    "--channel",
                    "sms",
                    "--kind",
                    "sent",
                    "--time",
                    "2026-01-01T00:00:0" + second + "Z");
        }

        rows.jdbc().sql("""
            INSERT INTO contact_transaction (directory_id, number, transaction_key, happened_at, fields,
              recorded_at, source, transaction_no)
            VALUES (?, 1, UNHEX('0A'), ?, '{"sku":"S1"}', 1, 'shop', 1), (?, 1, UNHEX('0B'), ?, NULL, 1, 'shop', 2)
            """).params(directory, 1767225602000L, directory, -1L).update();
        rows.jdbc().sql("""
            INSERT INTO contact_merge (directory_id, survivor, absorbed, state, evidence, merged_at)
            VALUES (?, 1, 2, 'MERGED', '[]', ?)
            """).params(directory, 1767225602000L).update();
        JsonNode all = muster("contacts", "show", id, "--json").json();
        assertThat(all.get("timeline").findValuesAsString("type"))
                .containsExactly(
                        "touchpoint",
                        "touchpoint",
                        "touchpoint",
                        "transaction",
                        "merge",
                        "touchpoint",
                        "touchpoint",
                        "transaction");
        assertThat(all.get("timeline").get(7).get("time").asString()).isEqualTo("1969-12-31T23:59:59.999Z");
        assertThat(all.get("next").isNull()).isTrue();

        List<JsonNode> paged = new ArrayList<>();
        JsonNode page = muster("contacts", "show", id, "--most", "1", "--json").json();
        page.get("timeline").forEach(paged::add);
        while (!page.get("next").isNull()) {
            page = muster(
                            "contacts",
                            "show",
                            id,
                            "--most",
                            "1",
                            "--after",
                            page.get("next").asString(),
                            "--json")
                    .json();
            page.get("timeline").forEach(paged::add);
        }

        assertThat(paged).isEqualTo(all.get("timeline").values().stream().toList());
        Ended limited = muster("touchpoints", "list", "--contact", id, "--most", "3", "--json");
        assertThat(limited.json().size()).isEqualTo(3);
        String next = limited.err().replaceAll("(?s)Stopped at 3; go on with --after (\\S+)\\.\n", "$1");
        assertThat(muster("touchpoints", "list", "--contact", id, "--after", next, "--json")
                        .json()
                        .size())
                .isEqualTo(2);
        refused(2, "that is no place in a timeline", "contacts", "show", id, "--after", "yesterday");
    }

    @Test
    void searchesAllFieldsAndEmbeddedDataAndSaysWhenItReadsEverything() {
        String a = contact("--ref", "A1", "--first-name", "Zoë", "--language", "de", "--embedded", "Plan=Gold");
        contact("--ref", "A2", "--last-name", "Goldmann", "--email", "g@example.org");
        assertThat(found("--field", "embedded.plan=GOLD")).containsExactly(a);
        assertThat(found("--field", "firstName=zoë")).containsExactly(a);
        assertThat(found("--field", "extRef=A1")).containsExactly(a);
        assertThat(found("--text", "gold")).hasSize(2);
        assertThat(muster("contacts", "search", "-d", pool, "--email", "G@example.org")
                        .err())
                .isEmpty();
        assertThat(muster("contacts", "search", "-d", pool, "--text", "x").err())
                .isEqualTo("No index serves this search: it reads all contacts of the directory.\n");
        refused(2, "write FIELD=VALUE", "contacts", "search", "-d", pool, "--field", "shoe=44");
        refused(2, "from 1 to 10000", "contacts", "search", "-d", pool, "--text", "x", "--most", "0");
    }

    @Test
    void everyActHasALineThatCanBeFoundByWhoWhatAndWhere() {
        String id = contact("--ref", "A1", "--list", "News");
        muster("contacts", "update", id, "--language", "de");
        muster("directories", "rename", pool, "Renamed " + pool);
        JsonNode answer = muster("audit", "-d", pool, "--json").json();
        assertThat(answer.get("lines").findValuesAsString("action"))
                .containsExactly(
                        "directory.rename",
                        "contact.update",
                        "contact.join",
                        "contact.create",
                        "list.create",
                        "directory.settings",
                        "directory.create");
        JsonNode line = muster("audit", "--subject", id, "--action", "contact.update", "--json")
                .json()
                .get("lines")
                .get(0);
        assertThat(line.get("actor").asString()).isEqualTo(System.getProperty("user.name"));
        assertThat(line.get("actorKind").asString()).isEqualTo("command-line");
        assertThat(line.get("directory").asString()).isEqualTo(pool);
        assertThat(line.get("detail").toString()).isEqualTo("{\"fields\":[\"language\"]}");

        Ended page = muster("audit", "-d", pool, "--most", "4", "--json");
        String next = page.json().get("next").asString();
        assertThat(page.err()).isEqualTo("Stopped at 4; go on with --after " + next + ".\n");
        assertThat(muster("audit", "-d", pool, "--after", next, "--json")
                        .json()
                        .get("lines")
                        .size())
                .isEqualTo(3);
        assertThat(muster("audit", "-d", pool, "--until", "2001-01-01").out()).isEqualTo("Nothing was done.\n");
        refused(2, "that is no date or time", "audit", "--since", "yesterday");
        refused(2, "that is no id", "audit", "--subject", "CID_x");
    }

    private List<String> found(String... by) {
        List<String> words = new ArrayList<>(List.of("contacts", "search", "-d", pool, "--json"));
        words.addAll(List.of(by));
        return muster(words.toArray(String[]::new)).json().findValuesAsString("contactId");
    }

    private String contact(String... values) {
        List<String> words = new ArrayList<>(List.of("contacts", "create", "-d", pool, "--json"));
        words.addAll(List.of(values));
        return muster(words.toArray(String[]::new))
                .json()
                .get("contact")
                .get("contactId")
                .asString();
    }

    private void refused(int exit, String reason, String... words) {
        Ended ended = muster(words);
        assertThat(ended.err()).contains(reason);
        assertThat(ended.exit()).isEqualTo(exit);
        assertThat(ended.out()).isEmpty();
    }

    private Ended muster(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(out, err, new StateFolder(folder.resolveSibling("home")));
        if (person != null) {
            terminal = terminal.withPerson(new BufferedReader(new StringReader(person)));
        }

        int exit = Cli.run(terminal, args);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
