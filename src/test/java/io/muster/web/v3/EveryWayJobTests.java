package io.muster.web.v3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.muster.access.Scope;
import io.muster.app.FileDropService;
import io.muster.automation.AutomationRuns;
import io.muster.automation.RunSummary;
import io.muster.automation.Trigger;
import io.muster.automation.events.EventCatalog;
import io.muster.automation.events.EventIntake;
import io.muster.automation.events.EventWorker;
import io.muster.automation.jobfile.JobFiles;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.DirectoryState;
import io.muster.extract.s3.S3Server;
import io.muster.extract.sftp.HeldSftpServer;
import io.muster.jobs.Automations;
import io.muster.runs.MusterProcess;
import io.muster.web.TestWebServer;
import io.muster.web.v3.V3Client.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.S3Client;
import tools.jackson.databind.json.JsonMapper;

/** One history of records, sent every way into directories of the same rules, leaves the same contacts behind. */
class EveryWayJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    @RegisterExtension
    static final S3Server store = new S3Server();

    /** What ways and times differ in, and what the way of a value is told by. */
    private static final Set<String> APART = Set.of(
            "created_at",
            "modified_at",
            "joined_at",
            "unsubscribed_at",
            "recorded_at",
            "run_id",
            "list_id",
            "lineage",
            "version",
            "number");

    private static final int RECORDS = 60;
    private static final List<String> FIELDS =
            List.of("FirstName", "LastName", "Email", "Phone", "ExternalDataReference", "Language", "tier");

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static V3Client client;
    private static List<Map<String, String>> history;
    private static SortedMap<String, List<String>> expected;
    private static int ways;

    private final DirectoryFixture directory = DirectoryFixture.create(database.jdbc(), "extRef", "email");
    private final String list = TestDatabase.IDS.list(directory.addList("Newsletter"));
    private final String pool = TestDatabase.IDS.directory(directory.id());
    private final String job = "way-" + ways++;

    /** The ways in. */
    enum Way {
        /** A file from the command line. */
        UPLOAD,
        /** An automation that reads a folder. */
        FOLDER,
        /** An automation that reads an SFTP server. */
        SFTP,
        /** An automation that reads an object store. */
        OBJECT_STORE,
        /** A file that is sent for an automation. */
        FILE_DROP,
        /** A workflow that reads files. */
        WORKFLOW,
        /** A workflow that reads a query of another database. */
        DATABASE,
        /** A workflow that reads an address of HTTP. */
        HTTP,
        /** The import of the v3 API. */
        CONTACT_IMPORT,
        /** One call of the v3 API for each. */
        CONTACT_BY_CONTACT,
        /** One JSON event for each. */
        JSON_EVENTS
    }

    @BeforeAll
    static void start() throws Exception {
        server = TestWebServer.start(database.url(), home, "muster.http.json-events", "100000");
        client = new V3Client(server, server.token(Scope.MANAGE));
        history = history();
        EveryWayJobTests first = new EveryWayJobTests();
        first.send(Way.UPLOAD);
        expected = first.state();
        assertThat(expected.get("contact")).hasSizeBetween(10, RECORDS - 10);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Few people who meet under every rule, values that come and go, and some that are invalid. */
    private static List<Map<String, String>> history() {
        Random random = new Random(7);
        List<Map<String, String>> records = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            Map<String, String> record = new LinkedHashMap<>();
            int who = random.nextInt(20);
            record.put("FirstName", random.nextInt(3) == 0 ? "" : "Ann-" + random.nextInt(4));
            record.put("LastName", random.nextInt(4) == 0 ? "" : "Ön'é, \"" + who);
            record.put(
                    "Email",
                    random.nextInt(10) == 0 ? "no mailbox" : random.nextInt(4) == 0 ? "" : "P" + who + "@Example.com");
            record.put("Phone", random.nextInt(5) == 0 ? "+49 30 12345" + (10 + who) : "");
            record.put("ExternalDataReference", random.nextInt(3) == 0 ? "" : "R" + random.nextInt(20));
            record.put("Language", random.nextInt(8) == 0 ? "no language" : random.nextInt(2) == 0 ? "DE" : "");
            record.put("tier", random.nextInt(3) == 0 ? "" : "gold " + random.nextInt(3));
            // One without a reference and an email is somebody new each time it comes, whatever the way.
            if (record.get("ExternalDataReference").isEmpty()
                    && record.get("Email").isEmpty()) {
                record.put("Email", "P" + who + "@example.com");
            }

            records.add(record);
        }

        return records;
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theSameHistoryLeavesTheSameContacts(Way way) throws Exception {
        send(way);

        assertThat(state()).isEqualTo(expected);
    }

    private SortedMap<String, List<String>> state() {
        return DirectoryState.of(database.jdbc(), directory.id(), APART);
    }

    private void send(Way way) throws Exception {
        switch (way) {
            case UPLOAD -> upload();
            case FOLDER -> folder();
            case SFTP -> sftp();
            case OBJECT_STORE -> objectStore();
            case FILE_DROP -> drop();
            case WORKFLOW -> workflow();
            case DATABASE -> database();
            case HTTP -> http();
            case CONTACT_IMPORT -> contactImport();
            case CONTACT_BY_CONTACT -> contactByContact();
            case JSON_EVENTS -> events();
        }
    }

    private static String csv() {
        return String.join(",", FIELDS) + "\n"
                + history.stream()
                        .map(record -> FIELDS.stream()
                                .map(field ->
                                        "\"" + String.valueOf(record.get(field)).replace("\"", "\"\"") + "\"")
                                .collect(Collectors.joining(",")))
                        .collect(Collectors.joining("\n"))
                + "\n";
    }

    private void upload() throws Exception {
        Path file = Files.writeString(home.resolve(job + ".csv"), csv());
        try (MusterProcess process = MusterProcess.start(
                database.url(),
                home.resolve("cli"),
                home,
                "import",
                file.toString(),
                "--directory",
                pool,
                "--list",
                list)) {
            assertThat(process.exit()).as(process.toString()).isZero();
        }
    }

    private void jobFile(String text) throws IOException {
        Files.writeString(home.resolve("jobs/" + job + ".yaml"), text);
    }

    private void run() {
        List<RunSummary> runs = server.get(AutomationRuns.class)
                .run(server.get(JobFiles.class).find(job).job(), new Trigger.Recovery());
        assertThat(runs).isNotEmpty();
    }

    private void importFrom(String source) throws IOException {
        jobFile("""
                kind: contact-import
                id: %s
                name: Files
                source: %s
                files: {pattern: "*.csv", stable-for: 0s}
                target: {directory: %s, list: %s}
                limits: {max-rejected: none}
                """.formatted(job, source, pool, list));
        run();
    }

    private Path files() throws IOException {
        Path files = Files.createDirectories(home.resolve("files-" + job));
        Files.writeString(files.resolve("a.csv"), csv());
        return files;
    }

    private void folder() throws IOException {
        importFrom("{type: folder, folder: %s}".formatted(files()));
    }

    private void sftp() throws IOException {
        Path password = Files.writeString(home.resolve("sftp.password"), "s3cret");
        try (HeldSftpServer remote = HeldSftpServer.serving(files(), "muster", "s3cret")) {
            importFrom(
                    "{type: sftp, host: 127.0.0.1, port: %d, username: muster, password: 'file:%s', host-keys: ['%s'], folder: /}"
                            .formatted(remote.port(), password, remote.hostKey()));
        }
    }

    private void objectStore() throws IOException {
        Path access = Files.writeString(home.resolve("s3.access"), S3Server.ACCESS_KEY);
        Path secret = Files.writeString(home.resolve("s3.secret"), S3Server.SECRET_KEY);
        try (S3Client s3 = store.client()) {
            var unused = s3.createBucket(create -> create.bucket(job));
            store.put(s3, job, "crm/a.csv", csv());
        }

        importFrom(
                "{type: s3, endpoint: '%s', region: us-east-1, bucket: %s, prefix: crm, access-key: 'file:%s', secret-key: 'file:%s', path-style: true}"
                        .formatted(store.endpoint(), job, access, secret));
    }

    private void drop() throws Exception {
        jobFile("""
                kind: contact-import
                id: %s
                name: Drop %s
                source: {type: drop}
                files: {pattern: "*.csv"}
                target: {directory: %s, list: %s}
                limits: {max-rejected: none}
                """.formatted(job, job, pool, list));
        String automation = server.get(FileDropService.class).automations().stream()
                .filter(target -> target.name().equals("Drop " + job))
                .findFirst()
                .orElseThrow()
                .id();
        Answer sent =
                Answer.of(server.send(server.request("/automations-file-service/automations/" + automation + "/files")
                        .header("X-API-TOKEN", server.token(Scope.MANAGE))
                        .header("Content-Type", "multipart/form-data; boundary=xxx")
                        .POST(BodyPublishers.ofString(
                                "--xxx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n"
                                        + csv() + "\r\n--xxx--\r\n"))
                        .build()));
        assertThat(sent.status()).as(sent.text()).isEqualTo(200);
        run();
    }

    private void loadFrom(String extractor) throws IOException {
        jobFile("""
                kind: workflow
                id: %s
                name: Workflow
                tasks:
                  - do: load
                    extract:
                      - %s
                    into:
                      type: contacts
                      target: {directory: %s, list: %s}
                      limits: {max-rejected: none}
                """.formatted(job, extractor, pool, list));
        run();
    }

    private void workflow() throws IOException {
        loadFrom(
                "{name: all, type: files, source: {type: folder, folder: %s}, files: {pattern: '*.csv', stable-for: 0s}}"
                        .formatted(files()));
    }

    private void database() throws Exception {
        String crmSchema = "crm_" + UUID.randomUUID().toString().substring(0, 8);
        String table = crmSchema + ".people";
        try (Connection crm = DriverManager.getConnection(database.url());
                Statement statement = crm.createStatement()) {
            statement.execute("CREATE DATABASE " + crmSchema);
            statement.execute(FIELDS.stream()
                    .map(field -> field + " VARCHAR(100)")
                    .collect(Collectors.joining(
                            ", ", "CREATE TABLE " + table + " (id INT AUTO_INCREMENT PRIMARY KEY, ", ")")));
            try (PreparedStatement insert = crm.prepareStatement(
                    "INSERT INTO %s (%s) VALUES (?, ?, ?, ?, ?, ?, ?)".formatted(table, String.join(", ", FIELDS)))) {
                for (Map<String, String> record : history) {
                    for (int i = 0; i < FIELDS.size(); i++) {
                        insert.setString(i + 1, record.get(FIELDS.get(i)));
                    }

                    insert.executeUpdate();
                }
            }
        }

        Path url = Files.writeString(home.resolve("crm.url"), database.url());
        loadFrom("{name: crm, type: database, url: 'file:%s', query: 'SELECT %s FROM %s ORDER BY id'}"
                .formatted(url, String.join(", ", FIELDS), table));
    }

    private void http() throws Exception {
        byte[] lines = history.stream()
                .map(record -> JsonMapper.shared().writeValueAsString(record))
                .collect(Collectors.joining("\n"))
                .getBytes(StandardCharsets.UTF_8);
        HttpServer people = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        people.createContext("/people", exchange -> {
            exchange.sendResponseHeaders(200, lines.length);
            exchange.getResponseBody().write(lines);
            exchange.close();
        });
        people.start();
        try {
            loadFrom("{name: people, type: http, url: 'http://127.0.0.1:%d/people', format: json-lines}"
                    .formatted(people.getAddress().getPort()));
        } finally {
            people.stop(0);
        }
    }

    private static Map<String, Object> contact(Map<String, String> record) {
        Map<String, Object> contact = new LinkedHashMap<>();
        contact.put("firstName", record.get("FirstName"));
        contact.put("lastName", record.get("LastName"));
        contact.put("email", record.get("Email"));
        contact.put("phone", record.get("Phone"));
        contact.put("extRef", record.get("ExternalDataReference"));
        contact.put("language", record.get("Language"));
        contact.put("embeddedData", Map.of("tier", record.get("tier")));
        return contact;
    }

    private static String json(Object value) {
        return JsonMapper.shared().writeValueAsString(value).replace("'", "\\u0027");
    }

    private void contactImport() throws Exception {
        String base = "/API/v3/directories/" + pool + "/mailinglists/" + list + "/transactioncontacts";
        Answer started = client.post(
                base,
                json(Map.of(
                        "contacts",
                        history.stream().map(EveryWayJobTests::contact).toList())));
        assertThat(started.status()).as(started.text()).isEqualTo(202);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> client.get(base + "/" + started.result().path("id").asString())
                        .result()
                        .path("status")
                        .asString()
                        .equals("complete"));
    }

    private void contactByContact() throws Exception {
        for (Map<String, String> record : history) {
            Answer answer = client.post(
                    "/API/v3/directories/" + pool + "/mailinglists/" + list + "/contacts", json(contact(record)));
            assertThat(answer.status()).as(answer.text()).isIn(200, 400);
        }
    }

    private void events() throws Exception {
        jobFile("""
                kind: event
                id: %s
                name: Events
                mapping:
                  missing: blank
                  fields:
                    $.firstName: firstName
                    $.lastName: lastName
                    $.email: email
                    $.phone: phone
                    $.extRef: extRef
                    $.language: language
                    $.embeddedData.tier: embedded.tier
                target: {directory: %s, list: %s}
                """.formatted(job, pool, list));
        server.get(EventCatalog.class).refresh();
        String address = "/v1/events/"
                + server.get(EventIntake.class)
                        .address(server.get(Automations.class).number(job))
                        .id();
        for (Map<String, String> record : history) {
            Answer answer = client.post(address, json(contact(record)));
            assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        }

        server.get(EventWorker.class).applyNow();
    }
}
