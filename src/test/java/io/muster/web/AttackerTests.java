package io.muster.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.access.Scope;
import io.muster.app.InterceptInput;
import io.muster.app.PageEventDeletions;
import io.muster.app.PageEventsRequest;
import io.muster.app.ProjectInput;
import io.muster.app.ProjectService;
import io.muster.app.SegmentService;
import io.muster.app.SnapshotService;
import io.muster.database.TestDatabase;
import io.muster.dedup.ContactChange;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.DirectoryState;
import io.muster.dedup.EditResult.Created;
import io.muster.directory.Actor;
import io.muster.directory.OptOut;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.frequency.RuleOptions;
import io.muster.jobs.Progress;
import io.muster.jobs.rebuild.RebuildRequest;
import io.muster.runs.SegmentRebuilds;
import io.muster.segment.SizeGuard;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Somebody who knows the reference of a person and has no token calls all that is public. He learns nothing and changes nothing;
 * what he adds is limited, marked, and can be taken back.
 */
class AttackerTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Actor TESTER = Actor.commandLine("tester");

    // Of one length, so that what an answer might repeat has one as well.
    private static final String KNOWN = "C-1000";
    private static final String UNTARGETED = "C-2000";
    private static final String CAPPED = "C-3000";
    private static final String UNKNOWN = "C-9999";
    private static final List<String> REFERENCES = List.of(KNOWN, UNTARGETED, CAPPED, UNKNOWN);

    /** What the directory knows of the persons and nobody is to read. */
    private static final List<String> SECRETS = List.of(
            "Ada",
            "Lovelace",
            "ada@example.org",
            "platinum",
            "German speakers",
            "FREQUENCY",
            "NOT_TARGETED",
            "SG_",
            "CID_");

    /** What a person consists of; touchpoints and responses are what the attacker can add. */
    private static final Set<String> ADDED = Set.of("touchpoint", "touchpoint_claim", "response");

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static DirectoryFixture directory;
    private static String open;
    private static String welcome;
    private static String signed;
    private static String ofSigned;
    private static Instant begun;

    private final JdbcClient jdbc = database.jdbc();

    @BeforeAll
    static void publish() throws Exception {
        server = TestWebServer.start(database.url(), home);
        directory = DirectoryFixture.create(database.jdbc(), "extRef", "email");
        ContactEdits edits =
                new ContactEdits(database.jdbc(), database.transactions(), Clock.systemUTC(), database.ids());
        long known = created(edits, KNOWN, "ada@example.org", "de");
        edits.update(directory.id(), known, ContactChange.of(OptOut.OUT));
        created(edits, UNTARGETED, "bo@example.org", "en");
        created(edits, CAPPED, "cy@example.org", "de");
        String pool = database.ids().directory(directory.id());
        server.get(FrequencyRuleStore.class)
                .add(directory.id(), new RuleOptions("1", "30d", null, null, false, null, null), TESTER);
        String segment = server.get(SegmentService.class)
                .create(TESTER, pool, "German speakers", "field: language\nis: de\n", SizeGuard.usual())
                .id();
        var ignored = server.get(SegmentRebuilds.class)
                .rebuild(RebuildRequest.full(directory.id(), "tester"), TESTER, Progress.NONE);
        ProjectService projects = server.get(ProjectService.class);
        open = projects.create(TESTER, pool, new ProjectInput("Shop", null, true, null, null))
                .id();
        welcome = intercept(open, segment);
        signed = projects.create(TESTER, pool, new ProjectInput("Bank", null, true, null, null))
                .id();
        ofSigned = intercept(signed, segment);
        projects.sign(TESTER, signed, true);
        for (String project : List.of(open, signed)) {
            projects.apply(TESTER, project);
        }

        projects.activate(TESTER, List.of(welcome, ofSigned), true);
        server.get(SnapshotService.class).publish(TESTER, pool, false, Progress.NONE);
        // What was known of the project before it was published is a second old at most.
        await().atMost(LONG).until(() -> {
            server.post("/v1/displays", one(open, welcome, CAPPED, "capped"));
            return directory.count("touchpoint") > 0;
        });
        begun = Instant.ofEpochMilli(recordedAt() + 1);
        await().atMost(LONG).until(() -> decision(CAPPED).contains("\"show\":false"));
        await().atMost(LONG).until(() -> decision(KNOWN).contains("\"show\":true"));
    }

    private static long recordedAt() {
        return database.jdbc()
                .sql("SELECT MAX(recorded_at) FROM touchpoint")
                .query(Long.class)
                .single();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static long created(ContactEdits edits, String reference, String email, String language) {
        return ((Created) edits.upsert(
                        directory.id(),
                        DirectoryFixture.record(
                                "extRef",
                                reference,
                                "email",
                                email,
                                "firstName",
                                "Ada",
                                "lastName",
                                "Lovelace",
                                "language",
                                language,
                                "embedded.tier",
                                "platinum")))
                .number();
    }

    private static String intercept(String project, String segment) {
        return server.get(ProjectService.class)
                .create(
                        TESTER,
                        project,
                        new InterceptInput(
                                "Welcome",
                                null,
                                null,
                                "SV_1",
                                "segment: " + segment + "\nis: member\n",
                                null,
                                true,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null))
                .id();
    }

    /** As he found it: what other tests have added is gone. */
    @BeforeEach
    void takeBack() throws Exception {
        for (String project : List.of(open, signed)) {
            PageEventsRequest all = new PageEventsRequest(
                    TESTER, project, null, begun, Instant.now().plusSeconds(3_600));
            server.get(PageEventDeletions.class).deleteTouchpoints(all);
            server.get(PageEventDeletions.class).deleteResponses(all, PageEventDeletions.Kind.ALL);
        }

        await().atMost(LONG).until(() -> decision(KNOWN).contains("\"show\":true"));
    }

    private static String one(String project, String intercept, String reference, String id) {
        return "{\"id\":\"%s\",\"project\":\"%s\",\"intercept\":\"%s\",\"ref\":\"%s\"}"
                .formatted(id, project, intercept, reference);
    }

    private static String decision(String reference) throws IOException {
        return answer(get("/v1/decisions?project=" + open + "&ref=" + reference, ""));
    }

    private static String get(String path, String headers) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + headers + "\r\n";
    }

    private static String send(String method, String path, String body, String headers) {
        return method + " " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
                + headers + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    /** The whole answer, byte by byte, but for the second of its date. */
    private static String answer(String request) throws IOException {
        URI uri = URI.create(server.address());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)
                    .replaceFirst("(?i)date: [^\r]+", "Date: -");
        }
    }

    /** Everything public that takes a reference, for a project; what it is, and the request. */
    private static Map<String, String> calls(String project, String intercept, String reference, String id) {
        String one = one(project, intercept, reference, id);
        String page = "Origin: https://evil.example\r\n";
        Map<String, String> calls = new LinkedHashMap<>();
        for (String path : List.of("/v1/displays", "/v1/clicks", "/v1/responses")) {
            String event = one.replace("}", ",\"kind\":\"clicked\",\"answers\":{\"q\":1}}");
            calls.put(path, send("POST", path, event, ""));
            calls.put(path + " list", send("POST", path, "[" + event + "," + event + "]", ""));
            calls.put(path + " from a page", send("POST", path, event, page));
            calls.put(
                    path + " with a wrong signature",
                    send("POST", path, event.replace("}}", "},\"sig\":\"" + "0".repeat(64) + "\"}"), ""));
            calls.put(
                    path + " with a wrong token", send("POST", path, event, "X-API-TOKEN: " + "x".repeat(40) + "\r\n"));
            calls.put(
                    path + " with a wrong debug token",
                    send("POST", path, event, "X-Debug-Token: " + project + ".9999999999." + "0".repeat(64) + "\r\n"));
            calls.put(path + " malformed", send("POST", path, event.replace("\"id\":", "\"di\":"), ""));
        }

        String visitor = "{\"project\":\"%s\",\"ref\":\"%s\"%s}".formatted(project, reference, "%s");
        String contact = visitor.formatted(
                ",\"firstName\":\"Eve\",\"email\":\"ada@example.org\",\"language\":\"en\",\"data\":{\"tier\":\"forged\"}");
        calls.put("visitor", send("POST", "/v1/visitors", contact, ""));
        calls.put("visitor from a page", send("POST", "/v1/visitors", contact, page));
        calls.put(
                "visitor of an app",
                send("POST", "/v1/visitors", contact.replace("}}", "},\"platform\":\"mobile\"}"), ""));
        calls.put(
                "visitor with long values",
                send("POST", "/v1/visitors", visitor.formatted(",\"data\":{\"tier\":\"" + "x".repeat(60) + "\"}"), ""));
        calls.put(
                "visitor with a wrong debug token",
                send(
                        "POST",
                        "/v1/visitors",
                        contact,
                        "X-Debug-Token: " + project + ".9999999999." + "0".repeat(64) + "\r\n"));
        String touchpoint =
                "{\"key\":\"%s\",\"directory\":\"%s\",\"ref\":\"%s\",\"channel\":\"email\",\"kind\":\"invite\"}"
                        .formatted(id, database.ids().directory(directory.id()), reference);
        calls.put("touchpoint", send("POST", "/v1/touchpoints", touchpoint, ""));
        calls.put(
                "eligibility",
                get(
                        "/v1/eligibility?directory=" + database.ids().directory(directory.id()) + "&channel=web&ref="
                                + reference,
                        ""));
        return calls;
    }

    /** Questions about somebody: what they are answered is not the same for a person who is shown something. */
    private static Map<String, String> questions(String project, String intercept, String reference) {
        String page = "Origin: https://evil.example\r\n";
        String question = "/v1/decisions?project=" + project + "&ref=" + reference;
        Map<String, String> calls = new LinkedHashMap<>();
        calls.put("decision", get(question, ""));
        calls.put("decision from a page", get(question, page));
        calls.put("decision of an intercept", get(question + "&intercept=" + intercept + "&url=https://a/b", ""));
        calls.put("decision with a signature", get(question + "&sig=" + "0".repeat(64), ""));
        calls.put(
                "decision by POST",
                send(
                        "POST",
                        "/v1/decisions",
                        "{\"project\":\"%s\",\"ref\":\"%s\"}".formatted(project, reference),
                        page));
        calls.put("decision with a wrong debug token", get(question, "X-Debug-Token: wrong\r\n"));
        calls.put("malformed question", get(question + "&draw=x", ""));
        return calls;
    }

    private SortedMap<String, List<String>> persons() {
        SortedMap<String, List<String>> state = DirectoryState.of(jdbc, directory.id(), Set.of());
        state.keySet().removeAll(ADDED);
        // Visitors whom nobody knows become contacts: these are no person's that was there.
        state.computeIfPresent(
                "contact",
                (table, rows) -> rows.stream()
                        .filter(row ->
                                row.contains("number=1,") || row.contains("number=2,") || row.contains("number=3,"))
                        .toList());
        state.computeIfPresent(
                "claim",
                (table, rows) -> rows.stream()
                        .filter(row -> row.endsWith("number=1") || row.endsWith("number=2") || row.endsWith("number=3"))
                        .toList());
        return state;
    }

    @Test
    void everyAnswerIsTheSameForKnownUntargetedCappedAndUnknownReferences() throws Exception {
        for (String project : List.of(open, signed)) {
            String intercept = project.equals(open) ? welcome : ofSigned;
            Map<String, String> first = new LinkedHashMap<>();
            for (String reference : REFERENCES) {
                Map<String, String> calls = calls(project, intercept, reference, "same");
                for (Map.Entry<String, String> call : calls.entrySet()) {
                    String answer = answer(call.getValue());
                    first.putIfAbsent(call.getKey(), answer);
                    assertThat(answer)
                            .as("%s of %s", call.getKey(), reference)
                            .isEqualTo(first.get(call.getKey()))
                            .doesNotContain(SECRETS);
                }
            }

            assertThat(first.get("/v1/displays")).startsWith("HTTP/1.1 202 ").endsWith("{\"accepted\":1}");
            assertThat(first.get("/v1/responses list"))
                    .startsWith("HTTP/1.1 202 ")
                    .endsWith("{\"accepted\":2}");
            assertThat(first.get("/v1/clicks with a wrong debug token")).startsWith("HTTP/1.1 401 ");
            assertThat(first.get("visitor")).startsWith("HTTP/1.1 202 ").endsWith("{\"result\":\"ACCEPTED\"}");
            assertThat(first.get("touchpoint")).startsWith("HTTP/1.1 401 ");
            assertThat(first.get("eligibility")).startsWith("HTTP/1.1 401 ");
        }
    }

    @Test
    void aQuestionIsAnsweredAlikeForUntargetedCappedAndUnknownReferences() throws Exception {
        Map<String, String> unknown = answers(questions(open, welcome, UNKNOWN));

        assertThat(answers(questions(open, welcome, UNTARGETED))).isEqualTo(unknown);
        assertThat(answers(questions(open, welcome, CAPPED))).isEqualTo(unknown);
        assertThat(unknown.get("decision")).contains("\"show\":false");
        assertThat(unknown.values()).allSatisfy(answer -> assertThat(answer).doesNotContain(SECRETS));
    }

    @Test
    void withSigningOnAQuestionIsAnsweredAlikeForEverybody() throws Exception {
        Map<String, String> unknown = answers(questions(signed, ofSigned, UNKNOWN));

        for (String reference : REFERENCES) {
            assertThat(answers(questions(signed, ofSigned, reference))).isEqualTo(unknown);
        }

        assertThat(unknown.get("decision")).contains("\"show\":false");
    }

    private static Map<String, String> answers(Map<String, String> requests) throws IOException {
        Map<String, String> answers = new LinkedHashMap<>();
        for (Map.Entry<String, String> request : requests.entrySet()) {
            answers.put(request.getKey(), answer(request.getValue()));
        }

        return answers;
    }

    @Test
    void heReadsNothing() throws Exception {
        String pool = database.ids().directory(directory.id());
        for (String path : List.of(
                "/v1/eligibility?directory=" + pool + "&channel=web&ref=" + KNOWN,
                "/v1/eligibility/RN_000000000000000",
                "/v1/eligibility/RN_000000000000000.csv",
                "/v1/snapshots",
                "/v1/snapshots/" + open,
                "/v1/feed?directory=" + pool)) {
            assertThat(answer(get(path, ""))).as(path).startsWith("HTTP/1.1 401 ");
        }

        for (String path : List.of(
                "/v1/displays",
                "/v1/clicks",
                "/v1/responses",
                "/v1/visitors",
                "/v1/touchpoints",
                "/v1/contacts?ref=" + KNOWN,
                "/v1/responses?project=" + open,
                "/metrics",
                "/muster/../snapshots/" + open,
                "/v1/snapshots/..%2f" + open)) {
            assertThat(answer(get(path, "")))
                    .as(path)
                    .matches("(?s)HTTP/1\\.1 4\\d\\d .*")
                    .doesNotContain(SECRETS);
        }
    }

    @Test
    void scriptsSayNothingOfPersonsAndHoldNoSecret() throws Exception {
        List<String> secrets = jdbc.sql(
                        "SELECT debug_key FROM project UNION SELECT signing_secret FROM project WHERE signing_secret IS NOT NULL")
                .query(String.class)
                .list();
        assertThat(secrets).hasSizeGreaterThanOrEqualTo(3);
        for (String path : List.of("/muster/" + open + ".js", "/muster/" + signed + ".js", "/muster/debugger.js")) {
            String script = answer(get(path, ""));
            assertThat(script).as(path).startsWith("HTTP/1.1 200 ").doesNotContain(secrets);
            assertThat(script)
                    .as(path)
                    .doesNotContain("Ada", "Lovelace", "example.org", "platinum", "German speakers", "SG_", "CID_");
            for (String reference : REFERENCES) {
                assertThat(answer(get(path + "?ref=" + reference, "Cookie: ref=" + reference + "\r\n")))
                        .as(path)
                        .isEqualTo(script);
            }
        }
    }

    @Test
    void heChangesNoPerson() throws Exception {
        SortedMap<String, List<String>> before = persons();

        for (String reference : REFERENCES) {
            for (String request :
                    calls(open, welcome, reference, "id-" + reference).values()) {
                var ignored = answer(request);
            }

            for (String method : List.of("PUT", "PATCH", "DELETE")) {
                for (String path :
                        List.of("/v1/visitors", "/v1/displays", "/v1/responses", "/v1/contacts/" + reference)) {
                    assertThat(answer(send(method, path, "{\"unsubscribed\":false}", "")))
                            .as(method + " " + path)
                            .matches("(?s)HTTP/1\\.1 40[45] .*");
                }
            }

            String forged = one(open, welcome, reference, "forged")
                    .replace(
                            "}",
                            ",\"answers\":{\"unsubscribed\":\"false\"},\"embeddedData\":{\"tier\":\"forged\"},"
                                    + "\"unsubscribed\":false,\"contact\":\"CID_000000000000001\",\"verified\":true}");
            for (String path : List.of("/v1/displays", "/v1/responses")) {
                assertThat(answer(send("POST", path, forged, ""))).startsWith("HTTP/1.1 202 ");
            }
        }

        assertThat(persons()).isEqualTo(before);
        assertThat(directory.contact(1)).containsEntry("unsubscribed", 1);
        assertThat(jdbc.sql("SELECT COUNT(*) FROM response WHERE verified = 1 OR embedded LIKE '%forged%'")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void whatHeAddsIsMarked() throws Exception {
        answer(send("POST", "/v1/displays", one(open, welcome, KNOWN, "d1"), ""));
        answer(send("POST", "/v1/clicks", one(open, welcome, KNOWN, "d1").replace("}", ",\"kind\":\"clicked\"}"), ""));
        answer(send("POST", "/v1/responses", one(open, welcome, KNOWN, "r1").replace("}", ",\"answers\":{}}"), ""));

        assertThat(added(1)).containsExactly("clicked pages " + open, "shown pages " + open);
        assertThat(responses()).containsExactly("r1 1 0");
    }

    private List<String> added(long contact) {
        return jdbc.sql(
                        "SELECT CONCAT_WS(' ', kind, source, project) FROM touchpoint WHERE directory_id = ? AND number = ?"
                                + " ORDER BY kind")
                .params(directory.id(), contact)
                .query(String.class)
                .list();
    }

    private List<String> responses() {
        return jdbc.sql("SELECT CONCAT_WS(' ', response_id, COALESCE(number, '-'), verified) FROM response ORDER BY id")
                .query(String.class)
                .list();
    }

    @Test
    void whatHeAddsIsLimited() throws Exception {
        try (TestWebServer limited = TestWebServer.start(
                database.url(),
                home.resolve("limited"),
                "muster.http.events-per-address",
                "20",
                "muster.trusted-proxies",
                "none",
                "muster.snapshots",
                home.resolve("snapshots").toString())) {
            List<Integer> answers = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                String path =
                        List.of("/v1/displays", "/v1/clicks", "/v1/responses").get(i % 3);
                String event =
                        one(open, welcome, KNOWN, "many" + i).replace("}", ",\"kind\":\"clicked\",\"answers\":{}}");
                // He says that he is somebody else each time; nobody who is trusted says so.
                answers.add(limited.post(path, event, "X-Forwarded-For", "198.51.100." + i)
                        .statusCode());
            }

            assertThat(answers.subList(0, 20)).containsOnly(202);
            assertThat(answers.subList(22, 30)).contains(429);
        }

        assertThat(added(1).size() + responses().size()).isLessThan(30);
    }

    @Test
    void whatHeAddsIsTakenBack() throws Exception {
        Instant attacked = Instant.now();
        SortedMap<String, List<String>> before = DirectoryState.of(jdbc, directory.id(), Set.of());
        for (int i = 0; i < 20; i++) {
            // He may say any time of the last days.
            String event = one(open, welcome, KNOWN, "x" + i)
                    .replace(
                            "}", ",\"at\":" + attacked.minusSeconds(86_400L * i).toEpochMilli() + "}");
            assertThat(server.post("/v1/displays", event).statusCode()).isEqualTo(202);
            assertThat(server.post("/v1/clicks", event.replace("}", ",\"kind\":\"clicked\"}"))
                            .statusCode())
                    .isEqualTo(202);
            assertThat(server.post("/v1/responses", event.replace("}", ",\"answers\":{}}"))
                            .statusCode())
                    .isEqualTo(202);
        }

        await().atMost(LONG).until(() -> decision(KNOWN).contains("\"show\":false"));
        PageEventsRequest attack = new PageEventsRequest(
                TESTER, open, null, attacked, Instant.now().plusSeconds(1));
        PageEventDeletions deletions = server.get(PageEventDeletions.class);
        assertThat(deletions.previewTouchpoints(attack)).isEqualTo(new PageEventDeletions.Touchpoints(20, 20, 1, 20));

        deletions.deleteTouchpoints(attack);
        deletions.deleteResponses(attack, PageEventDeletions.Kind.UNVERIFIED);

        assertThat(DirectoryState.of(jdbc, directory.id(), Set.of())).isEqualTo(before);
        assertThat(server.get(FrequencyUpkeep.class).verify(directory.id()).differing())
                .isZero();
        await().atMost(LONG).until(() -> decision(KNOWN).contains("\"show\":true"));
    }

    @Test
    void aResponseThatHeSendsBeforehandGivesWayToTheVerifiedOne() throws Exception {
        String response = one(open, welcome, CAPPED, "R_1").replace("}", ",\"answers\":{\"q\":\"forged\"}}");
        assertThat(server.post("/v1/responses", response).statusCode()).isEqualTo(202);
        String token = server.token(Scope.EVENTS);

        String genuine = response.replace(CAPPED, KNOWN).replace("forged", "genuine");
        assertThat(server.post("/v1/responses", genuine, "X-API-TOKEN", token).statusCode())
                .isEqualTo(202);
        assertThat(server.post("/v1/responses", response).statusCode()).isEqualTo(202);

        assertThat(responses()).containsExactly("R_1 1 1");
        assertThat(jdbc.sql("SELECT answers FROM response").query(String.class).list())
                .containsExactly("{\"q\":\"genuine\"}");
    }

    @Test
    void withSigningOnHeAddsNothingToAnyPerson() throws Exception {
        SortedMap<String, List<String>> before = DirectoryState.of(jdbc, directory.id(), Set.of());

        for (String reference : REFERENCES) {
            for (String request :
                    calls(signed, ofSigned, reference, "id-" + reference).values()) {
                var ignored = answer(request);
            }
        }

        assertThat(DirectoryState.of(jdbc, directory.id(), Set.of())).isEqualTo(before);
        assertThat(responses())
                .as("responses are kept, of nobody")
                .isNotEmpty()
                .allMatch(response -> response.endsWith(" - 0"));
    }
}
