package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.cli.OpenApiPage.Operation;
import io.muster.database.TestDatabase;
import io.muster.intercept.decide.Signatures;
import io.muster.mobile.MusterClient;
import io.muster.mobile.MusterClient.Click;
import io.muster.mobile.MusterClient.Impression;
import io.muster.support.StateFolder;
import io.muster.web.TestWebServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The contract of apps against a server: the page in OpenAPI is as the server answers, and the reference client plays it. */
class MobileContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Path PAGE = Path.of("docs", "mobile.yaml");
    private static final String PROJECT_OF_PAGE = "ZN_6aYqWm0TFYfRbQ1";
    private static final String INTERCEPT_OF_PAGE = "SI_3kcvJ8l2PzVt5Xa";
    /** Enough for the tests to be no flood. */
    private static final String LIFTED = "999999";

    @TempDir
    private static Path folder;

    private static TestWebServer server;
    private static String project;
    private static String intercept;
    private static String second;
    private static String signed;
    private static String signedIntercept;
    private static String secret;

    @BeforeAll
    static void publish() {
        System.setProperty(URL, database.url());
        muster("directories", "create", "App customers", "--rule", "extRef");
        for (String reference : List.of("C-1", "C-2", "C-3", "C-4")) {
            muster("contacts", "create", "--directory", "App customers", "--ref", reference);
        }

        project = id("projects", "create", "App", "--directory", "App customers", "--auto-create", "on");
        intercept = id("intercepts", "create", "How was it?", "--project", project, "--survey", "SV_1");
        second = id("intercepts", "create", "Tell us", "--project", project, "--frequency", "off");
        signed = id("projects", "create", "Signed app", "--directory", "App customers");
        signedIntercept = id("intercepts", "create", "And this?", "--project", signed, "--frequency", "off");
        secret = JsonMapper.shared()
                .readTree(muster("projects", "signing", signed, "on", "--json"))
                .path("secret")
                .asString();
        muster("frequency", "add", "--directory", "App customers", "--max", "1", "--per", "30d");
        muster("projects", "apply", project);
        muster("projects", "apply", signed);
        muster("intercepts", "activate", intercept, second, signedIntercept);
        server = TestWebServer.start(database.url(), folder.resolve("home"), "muster.http.events-per-address", LIFTED);
    }

    @AfterAll
    static void stop() {
        System.clearProperty(URL);
        server.close();
    }

    private static String muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(new Terminal(out, err, new StateFolder(folder.resolve("home"))), arguments);
        assertThat(exit).as(err.toString(StandardCharsets.UTF_8)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String id(String... arguments) {
        String[] all = Stream.concat(Stream.of(arguments), Stream.of("--json")).toArray(String[]::new);
        return JsonMapper.shared().readTree(muster(all)).path("id").asString();
    }

    private MusterClient.Builder client(String reference) {
        return MusterClient.of(server.address(), project)
                .reference(reference)
                .queue(folder.resolve("queue-" + reference).toFile())
                // A server that has just begun to work is slow once.
                .timeout(LONG.toMillis());
    }

    private static Map<String, Boolean> evaluated(MusterClient client) throws Exception {
        return client.evaluateProject().get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    private static void awaitSent(MusterClient client) {
        await().atMost(LONG).until(() -> client.waiting() == 0);
    }

    private static List<String> touchpoints(String reference) {
        return database.jdbc().sql("""
                    SELECT CONCAT_WS(' ', t.channel, t.kind, t.survey, t.intercept, t.display, t.source)
                    FROM touchpoint t JOIN contact c ON c.directory_id = t.directory_id AND c.number = t.number
                    WHERE c.ext_ref = ? ORDER BY t.happened_at, t.kind
                    """).param(reference).query(String.class).list();
    }

    @Test
    void theReferenceClientPlaysIt() throws Exception {
        try (MusterClient client = client("C-1").start()) {
            assertThat(evaluated(client)).containsExactly(Map.entry(intercept, true), Map.entry(second, true));
            assertThat(client.evaluate(intercept).get()).isTrue();
            assertThat(client.evaluate("SI_000000000000000").get()).isFalse();
            assertThat(client.flush().get()).isZero();
            assertThat(touchpoints("C-1")).as("evaluating never counts").isEmpty();

            Impression impression = client.recordImpression(intercept);
            client.recordClick(impression, Click.CLICKED);
            client.recordClick(impression, Click.ANSWERED);
            awaitSent(client);
            String about = "SV_1 %s %s pages".formatted(intercept, impression.id());
            assertThat(touchpoints("C-1"))
                    .containsExactlyInAnyOrder("app shown " + about, "app clicked " + about, "app answered " + about);
            await().atMost(LONG).until(() -> !client.evaluate(intercept).get());
            assertThat(evaluated(client)).as("frequency is off for the other").containsEntry(second, true);

            client.identify("nobody we know");
            assertThat(evaluated(client)).containsEntry(second, false);
            client.forget();
            assertThat(evaluated(client)).containsEntry(second, true);
        }
    }

    @Test
    void whatIsRecordedOfflineCountsOnce() throws Exception {
        Path queue = folder.resolve("queue-C-2");
        String impression;
        try (MusterClient client = MusterClient.of("http://127.0.0.1:1", project)
                .reference("C-2")
                .queue(queue.toFile())
                .start()) {
            assertThat(client.evaluate(intercept).get(LONG.toSeconds(), TimeUnit.SECONDS))
                    .isFalse();
            impression = client.recordImpression(intercept).id();
            client.flush().get(LONG.toSeconds(), TimeUnit.SECONDS);
            assertThat(client.waiting()).isEqualTo(1);
        }

        byte[] kept = Files.readAllBytes(queue);
        for (int start = 0; start < 2; start++) {
            // As if the answer had been lost.
            Files.write(queue, kept);
            try (MusterClient client = client("C-2").start()) {
                awaitSent(client);
            }
        }

        assertThat(touchpoints("C-2")).containsExactly("app shown SV_1 %s %s pages".formatted(intercept, impression));
    }

    @Test
    void aSignedProjectKnowsWhoeverHasASignature() throws Exception {
        String signature = new Signatures(secret).of("C-3");
        try (MusterClient client = MusterClient.of(server.address(), signed)
                .reference("C-3")
                .timeout(LONG.toMillis())
                .start()) {
            assertThat(evaluated(client)).containsEntry(signedIntercept, false);
            client.recordImpression(signedIntercept);
            awaitSent(client);
            assertThat(touchpoints("C-3")).isEmpty();

            client.identify("C-3", signature);
            assertThat(evaluated(client)).containsEntry(signedIntercept, true);
            client.recordImpression(signedIntercept);
            awaitSent(client);
            assertThat(touchpoints("C-3")).hasSize(1);
        }
    }

    @Test
    void whoeverStartsTheAppBecomesAContactWithNothingButHisReference() throws Exception {
        try (MusterClient client = client("new-1").start()) {
            await().atMost(LONG).until(() -> client.evaluate(second).get());
        }

        assertThat(database.jdbc()
                        .sql(
                                "SELECT COUNT(*) FROM contact WHERE ext_ref = 'new-1' AND email IS NULL AND first_name IS NULL")
                        .query(Long.class)
                        .single())
                .isOne();
        post(
                "/v1/visitors",
                "{'project':'%s','ref':'new-2','platform':'mobile','email':'a@example.com'}"
                        .formatted(project)
                        .replace('\'', '"'));
        assertThat(database.jdbc()
                        .sql("SELECT COUNT(*) FROM contact WHERE ext_ref = 'new-2' AND email IS NULL")
                        .query(Long.class)
                        .single())
                .isOne();
    }

    static List<Operation> operations() throws IOException {
        return OpenApiPage.read(PAGE).operations();
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return server.post(path, body);
    }

    /** An example of the page, about the project and intercept that are here. */
    private static JsonNode here(JsonNode example) {
        return JsonMapper.shared()
                .readTree(example.toString().replace(PROJECT_OF_PAGE, project).replace(INTERCEPT_OF_PAGE, intercept));
    }

    /** The object of an example that is changed, be it in a list. */
    private static ObjectNode objectOf(JsonNode body) {
        return (ObjectNode) (body.isArray() ? body.get(0) : body);
    }

    private static void assertAsThePageSays(Operation operation, HttpResponse<String> response) throws IOException {
        OpenApiPage page = OpenApiPage.read(PAGE);
        assertThat(operation.names(response.statusCode()))
                .as("%s names the status of %s", operation.path(), response)
                .isTrue();
        assertThat(page.problems(
                        page.answer(operation, response.statusCode()),
                        JsonMapper.shared().readTree(response.body())))
                .as("%s %s", operation.path(), response.body())
                .isEmpty();
    }

    @Test
    void thePageIsOpenApi() throws IOException {
        OpenApiPage page = OpenApiPage.read(PAGE);
        assertThat(page.version()).isEqualTo("3.1.0");
        assertThat(page.operations())
                .extracting(Operation::path)
                .containsExactly("/v1/decisions", "/v1/displays", "/v1/clicks", "/v1/visitors");
        assertThat(page.operations())
                .extracting(
                        operation -> operation.description().path("operationId").asString())
                .containsExactly("evaluate", "recordImpression", "recordClick", "initialise");
    }

    @ParameterizedTest
    @MethodSource("operations")
    void examplesAreOfTheirFormAndAreAnsweredAsThePageSays(Operation operation) throws Exception {
        OpenApiPage page = OpenApiPage.read(PAGE);
        Set<String> shown = new TreeSet<>();
        for (JsonNode example : operation.examples()) {
            assertThat(page.problems(operation.schema(), example))
                    .as(example.toString())
                    .isEmpty();
            shown.addAll(objectOf(example).propertyNames());
            HttpResponse<String> response = post(operation.path(), here(example).toString());
            assertThat(response.statusCode()).as(response.body()).isIn(200, 202);
            assertAsThePageSays(operation, response);
        }

        assertThat(shown)
                .as("fields that examples show")
                .containsExactlyInAnyOrderElementsOf(
                        page.object(operation.schema()).path("properties").propertyNames());
    }

    @ParameterizedTest
    @MethodSource("operations")
    void everyFieldOfThePageIsRead(Operation operation) throws Exception {
        OpenApiPage page = OpenApiPage.read(PAGE);
        JsonNode form = page.object(operation.schema());
        for (String field : form.path("properties").propertyNames()) {
            JsonNode body = here(operation.examples().getFirst());
            objectOf(body).putObject(field);
            HttpResponse<String> wrong = post(operation.path(), body.toString());
            assertThat(wrong.statusCode()).as("%s of no form", field).isEqualTo(400);
            assertThat(JsonMapper.shared()
                            .readTree(wrong.body())
                            .at("/error/field")
                            .asString())
                    .isEqualTo(body.isArray() ? "[0]." + field : field);
            assertAsThePageSays(operation, wrong);

            objectOf(body).remove(field);
            boolean isRequired = form.path("required")
                    .valueStream()
                    .anyMatch(name -> name.asString().equals(field));
            assertThat(post(operation.path(), body.toString()).statusCode() == 400)
                    .as("%s is required", field)
                    .isEqualTo(isRequired);
        }

        JsonNode newer = here(operation.examples().getFirst());
        objectOf(newer).put("newer", true);
        assertThat(post(operation.path(), newer.toString()).statusCode()).isIn(200, 202);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void boundsOfThePageAreThoseOfTheServer(Operation operation) throws Exception {
        OpenApiPage page = OpenApiPage.read(PAGE);
        for (Map.Entry<String, JsonNode> property :
                page.object(operation.schema()).path("properties").properties()) {
            JsonNode schema = page.resolved(property.getValue());
            for (JsonNode right : schema.path("enum")) {
                assertThat(statusWith(operation, property.getKey(), right)).isIn(200, 202);
            }

            if (schema.has("enum") || schema.has("pattern")) {
                assertThat(statusWith(operation, property.getKey(), text("other")))
                        .isEqualTo(400);
            }

            if (schema.has("maxLength")) {
                int most = schema.get("maxLength").asInt();
                assertThat(statusWith(operation, property.getKey(), text("x".repeat(most))))
                        .isIn(200, 202);
                assertThat(statusWith(operation, property.getKey(), text("x".repeat(most + 1))))
                        .isEqualTo(400);
            }

            if (schema.has("maximum")) {
                int most = schema.get("maximum").asInt();
                assertThat(statusWith(
                                operation,
                                property.getKey(),
                                number(schema.get("minimum").asInt())))
                        .isEqualTo(200);
                assertThat(statusWith(operation, property.getKey(), number(most)))
                        .isEqualTo(200);
                assertThat(statusWith(operation, property.getKey(), number(most + 1)))
                        .isEqualTo(400);
            }
        }

        int most = page.resolved(operation.schema()).path("maxItems").asInt(0);
        if (most > 0) {
            String one = objectOf(here(operation.examples().getFirst())).toString();
            assertThat(post(operation.path(), "[" + (one + ",").repeat(most - 1) + one + "]")
                            .statusCode())
                    .isEqualTo(202);
            assertThat(post(operation.path(), "[" + (one + ",").repeat(most) + one + "]")
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    private static JsonNode text(String text) {
        return JsonMapper.shared().getNodeFactory().stringNode(text);
    }

    private static JsonNode number(int number) {
        return JsonMapper.shared().getNodeFactory().numberNode(number);
    }

    private static int statusWith(Operation operation, String field, JsonNode value) throws Exception {
        JsonNode body = here(operation.examples().getFirst());
        objectOf(body).set(field, value);
        return post(operation.path(), body.toString()).statusCode();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aBodyThatIsTooLargeIsAnsweredAsThePageSays(Operation operation) throws Exception {
        HttpResponse<String> response = post(operation.path(), " ".repeat(1_100_000) + "{}");
        assertThat(response.statusCode()).isEqualTo(413);
        assertAsThePageSays(operation, response);
    }

    @Test
    void tooManyEventsAreAnsweredAsThePageSays() throws Exception {
        try (TestWebServer strict = TestWebServer.start(
                database.url(),
                folder.resolve("strict"),
                "muster.http.events-per-address",
                "1",
                "muster.snapshots",
                folder.resolve("home").resolve("snapshots").toString())) {
            for (Operation operation : operations()) {
                if (operation.names(429)) {
                    String event = here(operation.examples().getFirst()).toString();
                    HttpResponse<String> response = strict.post(operation.path(), event);
                    for (int i = 0; i < 2 && response.statusCode() == 202; i++) {
                        response = strict.post(operation.path(), event);
                    }

                    assertThat(response.statusCode()).isEqualTo(429);
                    assertThat(response.headers()
                                    .firstValueAsLong("Retry-After")
                                    .orElse(0))
                            .isPositive();
                    assertAsThePageSays(operation, response);
                }
            }
        }
    }
}
