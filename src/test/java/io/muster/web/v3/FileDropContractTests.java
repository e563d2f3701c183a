package io.muster.web.v3;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.access.Scope;
import io.muster.app.FileDropService;
import io.muster.app.FileDropService.Target;
import io.muster.automation.Trigger;
import io.muster.automation.contactimport.ContactImportRuns;
import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.JobFiles;
import io.muster.database.TestDatabase;
import io.muster.jobs.Progress;
import io.muster.web.v3.V3Client.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The v3 contract, section 16: files for an automation. */
class FileDropContractTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final String BASE = "/automations-file-service/automations";
    private static final String BOUNDARY = "----------boundary";

    @TempDir
    private static Path home;

    private static V3Fixture api;
    private static int jobs;

    private String job;
    private String files;

    @BeforeAll
    static void start() {
        api = V3Fixture.start(database, home);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void write() throws IOException {
        job = "drop-" + jobs++;
        job(api.directory().replaceFirst(".*/", ""), "");
        files = BASE + "/" + automation() + "/files";
    }

    private void job(String directory, String more) throws IOException {
        Files.writeString(home.resolve("jobs/" + job + ".yaml"), """
                kind: contact-import
                id: %s
                name: Files of %s
                source: {type: drop}
                files: {pattern: "*.csv"}
                format: {max-size: 100KB}
                target: {directory: %s}
                """.formatted(job, job, directory) + more);
    }

    private String automation() {
        return api.server.get(FileDropService.class).automations().stream()
                .filter(target -> target.name().equals("Files of " + job))
                .map(Target::id)
                .findFirst()
                .orElseThrow();
    }

    private static Answer upload(String path, String name, String content) throws IOException, InterruptedException {
        return multipart(path, part("file", name, content));
    }

    private static String part(String field, String name, String content) {
        return "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + field + "\"; filename=\"" + name
                + "\"\r\nContent-Type: text/csv\r\n\r\n" + content + "\r\n";
    }

    private static Answer multipart(String path, String parts) throws IOException, InterruptedException {
        return send(path, "multipart/form-data; boundary=" + BOUNDARY, parts + "--" + BOUNDARY + "--\r\n");
    }

    private static Answer send(String path, String type, String body) throws IOException, InterruptedException {
        return Answer.of(api.server.send(api.server
                .request(path)
                .header("X-API-TOKEN", api.server.token(Scope.MANAGE))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .build()));
    }

    private void run() {
        ContactImportJob loaded =
                (ContactImportJob) api.server.get(JobFiles.class).find(job).job();
        var ignored = api.server.get(ContactImportRuns.class).run(loaded, new Trigger.Recovery(), Progress.NONE);
    }

    private static String id(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.result().path("id").asString();
    }

    private static final String CONTACT = "ExternalDataReference,FirstName\n1,Ann\n";

    @Test
    void anUploadAnswersWithTheIdOfTheFile() throws Exception {
        Answer answer = upload(files, "a.csv", CONTACT);

        assertThat(id(answer)).matches("AFL_[0-9A-Za-z]{15}");
        assertThat(answer.json().path("meta").path("httpStatus").asString()).isEqualTo("200 - OK");
        assertThat(answer.json().path("meta").has("warning")).isFalse();
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void aWaitingFileOfTheSameNameIsReplacedWithAWarningAndTheSameContentIsTheSameFile() throws Exception {
        String first = id(upload(files, "a.csv", CONTACT));
        assertThat(id(upload(files, "a.csv", CONTACT))).isEqualTo(first);

        Answer second = upload(files, "a.csv", CONTACT + "2,Bob\n");
        assertThat(id(second)).isNotEqualTo(first);
        JsonNode warning = second.json().path("meta").path("warning");
        assertThat(warning.path("warningCode").asString()).isEqualTo("FILE_REPLACED");
        assertThat(warning.path("warningMessage").asString()).contains(first);
        assertThat(api.client.get(files).each("id")).containsExactly(id(second));
    }

    @Test
    void aBodyWithoutTheFileIs400AndOneThatIsNoMultipart415() throws Exception {
        assertThat(multipart(files, part("other", "a.csv", CONTACT)).error()).isEqualTo("400 BAD_FIELD");
        assertThat(send(files, "multipart/form-data", "x").error()).isEqualTo("400 BAD_FIELD");
        assertThat(send(files, "text/csv", CONTACT).error()).isEqualTo("415 UNSUPPORTED_MEDIA_TYPE");
        assertThat(multipart(files, part("other", "x.csv", "1") + part("file", "a.csv", CONTACT))
                        .status())
                .as("another part in front")
                .isEqualTo(200);
    }

    @Test
    void aFileOverTheLimitOfItsJobIs413AndLeavesNothing() throws Exception {
        assertThat(upload(files, "a.csv", "x".repeat(102_401)).error()).isEqualTo("413 TOO_LARGE");
        assertThat(upload(files, "a.csv", "x".repeat(400_000)).error()).isEqualTo("413 TOO_LARGE");

        assertThat(api.client.get(files).elements()).isEmpty();
        assertThat(upload(files, "a.csv", "x".repeat(102_400)).status()).isEqualTo(200);
    }

    @Test
    void theNameIsReducedToItsLastPartAndStrangeOnesAre400() throws Exception {
        for (String name : List.of("/etc/x/a.csv", "C:\\\\tmp\\\\a.csv")) {
            String file = id(upload(files, name, CONTACT));
            assertThat(api.client.get(files + "/" + file).result().path("name").asString())
                    .isEqualTo("a.csv");
        }

        for (String name : List.of("..", "a..b.csv", "", "a\u0007b.csv", "x/")) {
            assertThat(upload(files, name, CONTACT).error()).as(name).isEqualTo("400 BAD_FIELD");
        }
    }

    @Test
    void aNameThatTheJobDoesNotChooseWaitsAndIsNeverRun() throws Exception {
        String file = id(upload(files, "a.txt", CONTACT));
        run();

        assertThat(api.client.get(files + "/" + file).result().path("state").asString())
                .isEqualTo("waiting");
    }

    @Test
    void filesAreListedByTheirTagPageByPage() throws Exception {
        for (int n = 0; n < 5; n++) {
            upload(files, "w" + n + ".txt", "x" + n);
        }

        upload(files, "a.csv", CONTACT);
        run();

        Answer first = api.client.get(files + "?pageSize=2");
        assertThat(first.each("name")).containsExactly("w0.txt", "w1.txt");
        assertThat(first.nextPage()).contains("skipToken=").startsWith("http");
        assertThat(api.all(files + "?pageSize=2")).hasSize(5);
        assertThat(api.client.get(files + "?tag=archived").each("name")).containsExactly("a.csv");
        assertThat(api.client.get(files + "?tag=processing").elements()).isEmpty();
        assertThat(api.client.get(files + "?tag=nonsense").error()).isEqualTo("400 BAD_FIELD");

        upload(files, "broken.csv", "FirstName,FirstName\na,b\n");
        run();
        assertThat(api.client.get(files + "?tag=failed").each("name")).containsExactly("broken.csv");
    }

    @Test
    void theMetadataOfAFileHasTheseMembersAndNoOthers() throws Exception {
        String file = id(upload(files, "a.csv", CONTACT));
        JsonNode waiting = api.client.get(files + "/" + file).result();
        assertThat(waiting.propertyNames())
                .containsExactlyInAnyOrder("id", "name", "size", "state", "uploaded", "processed", "runId", "sha256");
        assertThat(waiting.path("size").asInt()).isEqualTo(CONTACT.length());
        assertThat(waiting.path("uploaded").asString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(waiting.path("processed").isNull()).isTrue();
        assertThat(waiting.path("runId").isNull()).isTrue();

        run();
        JsonNode archived = api.client.get(files + "/" + file).result();
        assertThat(archived.path("state").asString()).isEqualTo("archived");
        assertThat(archived.path("runId").asString()).startsWith("RN_");
        assertThat(archived.path("processed").asString()).endsWith("Z");
        assertThat(api.client.get(files + "/AFL_000000000000000").error()).isEqualTo("404 UNKNOWN_FILE");
    }

    @Test
    void theContentIsTheBytesAsSentAsAnAttachment() throws Exception {
        String text = "a;b\r\n\u00e4;--\r\n\r\n";
        String file = id(upload(files, "\u00fc a.txt", text));
        HttpResponse<String> content =
                api.server.get(files + "/" + file + "/content", "X-API-TOKEN", api.server.token(Scope.READ));

        assertThat(content.body()).isEqualTo(text);
        assertThat(content.headers().firstValue("Content-Type").orElseThrow())
                .isEqualToIgnoringWhitespace("text/plain;charset=utf-8");
        assertThat(content.headers().firstValue("Content-Disposition").orElseThrow())
                .startsWith("attachment");
        assertThat(content.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    }

    @Test
    void aFileIsDeletedUnlessARunWorksOnIt() throws Exception {
        String file = id(upload(files, "a.csv", CONTACT));
        assertThat(api.client.delete(files + "/" + file).json().propertyNames()).containsExactly("meta");
        assertThat(api.client.delete(files + "/" + file).error()).isEqualTo("404 UNKNOWN_FILE");

        String busy = id(upload(files, "b.csv", CONTACT));
        run();
        for (String sql : List.of("UPDATE delivery SET state = 'TAKEN'", "UPDATE run SET status = 'RUNNING'")) {
            database.jdbc().sql(sql + " ORDER BY id DESC LIMIT 1").update();
        }

        assertThat(api.client.delete(files + "/" + busy).error()).isEqualTo("409 FILE_BUSY");
        database.jdbc()
                .sql("UPDATE run SET status = 'COMPLETED' ORDER BY id DESC LIMIT 1")
                .update();
        database.jdbc()
                .sql("UPDATE delivery SET state = 'IMPORTED' ORDER BY id DESC LIMIT 1")
                .update();
    }

    @Test
    void automationsThatTakeFilesAreListedAndOthersAreUnknown() throws Exception {
        assertThat(api.all(BASE + "?pageSize=1")).anySatisfy(one -> {
            assertThat(one.path("id").asString()).isEqualTo(automation());
            assertThat(one.path("name").asString()).isEqualTo("Files of " + job);
        });
        assertThat(api.client.get(BASE + "?offset=100000").elements()).isEmpty();
        assertThat(api.client.get(BASE + "?offset=x").error()).isEqualTo("400 BAD_FIELD");
        for (String other : List.of("AU_000000000000000", job, "POOL_000000000000000")) {
            assertThat(upload(BASE + "/" + other + "/files", "a.csv", CONTACT).error())
                    .isEqualTo("404 UNKNOWN_AUTOMATION");
        }
    }

    @Test
    void aCallerNeedsATokenOfTheScopeAndTheDirectory() throws Exception {
        HttpRequest.Builder request = api.server.request(files);
        assertThat(api.server.send(request.build()).statusCode()).isEqualTo(401);
        HttpRequest read = api.server
                .request(files)
                .header("X-API-TOKEN", api.server.token(Scope.READ))
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(BodyPublishers.ofString(part("file", "a.csv", CONTACT)))
                .build();
        assertThat(Answer.of(api.server.send(read)).error()).isEqualTo("403 FORBIDDEN");
        String elsewhere = api.directory().replaceFirst(".*/", "");
        assertThat(Answer.of(api.server.get(files, "X-API-TOKEN", api.server.token(List.of(elsewhere), Scope.MANAGE)))
                        .error())
                .isEqualTo("404 UNKNOWN_AUTOMATION");
    }

    @Test
    void aCallThatIsCutOffLeavesNothingAndMayBeRepeated() throws Exception {
        URI address = URI.create(api.server.address());
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            OutputStream out = socket.getOutputStream();
            String head = "POST " + files + " HTTP/1.1\r\nHost: x\r\nX-API-TOKEN: " + api.server.token(Scope.MANAGE)
                    + "\r\nContent-Type: multipart/form-data; boundary=" + BOUNDARY
                    + "\r\nContent-Length: 50000\r\n\r\n" + part("file", "a.csv", CONTACT);
            out.write(head.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(parts()).isEmpty());
        String file = id(upload(files, "a.csv", CONTACT));
        assertThat(id(upload(files, "a.csv", CONTACT))).isEqualTo(file);
        assertThat(api.client.get(files).each("id")).containsExactly(file);
    }

    private static List<String> parts() throws IOException {
        Path spool = home.resolve("spool/drop");
        if (!Files.isDirectory(spool)) {
            return List.of();
        }

        try (Stream<Path> listed = Files.list(spool)) {
            return listed.map(one -> one.getFileName().toString())
                    .filter(name -> name.endsWith(".part"))
                    .toList();
        }
    }

    @Test
    void aFileAsDataPlatformsWriteItIsImported() throws Exception {
        Files.writeString(
                home.resolve("jobs/" + job + ".yaml"),
                Files.readString(home.resolve("jobs/" + job + ".yaml"))
                        + "mapping: {columns: {ref: extRef, seen: embedded.seen}}\n");
        String file = id(upload(files, "a.csv", "ref, seen\n7,2026-03-01T10:00:00Z\n"));
        run();

        assertThat(api.client.get(files + "/" + file).result().path("state").asString())
                .isEqualTo("archived");
    }
}
