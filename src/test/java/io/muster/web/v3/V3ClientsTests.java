package io.muster.web.v3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.muster.access.Scope;
import io.muster.app.SegmentService;
import io.muster.app.TokenService;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.segment.SizeGuard;
import io.muster.support.tls.TestCertificate;
import io.muster.support.tls.TestCertificate.Form;
import io.muster.web.TestWebServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What existing clients send, byte for byte as they send it, with the answers read by their own models: §19. The npm client
 * itself runs where node is.
 */
class V3ClientsTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    @TempDir
    private static Path home;

    private static V3Fixture v3;
    private static String token;

    @BeforeAll
    static void start() {
        v3 = V3Fixture.start(database, home, "muster.public-url", "https://yul1.qualtrics.com");
        token = v3.server.token(Scope.MANAGE);
    }

    @AfterAll
    static void stop() {
        v3.close();
    }

    /** Sends a request; the address may be one that a client was given. */
    private static HttpResponse<String> send(String method, String address, @Nullable String body, String... headers)
            throws Exception {
        String path = address.replaceFirst("^https://yul1[.]qualtrics[.]com", "");
        HttpRequest.Builder request = v3.server
                .request(path)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }

        return v3.server.send(request.build());
    }

    private static String[] json(String name) {
        return new String[] {name, token, "Content-Type", "application/json"};
    }

    // java: strict, refuses unknown members

    record JavaMeta(String httpStatus, String requestId, JavaError error) {}

    record JavaError(String errorMessage, String errorCode) {}

    record JavaId(String id) {}

    record JavaCreated(JavaId result, JavaMeta meta) {}

    record JavaMembership(
            String contactLookupId, String name, Boolean unsubscribed, Long unsubscribeDate, String ownerId) {}

    record JavaContact(
            String contactId,
            Long creationDate,
            Long lastModified,
            String firstName,
            String lastName,
            String email,
            String emailDomain,
            String phone,
            String extRef,
            String language,
            Map<String, String> embeddedData,
            Boolean directoryUnsubscribed,
            Long directoryUnsubscribeDate,
            Map<String, String> stats,
            String skipped,
            Map<String, JavaMembership> mailingListMembership) {}

    record JavaContactAnswer(JavaContact result, JavaMeta meta) {}

    record JavaListed(
            String contactId,
            String firstName,
            String lastName,
            String email,
            String phone,
            String extRef,
            String language,
            Boolean unsubscribed) {}

    record JavaPage(List<JavaListed> elements, String nextPage) {}

    record JavaPageAnswer(JavaPage result, JavaMeta meta) {}

    record JavaHit(
            String id,
            String creationDate,
            String lastModified,
            String firstName,
            String lastName,
            String email,
            String phoneNumber,
            String externalDataReference,
            String language,
            Boolean unsubscribed,
            String unsubscribeDate,
            Map<String, String> stats) {}

    record JavaHits(List<JavaHit> elements, String skipToken) {}

    record JavaHitsAnswer(JavaHits result, JavaMeta meta) {}

    record JavaDone(JavaMeta meta) {}

    @Test
    void javaCreatesReadsChangesSearchesAndDeletesContacts() throws Exception {
        String directory = v3.directory();
        String[] headers = {
            "X-API-TOKEN", token, "Content-Type", "application/json; charset=utf-8", "Accept-Encoding", "identity"
        };
        String unset = "{\"firstName\":\"Jane\",\"lastName\":null,\"email\":null,\"phone\":null,\"extRef\":\"java-1\","
                + "\"embeddedData\":null,\"language\":null,\"unsubscribed\":null}";
        JavaCreated created = STRICT.readValue(
                send("POST", directory + "/contacts", unset, headers).body(), JavaCreated.class);
        String id = created.result().id();
        assertThat(created.meta().httpStatus()).isEqualTo("200 - OK");

        String own = "{\"firstName\":\"Jane\",\"extRef\":\"java-1\",\"transactionData\":{},\"embeddedData\":{}}";
        assertThat(STRICT.readValue(
                                send("POST", directory + "/contacts", own, headers)
                                        .body(),
                                JavaCreated.class)
                        .result()
                        .id())
                .isEqualTo(id);
        JavaContactAnswer read = STRICT.readValue(
                send("GET", directory + "/contacts/" + id, null, headers).body(), JavaContactAnswer.class);
        assertThat(read.result().firstName()).isEqualTo("Jane");
        assertThat(read.result().creationDate()).isPositive();
        JavaPageAnswer page = STRICT.readValue(
                send("GET", directory + "/contacts?pageSize=1", null, headers).body(), JavaPageAnswer.class);
        assertThat(page.result().elements()).hasSize(1);
        assertThat(page.result().nextPage()).isNull();
        assertThat(STRICT.readValue(
                                send("PUT", directory + "/contacts/" + id, "{\"lastName\":\"Doe\"}", headers)
                                        .body(),
                                JavaDone.class)
                        .meta()
                        .httpStatus())
                .isEqualTo("200 - OK");
        String search = "{\"filter\":{\"conjunction\":\"and\",\"filters\":[{\"filterType\":\"extRef\",\"comparison\":"
                + "\"eq\",\"value\":\"java-1\"},{\"filterType\":\"lastName\",\"comparison\":\"eq\",\"value\":\"doe\"}]}}";
        JavaHitsAnswer hits = STRICT.readValue(
                send("POST", directory + "/contacts/search", search, headers).body(), JavaHitsAnswer.class);
        assertThat(hits.result().elements()).extracting(JavaHit::id).containsExactly(id);
        JavaDone gone = STRICT.readValue(
                send("DELETE", directory + "/contacts/" + id, null, headers).body(), JavaDone.class);
        assertThat(gone.meta().error()).isNull();
        JavaDone error = STRICT.readValue(
                send("GET", directory + "/contacts/" + id, null, headers).body(), JavaDone.class);
        assertThat(error.meta().httpStatus()).isEqualTo("404 - Not Found");
        assertThat(error.meta().error().errorCode()).isEqualTo("UNKNOWN_CONTACT");
        assertThat(error.meta().error().errorMessage()).isNotEmpty();
    }

    @Test
    void javaCutsTheTokenOutOfTheLinkAndEncodesItAgain() throws Exception {
        String directory = v3.directory();
        for (int i = 0; i < 3; i++) {
            v3.contact(directory, "{'extRef':'jp" + i + "'}");
        }

        List<String> seen = new ArrayList<>();
        String skip = "";
        do {
            JavaPage page = STRICT.readValue(
                            send(
                                            "GET",
                                            directory + "/contacts?skipToken=" + skip + "&pageSize=2",
                                            null,
                                            "X-API-TOKEN",
                                            token)
                                    .body(),
                            JavaPageAnswer.class)
                    .result();
            page.elements().forEach(one -> seen.add(String.valueOf(one.extRef())));
            String next = page.nextPage();
            skip = next == null
                    ? ""
                    : java.net.URLEncoder.encode(next.replaceFirst(".*skipToken=", ""), StandardCharsets.UTF_8);
        } while (!skip.isEmpty());

        assertThat(seen).containsExactly("jp0", "jp1", "jp2");
    }

    // py: asserts lengths, compares httpStatus as a whole, builds addresses with //

    private static JsonNode py(String method, String address, @Nullable String body) throws Exception {
        HttpResponse<String> answer = send(method, address, body, json("X-API-TOKEN"));
        JsonNode read = JsonMapper.shared().readTree(answer.body());
        assertThat(read.get("meta").get("httpStatus").asString()).isEqualTo("200 - OK");
        return read;
    }

    private static List<JsonNode> pyPages(String first) throws Exception {
        List<JsonNode> all = new ArrayList<>();
        JsonNode page = py("GET", first, null).get("result");
        page.get("elements").forEach(all::add);
        while (!page.get("nextPage").isNull()) {
            page = py("GET", page.get("nextPage").asString(), null).get("result");
            page.get("elements").forEach(all::add);
        }

        return all;
    }

    @Test
    void pyManagesListsAndTheirContacts() throws Exception {
        assertThat(token).hasSize(40);
        String directory = v3.directory();
        assertThat(directory.replaceFirst(".*/", "")).hasSize(20).startsWith("POOL_");
        String lists = directory + "//mailinglists";
        String list = py("POST", lists, "{\"name\": \"py list\"}")
                .get("result")
                .get("id")
                .asString();
        assertThat(list).hasSize(18).startsWith("CG_");
        List<JsonNode> all = pyPages(lists + "/?pageSize=100");
        assertThat(columns(all))
                .containsExactlyInAnyOrder(
                        "mailingListId", "name", "ownerId", "lastModifiedDate", "creationDate", "contactCount");
        assertThat(all.getFirst().get("creationDate").asLong()).isGreaterThan(1_000_000_000_000L);
        assertThat(py("GET", lists + "/" + list, null).get("result").get("name").asString())
                .isEqualTo("py list");
        py("PUT", lists + "/" + list, "{\"name\": \"renamed\"}");

        for (int i = 0; i < 120; i++) {
            JsonNode made = py(
                    "POST",
                    lists + "/" + list + "/contacts",
                    "{\"firstName\": \"F" + i + "\", \"lastName\": null, \"email\": \"p" + i
                            + "@x.example\", \"phone\": null, \"extRef\": \"py-" + i
                            + "\", \"unsubscribed\": false, \"language\": null, \"embeddedData\": {\"email\": \"n\"},"
                            + " \"transactionData\": {}}");
            assertThat(made.get("result").get("id").asString()).hasSize(19).startsWith("CID_");
            assertThat(made.get("result").has("contactLookupId")).isTrue();
        }

        List<JsonNode> members = pyPages(lists + "/" + list + "/contacts?pageSize=100&useNewPaginationScheme=true");
        assertThat(members).hasSize(120);
        assertThat(columns(members)).hasSize(10).doesNotContain("embeddedData");
        py("DELETE", lists + "/" + list, "{\"deleteContacts\": false}");
    }

    /** The columns of a table of all elements; each element has every one of them. */
    private static Set<String> columns(List<JsonNode> elements) {
        Set<String> columns = new LinkedHashSet<>(elements.getFirst().propertyNames());
        assertThat(elements).allSatisfy(one -> assertThat(one.propertyNames()).containsExactlyElementsOf(columns));
        return columns;
    }

    @Test
    void pyManagesDirectoryContacts() throws Exception {
        String directory = v3.directory();
        String id = py("POST", directory + "/contacts", "{\"firstName\": \"A\", \"lastName\": \"B\", \"phone\": null}")
                .get("result")
                .get("id")
                .asString();
        py("PUT", directory + "/contacts/" + id, "{\"phone\": \"+436641234567\", \"embeddedData\": {\"k\": \"v\"}}");
        JsonNode read = py("GET", directory + "/contacts/" + id, null).get("result");
        assertThat(read.get("embeddedData").get("k").asString()).isEqualTo("v");
        assertThat(pyPages(directory + "/contacts?pageSize=1000&useNewPaginationScheme=true"))
                .hasSize(1);
        py("DELETE", directory + "/contacts/" + id, "{\"contactId\": \"" + id + "\"}");
        JsonNode gone = JsonMapper.shared()
                .readTree(send("GET", directory + "/contacts/" + id, null, json("X-API-TOKEN"))
                        .body());
        assertThat(gone.get("meta").get("httpStatus").asString()).isEqualTo("404 - Not Found");
        assertThat(gone.get("meta").get("error").get("errorMessage").asString()).isNotEmpty();
        JsonNode nobody = JsonMapper.shared()
                .readTree(send("GET", directory + "/contacts", null, "X-API-TOKEN", "x".repeat(40))
                        .body());
        assertThat(nobody.get("meta").get("httpStatus").asString()).isEqualTo("401 - Unauthorized");
    }

    // seg: upserts, searches by the reference

    @Test
    void segUpsertsAndFindsByTheReference() throws Exception {
        JsonNode user = py("GET", "/API/v3/whoami", null).get("result");
        assertThat(user.get("userId").asString()).isNotEmpty();
        assertThat(user.get("userName").asString()).isNotEmpty();
        String directory = v3.directory();
        assertThat(pyPages("/API/v3/directories/"))
                .anyMatch(one -> directory.endsWith(one.get("directoryId").asString()));
        String search = directory + "/contacts/search?pageSize=100&includeEmbedded=true";
        String filter = "{\"filter\":{\"filterType\":\"extRef\",\"comparison\":\"eq\",\"value\":\"user-1\"}}";
        JsonNode nothing = py("POST", search, filter).get("result");
        assertThat(nothing.get("elements")).isEmpty();
        String identify =
                "{\"firstName\":\"S\",\"lastName\":\"G\",\"email\":\"s@x.example\",\"phone\":\"+436641234567\","
                        + "\"extRef\":\"user-1\",\"language\":\"en\",\"unsubscribed\":%s,\"embeddedData\":{\"age\":7,\"paid\":true}}";
        String first = py("POST", directory + "/contacts", identify.formatted(true))
                .get("result")
                .get("id")
                .asString();
        assertThat(py("POST", directory + "/contacts", identify.formatted(false))
                        .get("result")
                        .get("id")
                        .asString())
                .isEqualTo(first);
        JsonNode hits = py("POST", search, filter).get("result").get("elements");
        assertThat(hits).hasSize(1);
        assertThat(hits.get(0).get("id").asString()).isEqualTo(first);
        assertThat(hits.get(0).get("unsubscribed").asBoolean())
                .as("false lifts nothing")
                .isTrue();
        assertThat(hits.get(0).get("embeddedData").toString()).isEqualTo("{\"age\":\"7\",\"paid\":\"true\"}");
    }

    // tap: fetches a bearer, goes through every list

    private static HttpResponse<String> tapToken(String secret, String name) throws Exception {
        return send(
                "POST",
                "/oauth2/token",
                "grant_type=client_credentials&scope=read%3Adirectories+read%3Acontacts",
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString((name + ":" + secret).getBytes(StandardCharsets.UTF_8)),
                "Content-Type",
                "application/x-www-form-urlencoded");
    }

    private static List<JsonNode> tap(String bearer, String first) throws Exception {
        List<JsonNode> records = new ArrayList<>();
        String address = first;
        while (!address.isEmpty()) {
            HttpResponse<String> answer = send("GET", address, null, "Authorization", "Bearer " + bearer);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode result = JsonMapper.shared().readTree(answer.body()).get("result");
            result.get("elements").forEach(records::add);
            address = result.get("nextPage").asString("");
        }

        return records;
    }

    @Test
    void tapReadsEveryListWithABearer() throws Exception {
        String secret = v3.server
                .get(TokenService.class)
                .create(Actor.commandLine("tester"), "tap", List.of("read"), List.of())
                .token();
        JsonNode issued = JsonMapper.shared().readTree(tapToken(secret, "tap").body());
        assertThat(issued.get("expires_in").asInt() - 60).isEqualTo(3_540);
        String bearer = issued.get("access_token").asString();
        assertThat(send("GET", "/API/v3/directories", null, "Authorization", "Bearer old")
                        .statusCode())
                .as("then it fetches a new one")
                .isEqualTo(401);

        String directory = v3.directory();
        String list = directory + "/mailinglists/" + v3.list(directory, "tap");
        for (int i = 0; i < 3; i++) {
            v3.client.post(list + "/contacts", "{'extRef':'t" + i + "','unsubscribed':true}");
            v3.contact(directory, "{'extRef':'t" + i + "','unsubscribed':true}");
        }

        for (int i = 0; i < 12; i++) {
            v3.server
                    .get(SegmentService.class)
                    .create(
                            Actor.commandLine("tester"),
                            directory.replaceFirst(".*/", ""),
                            "s" + i,
                            "{field: language, is: en}",
                            SizeGuard.usual());
        }

        String since = "since=2026-01-01T00%253A00%253A00Z";
        assertThat(tap(bearer, "/API/v3/directories?pageSize=100")).isNotEmpty();
        assertThat(tap(bearer, directory + "/contacts?pageSize=2&includeEmbedded=true"))
                .hasSize(3);
        assertThat(tap(bearer, directory + "/contacts/optedOutContacts?pageSize=2&" + since))
                .hasSize(3);
        assertThat(tap(bearer, directory + "/mailinglists?pageSize=1")).hasSize(1);
        assertThat(tap(bearer, list + "/contacts?pageSize=2&includeEmbedded=true"))
                .hasSize(3);
        assertThat(tap(bearer, list + "/optedOutContacts?pageSize=2&" + since)).hasSize(3);
        assertThat(tap(bearer, list + "/bouncedContacts?" + since)).isEmpty();
        assertThat(tap(bearer, directory + "/segments?pageSize=10")).hasSize(12);
        String segment = tap(bearer, directory + "/segments?pageSize=10")
                .getFirst()
                .get("segmentId")
                .asString();
        assertThat(tap(bearer, directory + "/segments/" + segment + "/contacts?pageSize=50"))
                .isEmpty();
        assertThat(tap(bearer, directory + "/frequencyrules?pageSize=500")).isEmpty();
        assertThat(tap(bearer, directory + "/samples")).isEmpty();
        assertThat(send("POST", directory + "/contacts", "{}", "Authorization", "Bearer " + bearer)
                        .statusCode())
                .isEqualTo(403);
    }

    // r: counts only 200, warns of notices, asks for compression

    @Test
    void rReadsDirectoriesListsAndMembers() throws Exception {
        String directory = v3.directory();
        String list = directory + "/mailinglists/" + v3.list(directory, "r");
        for (int i = 0; i < 60; i++) {
            v3.client.post(list + "/contacts", "{'extRef':'r" + i + "','firstName':'" + "x".repeat(40) + "'}");
        }

        List<JsonNode> members = new ArrayList<>();
        String address = list + "/contacts";
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (!address.isEmpty()) {
                HttpResponse<byte[]> answer = http.send(
                        v3.server
                                .request(address.replaceFirst("^https://yul1[.]qualtrics[.]com", ""))
                                .headers("X-API-TOKEN", token, "Accept-Encoding", "deflate, gzip")
                                .build(),
                        BodyHandlers.ofByteArray());
                assertThat(answer.statusCode()).isEqualTo(200);
                JsonNode read = JsonMapper.shared().readTree(unpacked(answer));
                assertThat(read.get("meta").has("notice")).isFalse();
                read.get("result").get("elements").forEach(members::add);
                address = read.get("result").get("nextPage").asString("");
            }
        }

        assertThat(members).hasSize(60).allMatch(one -> one.get("unsubscribed").isBoolean());
    }

    private static byte[] unpacked(HttpResponse<byte[]> answer) throws IOException {
        boolean packed =
                answer.headers().firstValue("Content-Encoding").orElse("").equals("gzip");
        try (InputStream in = packed
                ? new GZIPInputStream(new ByteArrayInputStream(answer.body()))
                : new ByteArrayInputStream(answer.body())) {
            return in.readAllBytes();
        }
    }

    // ts: takes anything but exactly application/json for a stream

    @Test
    void tsReadsExactlyJson() throws Exception {
        String directory = v3.directory();
        String body = """
                --------------------------abc
                Content-Disposition: form-data; name="grant_type"

                client_credentials
                --------------------------abc
                Content-Disposition: form-data; name="scope"

                manage:all
                --------------------------abc--
                """.replace("\n", "\r\n");
        String secret = v3.server
                .get(TokenService.class)
                .create(Actor.commandLine("tester"), "ts", List.of("manage"), List.of())
                .token();
        HttpResponse<String> issued = send(
                "POST",
                "/oauth2/token",
                body,
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(("ts:" + secret).getBytes(StandardCharsets.UTF_8)),
                "Content-Type",
                "multipart/form-data; boundary=------------------------abc");
        HttpResponse<String> who = send("GET", "/API/v3/whoami", null, "X-API-TOKEN", token);
        HttpResponse<String> list = send(
                "POST",
                directory + "/mailinglists",
                "{\"name\":\"ts\",\"ownerId\":\"UR_1234567890AbCdE\",\"prioritizeListMetadata\":true}",
                "Authorization",
                "Bearer "
                        + JsonMapper.shared()
                                .readTree(issued.body())
                                .get("access_token")
                                .asString(),
                "Content-Type",
                "application/json");
        for (HttpResponse<String> answer : List.of(issued, who, list)) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.headers().allValues("Content-Type")).containsExactly("application/json");
        }

        assertThat(JsonMapper.shared()
                        .readTree(list.body())
                        .get("result")
                        .get("id")
                        .asString())
                .startsWith("CG_");
    }

    @Test
    void tsPollsAnImportAsFastAsItCanAndSeesItComplete() throws Exception {
        String directory = v3.directory();
        String imports = directory + "/mailinglists/" + v3.list(directory, "ts") + "/transactioncontacts";
        for (int size : List.of(2, 300)) {
            StringBuilder contacts = new StringBuilder();
            for (int i = 0; i < size; i++) {
                contacts.append(i == 0 ? "" : ",")
                        .append("{\"firstName\":\"T\",\"extRef\":\"ts-%d-%d\",\"email\":\"%s\",\"unsubscribed\":false}"
                                .formatted(size, i, i == 1 ? "none" : "t" + i + "@x.example"));
            }

            HttpResponse<String> begun =
                    send("POST", imports, "{\"contacts\":[" + contacts + "]}", json("X-API-TOKEN"));
            assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
            assertThat(begun.headers().allValues("Content-Type")).containsExactly("application/json");
            JsonNode started = JsonMapper.shared().readTree(begun.body());
            assertThat(started.get("meta").get("httpStatus").asString()).isEqualTo("202 - Accepted");
            String id = started.get("result").get("id").asString();
            JsonNode status = py("GET", imports + "/" + id, null).get("result");
            int polls = 1;
            while (status.get("percentComplete").asDouble() != 100 && polls < 60) {
                status = py("GET", imports + "/" + id, null).get("result");
                polls++;
            }

            assertThat(status.get("percentComplete").isNumber()).isTrue();
            assertThat(status.get("percentComplete").asDouble())
                    .as("after %d polls", polls)
                    .isEqualTo(100);
            assertThat(status.get("status").asString()).isEqualTo("complete");
            JsonNode summary = py("GET", imports + "/" + id + "/summary", null).get("result");
            assertThat(summary.get("contacts").get("count").toString())
                    .isEqualTo("{\"added\":" + (size - 1) + ",\"updated\":0,\"failed\":1}");
            assertThat(summary.get("invalidEmails").toString()).isEqualTo("[\"none\"]");
        }
    }

    record JavaUnprocessed(List<Integer> unprocessed) {}

    record JavaTracking(String url) {}

    record JavaImport(String id, JavaUnprocessed contacts, JavaTracking tracking, String status) {}

    record JavaImportAnswer(JavaImport result, JavaMeta meta) {}

    record JavaCounts(Integer added, Integer updated, Integer failed) {}

    record JavaCount(JavaCounts count) {}

    record JavaCreatedCounts(Integer created) {}

    record JavaCreatedCount(JavaCreatedCounts count) {}

    record JavaImportStatus(Double percentComplete, JavaCount contacts, JavaCreatedCount transactions, String status) {}

    record JavaImportStatusAnswer(JavaImportStatus result, JavaMeta meta) {}

    record JavaEntry(
            String sourceIndexId,
            String email,
            String phone,
            String contactId,
            String importStatus,
            String importStatusCode,
            String transactionId,
            String transactionStatus,
            String transactionStatusCode,
            String contactListContactId,
            String contactListContactStatus,
            String contactListContactStatusCode) {}

    record JavaEntries(List<JavaEntry> importReportEntries) {}

    record JavaReport(JavaEntries results, String skipToken, JavaMeta meta) {}

    @Test
    void javaImportsContactsWithTransactionsAndReadsTheReport() throws Exception {
        String directory = v3.directory();
        String imports = directory + "/mailinglists/" + v3.list(directory, "java") + "/transactioncontacts";
        String[] headers = {"X-API-TOKEN", token, "Content-Type", "application/json; charset=utf-8"};
        String batch = JsonMapper.shared()
                .readTree(send("POST", directory + "/transactionbatches", "{}", headers)
                        .body())
                .get("result")
                .get("id")
                .asString();
        String body = "{\"transactionMeta\":{\"batchId\":\"" + batch + "\",\"fields\":[\"product\"]},\"contacts\":["
                + "{\"firstName\":\"Jane\",\"extRef\":\"ji-1\",\"transactionData\":{\"product\":\"book\"},"
                + "\"embeddedData\":{}},{\"firstName\":\"John\",\"lastName\":null,\"extRef\":\"ji-2\","
                + "\"transactionData\":{},\"embeddedData\":{\"a\":\"b\"}}]}";
        JavaImportAnswer begun =
                STRICT.readValue(send("POST", imports, body, headers).body(), JavaImportAnswer.class);
        assertThat(begun.meta().httpStatus()).isEqualTo("202 - Accepted");
        assertThat(begun.result().contacts().unprocessed()).isEmpty();
        assertThat(begun.result().tracking().url()).startsWith("https://yul1.qualtrics.com/API/v3/");
        String path = imports + "/" + begun.result().id();
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            JavaImportStatusAnswer status =
                    STRICT.readValue(send("GET", path, null, headers).body(), JavaImportStatusAnswer.class);
            assertThat(status.result().percentComplete()).isEqualTo(100);
            assertThat(status.result().contacts().count()).isEqualTo(new JavaCounts(2, 0, 0));
            assertThat(status.result().transactions().count().created()).isEqualTo(1);
        });
        JavaReport report = STRICT.readValue(
                send(
                                "GET",
                                directory + "/imports/api-import/jobs/"
                                        + begun.result().id() + "/report",
                                null,
                                headers)
                        .body(),
                JavaReport.class);
        assertThat(report.results().importReportEntries())
                .extracting(JavaEntry::sourceIndexId)
                .containsExactly("0", "1");
        assertThat(report.results().importReportEntries())
                .extracting(JavaEntry::importStatus)
                .containsOnly("added");
    }

    @Test
    void segRecordsTransactionsEachByItself() throws Exception {
        String directory = v3.directory();
        String contact = v3.contact(directory, "{'extRef':'seg-t'}");
        String list = v3.list(directory, "seg");
        JsonNode outcome = py(
                        "POST",
                        directory + "/transactions",
                        "{\"first\":{\"contactId\":\"" + contact + "\",\"mailingListId\":\"" + list
                                + "\",\"transactionDate\":\"2026-03-01 10:20:30\",\"data\":{\"amount\":12.5}},"
                                + "\"second\":{\"contactId\":\"CID_000000000000000\",\"mailingListId\":\"" + list
                                + "\",\"transactionDate\":\"2026-03-01 10:20:30\",\"data\":{\"amount\":1}}}")
                .get("result");
        assertThat(outcome.get("createdTransactions").get("first").get("id").asString())
                .startsWith("CTR_");
        assertThat(outcome.get("unprocessedTransactions").get("second").propertyNames())
                .containsExactly("error", "errorMessage");
        assertThat(pyPages(directory + "/contacts/" + contact + "/transactions"))
                .hasSize(1);
        assertThat(pyPages(directory + "/transactionbatches?pageSize=200")).isEmpty();
    }

    // mcp: parameters in any order, some that nobody knows

    @Test
    void mcpSendsParametersInAnyOrder() throws Exception {
        String directory = v3.directory();
        for (int i = 0; i < 3; i++) {
            v3.list(directory, "mcp" + i);
        }

        String token1 = py(
                        "GET",
                        directory + "/mailinglists?includeCount=true&pageSize=2&useNewPaginationScheme=true",
                        null)
                .get("result")
                .get("nextPage")
                .asString()
                .replaceFirst(".*skipToken=", "");
        assertThat(py("GET", directory + "/mailinglists?skipToken=" + token1 + "&includeCount=true&pageSize=2", null)
                        .get("result")
                        .get("elements"))
                .hasSize(1);
    }

    // rb: adds to a list, keeps the lookup id

    @JsonIgnoreProperties(ignoreUnknown = true)
    record RubyJoined(String id, String contactLookupId) {}

    @Test
    void rbAddsToAListAndKeepsTheLookupId() throws Exception {
        String directory = v3.directory();
        String list = directory + "/mailinglists/" + v3.list(directory, "rb");
        String body = "{\"firstName\":\"R\",\"lastName\":\"B\",\"email\":\"rb@x.example\",\"embeddedData\":"
                + "{\"training_route\":\"assessment_only\",\"year\":2026}}";
        JsonNode answer = py("POST", list + "/contacts", body);
        RubyJoined joined = STRICT.treeToValue(answer.get("result"), RubyJoined.class);
        assertThat(joined.contactLookupId()).startsWith("CGC_");
        assertThat(py("GET", list + "/contacts/" + joined.contactLookupId(), null)
                        .get("result")
                        .get("contactId")
                        .asString())
                .isEqualTo(joined.id());
    }

    // npm: the client itself, over TLS, since it follows no link that does not begin with https

    private static final String NPM = """
            const https = require('https')
            const Qualtrics = require('qualtrics-api')
            const [base, apiToken, defaultDirectory, list] = process.argv.slice(2)
            const agent = new https.Agent({ rejectUnauthorized: false })
            const q = new Qualtrics({ apiToken, baseUrl: base, defaultDirectory, agent })
            const refused = promise => promise.then(() => 'answered', e => e.meta.httpStatus)
            async function main () {
              const said = {}
              said.who = (await q.whoami()).result.userId
              const made = (await q.mailingList(undefined).add({ name: 'npm list' })).result.id
              const mine = q.mailingList(list)
              said.joined = []
              for (const one of await mine.addContacts([...Array(60).keys()].map(i => ({ extRef: 'npm-' + i, email: `n${i}@x.example` })))) {
                said.joined.push(one.result.id)
              }
              said.members = (await mine.getAllContacts(1000)).map(one => one.contactId)
              said.directory = (await q.directory().getAllContacts()).length
              const id = said.joined[0]
              said.updated = (await mine.updateContact(id, { firstName: 'N', unsubscribed: true })).meta.httpStatus
              const member = (await mine.getContact(id)).result
              said.member = [member.firstName, member.mailingListUnsubscribed]
              said.unsubscribed = (await q.directory().unsubscribedContact(id)).meta.httpStatus
              said.contact = (await q.directory().getContact(id)).result.directoryUnsubscribed
              said.left = (await mine.removeContact(id)).meta.httpStatus
              said.removed = (await q.directory().removeContact(id)).meta.httpStatus
              said.gone = await refused(q.directory().getContact(id))
              said.listGone = (await q.mailingList(made).delete()).meta.httpStatus
              said.users = await refused(q.allUsers())
              said.groups = await refused(q.allGroups())
              const page = (await q.directory().getContacts()).result
              said.link = page.nextPage
              const small = (await q.fetch.get(`/directories/${defaultDirectory}/contacts/?pageSize=20`)).result
              said.followed = (await q.fetch.get(small.nextPage)).result.elements.length
              console.log(JSON.stringify(said))
            }
            main().catch(e => { console.error(e); process.exit(1) })
            """;

    @Test
    void npmRunsUnmodified() throws Exception {
        Path modules = Path.of("target", "npm", "node_modules").toAbsolutePath();
        assumeTrue(
                Files.isDirectory(modules.resolve("qualtrics-api")),
                "the npm package qualtrics-api 2.5.0 is not in target/npm; npm install --prefix target/npm puts it there");
        TestCertificate certificate = TestCertificate.of("EC", 11);
        Path own = Files.createDirectories(home.resolve("npm"));
        try (TestWebServer server = TestWebServer.start(
                database.url(),
                own,
                "muster.tls.certificate",
                certificate.certificateIn(own.resolve("tls.crt")).toString(),
                "muster.tls.key",
                certificate.keyIn(own.resolve("tls.key"), Form.PKCS8).toString())) {
            String directory = v3.directory();
            String list = v3.list(directory, "npm");
            Path script = Files.writeString(own.resolve("client.js"), NPM);
            Path said = own.resolve("said.json");
            ProcessBuilder node = new ProcessBuilder(
                            "node",
                            script.toString(),
                            "https://" + URI.create(server.address()).getAuthority() + "/API/v3/",
                            token,
                            directory.replaceFirst(".*/", ""),
                            list)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile());
            node.environment().put("NODE_PATH", modules.toString());
            Process process = node.start();
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            String output = Files.readString(said);
            assertThat(process.exitValue()).as(output).isZero();
            JsonNode answers =
                    JsonMapper.shared().readTree(output.lines().toList().getLast());
            assertThat(answers.get("who").asString()).startsWith("UR_");
            assertThat(answers.get("members")).isEqualTo(answers.get("joined"));
            assertThat(answers.get("directory").asInt()).isEqualTo(60);
            for (String done : List.of("updated", "unsubscribed", "left", "removed", "listGone")) {
                assertThat(answers.get(done).asString()).as(done).isEqualTo("200 - OK");
            }

            assertThat(answers.get("member").toString()).isEqualTo("[\"N\",true]");
            assertThat(answers.get("contact").asBoolean()).isTrue();
            assertThat(answers.get("gone").asString()).isEqualTo("404 - Not Found");
            assertThat(answers.get("users").asString()).isEqualTo("501 - Not Implemented");
            assertThat(answers.get("groups").asString()).isEqualTo("501 - Not Implemented");
            assertThat(answers.get("link").isNull()).isTrue();
            assertThat(answers.get("followed").asInt()).isEqualTo(20);
        }
    }
}
