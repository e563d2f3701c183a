package io.muster.web.v3;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.muster.access.Scope;
import io.muster.app.FileDropService;
import io.muster.app.SegmentService;
import io.muster.automation.AutomationRuns;
import io.muster.automation.RunSummary;
import io.muster.automation.Trigger;
import io.muster.automation.Trigger.Repull;
import io.muster.automation.events.EventCatalog;
import io.muster.automation.events.EventIntake;
import io.muster.automation.events.EventWorker;
import io.muster.automation.jobfile.JobFiles;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.extract.s3.S3Server;
import io.muster.extract.sftp.HeldSftpServer;
import io.muster.jobs.Automations;
import io.muster.jobs.RunStatus;
import io.muster.segment.SizeGuard;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** The examples in {@code jobs/}, run as they are but for addresses, secrets, the directory and the wait for files to be whole. */
class ExamplesJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    @RegisterExtension
    static final S3Server store = new S3Server();

    private static final Actor TESTER = Actor.commandLine("tester");

    @TempDir
    private static Path home;

    private static V3Fixture api;

    @TempDir
    private Path data;

    private String directory;
    private String pool;

    @BeforeAll
    static void start() {
        api = V3Fixture.start(database, home);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void directory() {
        directory = api.directory("extRef", "email");
        pool = directory.replaceFirst(".*/", "");
    }

    /** Writes an example with texts replaced, in pairs; each must be there. */
    private void example(String name, String... replaced) throws IOException {
        String text = Files.readString(Path.of("jobs", name + ".yaml"))
                .replace("directory: Customers", "directory: " + pool)
                .replace("files: { pattern", "files: { stable-for: 0s, pattern")
                .replace("/data/", data + "/");
        for (int i = 0; i < replaced.length; i += 2) {
            assertThat(text).contains(replaced[i]);
            text = text.replace(replaced[i], replaced[i + 1]);
        }

        Files.writeString(home.resolve("jobs/" + name + ".yaml"), text);
    }

    /** How the runs of an example have ended. */
    private List<RunStatus> run(String name) {
        List<RunSummary> runs = api.server
                .get(AutomationRuns.class)
                .run(
                        api.server.get(JobFiles.class).find(name).job(),
                        new Trigger.ByHand(TESTER, null, Repull.NEW_ONLY));
        assertThat(runs).as(runs.toString()).allMatch(run -> run.status() == RunStatus.COMPLETED);
        return runs.stream().map(RunSummary::status).toList();
    }

    private void file(String in, String name, String... lines) throws IOException {
        Path folder = Files.createDirectories(data.resolve(in));
        Path file = Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-03-01T02:00:00Z")));
    }

    private Path secret(String value) throws IOException {
        return Files.writeString(Files.createTempFile(data, "secret", ""), value);
    }

    private List<String> contacts() {
        return database.jdbc()
                .sql("SELECT CONCAT_WS('|', ext_ref, email, first_name, phone, language, embedded) FROM contact"
                        + " WHERE directory_id = ? ORDER BY number")
                .param(V3Fixture.number(directory))
                .query(String.class)
                .list();
    }

    private List<String> transactions() {
        return database.jdbc()
                .sql("SELECT fields FROM contact_transaction WHERE directory_id = ?" + " ORDER BY happened_at")
                .param(V3Fixture.number(directory))
                .query(String.class)
                .list();
    }

    private List<String> members(String list) throws Exception {
        return api.all(directory + "/mailinglists").stream()
                .filter(one -> one.path("name").asString().equals(list))
                .map(one -> one.path("mailingListId").asString())
                .flatMap(id -> contactsOf(id).stream())
                .toList();
    }

    private List<String> contactsOf(String list) {
        try {
            return api.all(directory + "/mailinglists/" + list + "/contacts").stream()
                    .map(contact -> contact.path("extRef").asString())
                    .toList();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private String written(String folder) throws IOException {
        try (Stream<Path> files = Files.list(data.resolve(folder))) {
            return Files.readString(files.toList().getFirst());
        }
    }

    @Test
    void contactsComeFromAnSftpServer() throws Exception {
        api.list(directory, "Newsletter");
        file(
                "sftp/outbox",
                "contacts-20260301.csv",
                "Customer No;First name;Surname;Mail;Mobile;Newsletter;Tier;Order No;Ordered at;Amount;Internal note",
                "7;Ann;Lee;ann@example.com;030 123456;J;1;A1;28.02.2026;12,50;vip",
                "8;Ben;Lee;ben@example.com;N/A;N;2;;;;");
        file("sftp/outbox", "contacts-20260301.csv.done", "");
        file("sftp/outbox", "contacts-20260301.ctl", "rows=2");
        try (HeldSftpServer sftp = HeldSftpServer.serving(data.resolve("sftp"), "muster", "s3cret")) {
            example(
                    "sftp-example",
                    "host: sftp.example.com",
                    "host: 127.0.0.1",
                    "port: 22",
                    "port: " + sftp.port(),
                    "private-key: file:/run/secrets/shop_ed25519",
                    "password: file:" + secret("s3cret"),
                    "  passphrase: env:SHOP_KEY_PASSPHRASE\n",
                    "",
                    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5n4vW0fT0oQhQnLJXW5Z0o1h0f0a4wZx2cY8b1kq7u",
                    sftp.hostKey());

            assertThat(run("sftp-example")).hasSize(1);
        }

        assertThat(contacts())
                .containsExactly(
                        "7|ann@example.com|Ann|+4930123456|DE|{\"source\":\"shop\",\"tier\":\"gold\"}",
                        "8|ben@example.com|Ben|DE|{\"source\":\"shop\",\"tier\":\"silver\"}");
        assertThat(transactions()).containsExactly("{\"amount\":\"12,50\"}");
        assertThat(data.resolve("sftp/outbox/processed/contacts-20260301.csv")).exists();
    }

    @Test
    void contactsComeFromAnObjectStore() throws Exception {
        try (S3Client s3 = store.client()) {
            var unused = s3.createBucket(create -> create.bucket("exports"));
            store.put(s3, "exports", "crm/contacts/contacts-20260301.csv", "Customer No,Mail\n7,ann@example.com\n");
            example(
                    "s3-example",
                    "https://minio.example.com\n",
                    store.endpoint() + "\n",
                    "region: eu-central-1",
                    "region: us-east-1",
                    "env:EXPORTS_ACCESS_KEY",
                    "file:" + secret(S3Server.ACCESS_KEY),
                    "file:/run/secrets/exports_secret_key",
                    "file:" + secret(S3Server.SECRET_KEY));

            assertThat(run("s3-example")).hasSize(1);

            assertThat(s3.listObjectsV2(list -> list.bucket("exports")).contents())
                    .extracting(object -> object.key())
                    .containsExactly("crm/contacts/processed/contacts-20260301.csv");
        }

        assertThat(contacts()).containsExactly("7|ann@example.com");
    }

    @Test
    void filesThatAreSentBecomeContacts() throws Exception {
        api.list(directory, "Newsletter");
        example("drop-example");
        byte[] content = "mail,customer_no\nann@example.com,7\n".getBytes(StandardCharsets.UTF_8);

        api.server
                .get(FileDropService.class)
                .put(TESTER, "drop-example", "contacts-1.csv", new ByteArrayInputStream(content), content.length);

        assertThat(run("drop-example")).hasSize(1);
        assertThat(contacts()).containsExactly("7|ann@example.com");
        assertThat(members("Newsletter")).containsExactly("7");
    }

    @Test
    void eventsBecomeContactsWithTransactions() throws Exception {
        api.list(directory, "Buyers");
        example("event-example", "enabled: false", "enabled: true");
        api.server.get(EventCatalog.class).refresh();
        String address = "/v1/events/"
                + api.server
                        .get(EventIntake.class)
                        .address(api.server.get(Automations.class).number("event-example"))
                        .id();

        for (int i = 0; i < 2; i++) {
            assertThat(api.server
                            .send(api.server
                                    .request(address)
                                    .header("X-API-TOKEN", api.server.token(Scope.EVENTS))
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString("""
                                            {"order": {"id": "A1", "at": "2026-03-01T10:00:00Z", "total": 12.5,
                                                       "items": [{"sku": "pen"}, {"sku": "ink"}]},
                                             "customer": {"id": 7, "email": "ann@example.com", "first name": "Ann"}}
                                            """))
                                    .build())
                            .statusCode())
                    .isEqualTo(202);
        }

        api.server.get(EventWorker.class).applyNow();

        assertThat(contacts()).containsExactly("7|ann@example.com|Ann|{\"channel\":\"shop\"}");
        assertThat(transactions()).containsExactly("{\"first item\":\"pen\",\"total\":\"12.5\"}");
        assertThat(members("Buyers")).containsExactly("7");
    }

    @Test
    void customersOfAnotherDatabaseBecomeContacts() throws Exception {
        String crmSchema = "example_crm_" + UUID.randomUUID().toString().substring(0, 8);
        try (Connection crm = DriverManager.getConnection(database.url());
                Statement statement = crm.createStatement()) {
            statement.execute("CREATE DATABASE " + crmSchema);
            statement.execute("CREATE TABLE " + crmSchema + ".customers (no INT PRIMARY KEY, mail VARCHAR(100),"
                    + " tier VARCHAR(10), changed_at DATETIME, closed BOOLEAN)");
            statement.execute("INSERT INTO " + crmSchema + ".customers VALUES"
                    + " (7, 'ann@example.com', 'gold', '2026-03-01 10:00', FALSE),"
                    + " (8, 'ben@example.com', 'gold', '2026-03-01 11:00', TRUE)");
        }

        example(
                "workflow-database",
                "jdbc:postgresql://db.example.com/crm",
                "file:" + secret(database.url()),
                "        username: muster\n        password: env:CRM_PASSWORD\n",
                "",
                "FROM customers c",
                "FROM " + crmSchema + ".customers c");

        assertThat(run("workflow-database")).hasSize(1);
        assertThat(contacts()).containsExactly("7|ann@example.com|{\"tier\":\"gold\"}");
    }

    @Test
    void peopleOfAnAddressOfHttpBecomeContacts() throws Exception {
        api.list(directory, "Community");
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer community = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        community.createContext("/api/people", exchange -> {
            String query = exchange.getRequestURI().getQuery();
            asked.add(exchange.getRequestHeaders().getFirst("Authorization") + " " + query);
            byte[] page = (query.contains("after=")
                            ? "{\"people\": [{\"id\": 8, \"mail\":\"ben@example.com\"}, {\"mail\":\"x\"}]}"
                            : "{\"people\": [{\"id\": 7, \"name\": {\"first\":\"Zoë\"}}],"
                                    + " \"paging\": {\"next\":\"dG9r\"}}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        community.start();
        try {
            example(
                    "workflow-http",
                    "https://community.example.com",
                    "http://127.0.0.1:" + community.getAddress().getPort(),
                    "env:COMMUNITY_TOKEN",
                    "file:" + secret("t0ken"));

            assertThat(run("workflow-http")).hasSize(1);
        } finally {
            community.stop(0);
        }

        assertThat(asked).containsExactly("Bearer t0ken limit=100", "Bearer t0ken limit=100&after=dG9r");
        assertThat(contacts()).containsExactly("7|Zoë", "8|ben@example.com");
        assertThat(members("Community")).containsExactly("7", "8");
    }

    @Test
    void contactsJoinAListAndGetTouchpoints() throws Exception {
        api.list(directory, "Participants");
        api.contact(directory, "{'extRef':'7','email':'ann@example.com'}");
        file("events", "participants-1.csv", "Mail,Event", "ann@example.com,Fair", "nobody@example.com,Fair");
        file("mails", "sent-1.csv", "Mail,Sent at,Channel,Message", "ann@example.com,2026-03-01T10:00:00Z,email,m1");
        file("texts", "sent-1.csv", "Mail,Sent at,Channel,Message", "ann@example.com,2026-03-01T11:00:00Z,sms,m2");
        example("workflow-lists");

        assertThat(run("workflow-lists")).hasSize(2);
        assertThat(members("Participants")).containsExactly("7");
        assertThat(database.jdbc()
                        .sql("SELECT CONCAT(channel, ' ', kind) FROM touchpoint WHERE directory_id = ?"
                                + " ORDER BY happened_at")
                        .param(V3Fixture.number(directory))
                        .query(String.class)
                        .list())
                .hasSize(2);
    }

    @Test
    void ordersJoinedWithCustomersBecomeTransactionsAndAFile() throws Exception {
        api.list(directory, "Buyers");
        file(
                "orders",
                "orders-20260301.csv",
                "Order No;Customer No;Ordered at;Amount",
                "A1;7;28.02.2026 10:00;12.50",
                "A2;9;28.02.2026 11:00;1.00",
                ";7;28.02.2026 12:00;1.00");
        file("customers", "customers-1.csv", "Customer No,Mail,Tier", "7,ANN@example.com,1", "8,ben@example.com,2");
        Files.createDirectories(data.resolve("sftp/inbox"));
        try (HeldSftpServer sftp = HeldSftpServer.serving(data.resolve("sftp"), "muster", "s3cret")) {
            example(
                    "workflow-orders",
                    "stable-for: 10s",
                    "stable-for: 0s",
                    "host: sftp.example.com",
                    "host: 127.0.0.1\n        port: " + sftp.port(),
                    "env:MAILING_PASSWORD",
                    "file:" + secret("s3cret"),
                    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5n4vW0fT0oQhQnLJXW5Z0o1h0f0a4wZx2cY8b1kq7u",
                    sftp.hostKey());

            assertThat(run("workflow-orders")).hasSize(3);
        }

        assertThat(contacts()).containsExactly("7|ann@example.com|{\"tier\":\"gold\"}");
        assertThat(transactions()).containsExactly("{\"amount\":\"12.50\"}");
        assertThat(members("Buyers")).containsExactly("7");
        assertThat(data.resolve("orders/done/orders-20260301.csv")).exists();
        assertThat(written("sftp/inbox")).isEqualTo("Customer No,Mail\n7,ANN@example.com\n8,ben@example.com\n");
    }

    @Test
    void membersOfASegmentGoOutAsAFile() throws Exception {
        api.contact(directory, "{'extRef':'7','firstName':'Ann','embeddedData':{'tier':'gold'}}");
        api.contact(directory, "{'extRef':'8','firstName':'Ben','embeddedData':{'tier':'iron'}}");
        api.server
                .get(SegmentService.class)
                .create(TESTER, pool, "Gold", "{embedded: tier, is: gold}", SizeGuard.usual());
        Files.createDirectories(data.resolve("out"));
        example("workflow-segment");

        assertThat(run("workflow-segment")).hasSize(2);
        assertThat(written("out")).matches("contactId,extRef,email,firstName,tier\nCID_\\w+,7,,Ann,gold\n");
    }
}
