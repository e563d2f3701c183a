package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code muster touchpoints …} and {@code muster transactions …} as an operator sees them. */
class TouchpointCommandsJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";

    @TempDir
    private Path folder;

    private DirectoryFixture directory;
    private String pool;
    private String ada;

    private record Ended(int exit, String out, String err) {
        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }
    }

    @BeforeEach
    void create() {
        System.setProperty(URL, database.url());
        directory = DirectoryFixture.create(database.jdbc(), "extRef", "email");
        pool = TestDatabase.IDS.directory(directory.id());
        ContactEdits edits =
                new ContactEdits(database.jdbc(), database.transactions(), new MovableClock(), database.ids());
        edits.upsert(directory.id(), DirectoryFixture.record("extRef", "A1", "email", "a@example.org"));
        edits.upsert(directory.id(), DirectoryFixture.record("extRef", "A2", "phone", "+4312345678"));
        ada = TestDatabase.IDS.contact(directory.id(), 1);
    }

    @AfterEach
    void forgetTheTestDatabase() {
        System.clearProperty(URL);
    }

    private Ended muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(out, err, new StateFolder(folder.resolve("home")));
        int exit = Cli.run(terminal, arguments);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void importsTouchpointsByTheirOwnHeaders() throws IOException {
        String file = file("all.csv", """
            contactId,extRef,email,channel,kind,time,survey,intercept,key,comment
            %s,,,email,invite,2024-01-01T10:00:00Z,SV_1,,k1,x
            ,A2,,web,shown,2024-01-02,,SI_1,,x
            ,,A@EXAMPLE.org,sms,sent,2024-01-03,,,k2,x
            ,A9,,sms,sent,2024-01-03,,,k3,x
            """.formatted(ada));

        Ended ended = muster("touchpoints", "import", file, "--directory", pool, "--json");

        assertThat(ended.exit()).as(ended.err()).isZero();
        assertThat(ended.json().propertyNames()).contains("run", "status", "read", "seconds");
        assertThat(ended.json().get("updated").asInt()).isEqualTo(3);
        assertThat(ended.json().get("rejected").asInt()).isEqualTo(1);
        Ended rejects = muster("runs", "rejects", ended.json().get("run").asString(), "--format", "csv");
        assertThat(rejects.out()).contains("CONTACT_UNKNOWN").contains("A9");
        Ended listed = muster("touchpoints", "list", "--contact", ada, "--json");
        assertThat(listed.json()).hasSize(2);
        JsonNode oldest = listed.json().get(1);
        assertThat(oldest.get("channel").asString()).isEqualTo("email");
        assertThat(oldest.get("kind").asString()).isEqualTo("invite");
        assertThat(oldest.get("time").asString()).isEqualTo("2024-01-01T10:00:00Z");
        assertThat(oldest.get("survey").asString()).isEqualTo("SV_1");
        assertThat(oldest.get("intercept").isNull()).isTrue();
        assertThat(oldest.get("run").asString())
                .isEqualTo(ended.json().get("run").asString());
        assertThat(muster("touchpoints", "list", "--contact", ada).out())
                .contains("TIME", "2024-01-01T10:00:00Z  email    invite  SV_1");
    }

    @Test
    void importsASendLogWithMappedColumnsAndConstants() throws IOException {
        String file = file("sends.csv", "Recipient,Sent At,Message Id\na@example.org,2024-01-01,m1\n");
        String[] command = {
            "touchpoints",
            "import",
            file,
            "-d",
            pool,
            "--channel",
            "EMAIL",
            "--kind",
            "Thank_You",
            "--map",
            "Recipient=email",
            "--map",
            "Sent At=time",
            "--map",
            "Message Id=touchpoint.key",
            "--json"
        };

        assertThat(muster(command).json().get("updated").asInt()).isEqualTo(1);
        assertThat(muster(command).json().get("unchanged").asInt()).isEqualTo(1);
        assertThat(muster("touchpoints", "list", "--contact", ada, "--json")
                        .json()
                        .get(0)
                        .get("kind")
                        .asString())
                .isEqualTo("thank-you");
    }

    @Test
    void aFileOfPeopleWhoWereWrittenToNeedsNoMoreThanTheirNames() throws IOException {
        String file = file("people.csv", "extRef\nA1\nA2\n");

        Ended ended = muster(
                "touchpoints",
                "import",
                file,
                "-d",
                pool,
                "--channel",
                "post",
                "--kind",
                "sent",
                "--time",
                "2024-01-01",
                "--json");

        assertThat(ended.json().get("updated").asInt()).as(ended.err()).isEqualTo(2);
        assertThat(muster("touchpoints", "list", "--contact", ada).out())
                .contains("2024-01-01T00:00:00Z  post     sent");
    }

    @Test
    void dryRunsTellAndRecordNothing() throws IOException {
        String file = file("dry.csv", "extRef,channel,kind,time\nA1,email,sent,2024-01-01\nA9,email,sent,2024-01-01\n");

        Ended ended = muster("touchpoints", "import", file, "-d", pool, "--dry-run", "--json");

        assertThat(ended.exit()).as(ended.err()).isZero();
        assertThat(ended.json().get("updated").asInt()).isEqualTo(1);
        assertThat(ended.json().get("rejected").asInt()).isEqualTo(1);
        assertThat(ended.json().get("dryRun").asBoolean()).isTrue();
        assertThat(directory.count("touchpoint")).isZero();
    }

    @Test
    void addsATouchpointOnceAndSaysSo() {
        String[] command = {
            "touchpoints",
            "add",
            "-d",
            pool,
            "--ref",
            "A1",
            "--channel",
            "email",
            "--kind",
            "invite",
            "--time",
            "2024-01-01T10:00",
            "--survey",
            "SV_1",
            "--key",
            "k1",
            "--json"
        };

        Ended first = muster(command);
        Ended second = muster(command);

        assertThat(first.exit()).as(first.err()).isZero();
        assertThat(first.json().toString())
                .isEqualTo("{\"contactId\":\"" + ada + "\",\"recorded\":true,\"differs\":false,"
                        + "\"channel\":\"email\",\"kind\":\"invite\",\"time\":\"2024-01-01T10:00:00Z\","
                        + "\"survey\":\"SV_1\",\"intercept\":null,\"project\":null,\"display\":null,\"session\":null,"
                        + "\"source\":\"manual\",\"key\":\"k1\"}");
        assertThat(second.exit()).isZero();
        assertThat(second.json().get("recorded").asBoolean()).isFalse();
        assertThat(second.json().get("contactId").asString()).isEqualTo(ada);
        Ended byId = muster("touchpoints", "add", "-d", pool, "--contact", ada, "--channel", "web", "--kind", "shown");
        assertThat(byId.out()).isEqualTo("Recorded for " + ada + ".\n");
        assertThat(muster(
                                "touchpoints",
                                "add",
                                "-d",
                                pool,
                                "--phone",
                                "+43 1 2345678",
                                "--channel",
                                "sms",
                                "--kind",
                                "sent")
                        .exit())
                .isZero();
        assertThat(directory.count("touchpoint")).isEqualTo(3);
    }

    @Test
    void jobFilesCarryTouchpointsAndTransactions() throws IOException {
        Path files = Files.createDirectories(folder.resolve("in"));
        Files.writeString(files.resolve("day.csv"), """
            Customer,Name,Sent At,Type,Order,Date,Total
            A1,Ada,2024-01-01T08:00,INVITATION,o1,2024-01-02,10
            A1,,2024-01-03,NEWSLETTER,,,
            A2,Bo,,,o2,2024-01-02,20
            A7,New,2024-01-03,NEWSLETTER,,,
            """);
        String job = Files.writeString(folder.resolve("day.yaml"), """
            kind: contact-import
            id: day-%d
            name: Day
            source:
              type: folder
              folder: %s
            files:
              stable-for: 0s
            target:
              directory: %s
            mapping:
              columns:
                Customer: extRef
                Name: firstName
                Sent At: touchpoint.time
                Type: touchpoint.kind
                Order: transaction.id
                Date: transaction.date
                Total: transaction.field.total
              constants:
                touchpoint.channel: email
              values:
                Type: {INVITATION: invite, NEWSLETTER: sent}
              unmapped: ignore
            """.formatted(directory.id(), files, pool))
                .toString();

        Ended ended = muster("run", job, "--json");

        assertThat(ended.exit()).as(ended.err()).isZero();
        assertThat(ended.json().get(0).get("created").asInt()).isEqualTo(1);
        assertThat(ended.json().get(0).get("updated").asInt()).isEqualTo(3);
        assertThat(directory.count("touchpoint")).isEqualTo(3);
        assertThat(directory.count("contact_transaction")).isEqualTo(2);
        assertThat(muster("touchpoints", "list", "--contact", ada).out()).contains("invite", "sent");
        Ended again = muster("run", job, "--all", "--json");
        assertThat(again.json().get(0).get("unchanged").asInt()).as(again.err()).isEqualTo(4);
    }

    @Test
    void showsFindsAndExportsTheIdsThatSourcesGave() throws IOException {
        String orders = file("orders.csv", "extRef,date,id,amount\nA1,2024-01-01,o1,10\nA2,2024-01-02,o1,20\n");
        muster("transactions", "import", orders, "-d", pool, "--source", "shop");
        muster("transactions", "import", orders, "-d", pool, "--source", "till");

        JsonNode found = muster("transactions", "list", "-d", pool, "--id", "o1", "--json")
                .json();
        assertThat(found).hasSize(2);
        assertThat(found.findValuesAsString("source")).containsExactlyInAnyOrder("shop", "till");
        assertThat(found.findValuesAsString("contactId")).containsOnly(ada);
        assertThat(found.findValuesAsString("transactionId")).allMatch(id -> id.startsWith("CTR_"));
        assertThat(muster("transactions", "list", "-d", pool, "--id", "o1", "--source", "till", "--json")
                        .json())
                .hasSize(1);
        assertThat(muster("transactions", "list", "-d", pool, "--id", "o9").out())
                .isEqualTo("No transaction.\n");
        assertThat(muster("transactions", "list", "--contact", ada).out())
                .contains("shop    o1  " + ada + "  amount=10");

        String csv = muster("transactions", "export", "-d", pool).out();
        assertThat(csv.lines().findFirst()).hasValue("transactionId,contactId,date,fields,source,id,run,recorded");
        assertThat(csv.lines().skip(1)).hasSize(2).allMatch(line -> line.contains(",o1,RN_"));
        Path target = folder.resolve("transactions.jsonl");
        Ended exported =
                muster("transactions", "export", "-d", pool, "--format", "jsonl", "--output", target.toString());
        assertThat(exported.err()).contains("Wrote 2 transactions to");
        assertThat(JsonMapper.shared()
                        .readTree(Files.readAllLines(target).getFirst())
                        .get("fields")
                        .toString())
                .isEqualTo("{\"amount\":\"10\"}");
    }

    @Test
    void aTouchpointShowsFindsAndExportsItsPartsAndItsKey() throws IOException {
        String[] command = {
            "touchpoints",
            "add",
            "-d",
            pool,
            "--ref",
            "A1",
            "--channel",
            "web",
            "--kind",
            "shown",
            "--time",
            "2024-01-01T10:00",
            "--intercept",
            "SI_1",
            "--project",
            "ZN_1",
            "--display",
            "D-1",
            "--session",
            "S-1",
            "--source",
            "site",
            "--key",
            "D-1"
        };
        assertThat(muster(command).out()).isEqualTo("Recorded for " + ada + ".\n");
        command[9] = "dismissed";
        assertThat(muster(command).out())
                .isEqualTo("Known already, of " + ada + ", but not the same; nothing changed.\n");

        JsonNode found = muster("touchpoints", "list", "-d", pool, "--key", "D-1", "--json")
                .json();
        assertThat(found).singleElement().satisfies(one -> {
            assertThat(one.get("project").asString()).isEqualTo("ZN_1");
            assertThat(one.get("display").asString()).isEqualTo("D-1");
            assertThat(one.get("session").asString()).isEqualTo("S-1");
            assertThat(one.get("source").asString()).isEqualTo("site");
            assertThat(one.get("key").asString()).isEqualTo("D-1");
        });
        Path exported = folder.resolve("touchpoints.csv");
        muster("touchpoints", "export", "-d", pool, "--output", exported.toString());
        assertThat(Files.readString(exported))
                .contains(
                        "contactId,channel,kind,time,survey,intercept,project,display,session,source,key,run,recorded")
                .contains(ada + ",web,shown,2024-01-01T10:00:00.000Z,,SI_1,ZN_1,D-1,S-1,site,D-1,,");

        // What was exported is the same touchpoint when it is imported from the same source.
        Ended again = muster("touchpoints", "import", exported.toString(), "-d", pool, "--source", "site", "--json");
        assertThat(again.json().get("unchanged").asInt()).as(again.err()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        touchpoints add -d POOL --ref A1 --channel pigeon --kind sent           | 2 | Cannot use the channel 'pigeon' of the touchpoint. The channel is none of email, sms
        touchpoints add -d POOL --ref A1 --channel sms --kind poked             | 2 | Cannot use the kind 'poked' of the touchpoint. The kind is none of invite, sent
        touchpoints add -d POOL --ref A1 --channel sms --kind sent --time soon  | 2 | Cannot use the time 'soon' of the touchpoint. The value is no date or time
        touchpoints add -d POOL --channel sms --kind sent                       | 2 | --contact
        touchpoints add -d POOL --ref A9 --channel sms --kind sent              | 1 | no contact of the directory has that value
        touchpoints add -d POOL --contact CID_x --channel sms --kind sent       | 2 | that is not the id of a contact of this directory
        touchpoints add -d POOL --contact GONE --channel sms --kind sent        | 1 | there is no contact of that id
        touchpoints list --contact GONE                                         | 2 | there is none of that id
        touchpoints import FILE -d POOL --kind poked                            | 2 | Cannot use --kind 'poked'.
        touchpoints list -d POOL                                                | 2 | --key
        touchpoints list --key k1                                               | 2 | --directory
        touchpoints import FILE -d POOL --map Who=nobody                        | 2 | there is no such target
        touchpoints import FILE -d POOL --json                                  | 1 | nothing gives touchpoint.channel
        transactions import FILE -d POOL --json                                 | 1 | but none to transaction.date
        """)
    void refusesWrongUse(String line, int exit, String reason) throws IOException {
        String file = file("wrong.csv", "extRef,time\nA1,2024-01-01\n");
        String gone = TestDatabase.IDS.contact(directory.id(), 99);
        String[] arguments = line.strip()
                .replace("POOL", pool)
                .replace("FILE", file)
                .replace("GONE", gone)
                .split("\\s+", -1);

        Ended ended = muster(arguments);

        assertThat(ended.exit()).as(ended.err()).isEqualTo(exit);
        assertThat(ended.err()).contains(reason);
        assertThat(directory.count("touchpoint")).isZero();
    }

    @Test
    void importsTransactionsWithTheOtherColumnsAsFields() throws IOException {
        String file = file("orders.csv", """
            Customer,date,id,amount,item
            A1,2024-01-01,o1,10.50,Book
            A1,2024-01-02,o2,,Pen
            A9,2024-01-02,o3,1,Pen
            """);
        String[] command = {"transactions", "import", file, "-d", pool, "--map", "Customer=extRef", "--json"};

        Ended ended = muster(command);

        assertThat(ended.exit()).as(ended.err()).isZero();
        assertThat(ended.json().get("updated").asInt()).isEqualTo(2);
        assertThat(ended.json().get("rejected").asInt()).isEqualTo(1);
        assertThat(muster(command).json().get("unchanged").asInt()).isEqualTo(2);
        JsonNode listed =
                muster("transactions", "list", "--contact", ada, "--json").json();
        assertThat(listed.get(0).get("fields").toString()).isEqualTo("{\"item\":\"Pen\"}");
        assertThat(listed.get(1).get("date").asString()).isEqualTo("2024-01-01T00:00:00Z");
        assertThat(listed.get(1).get("fields").toString()).isEqualTo("{\"amount\":\"10.50\",\"item\":\"Book\"}");
        assertThat(directory.count("contact")).isEqualTo(2);
        assertThat(directory.count("embedded_name")).isZero();
        assertThat(muster("transactions", "list", "--contact", ada).out()).contains("amount=10.50, item=Book");
    }
}
