package io.muster.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.ProjectView.Script;
import io.muster.database.TestDatabase;
import io.muster.web.TestWebServer;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The scripts as they are sent: one method a line of the contract. */
class ScriptContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static PageFixture pages;
    private static String project;

    @BeforeAll
    static void start() {
        server = TestWebServer.start(database.url(), home);
        pages = new PageFixture(database, server);
        project = pages.linked();
        var ignored = pages.intercept(project, PageFixture.POPOVER);
        pages.apply(project);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<String> script(String... headers) throws Exception {
        return server.get("/muster/" + project + ".js", headers);
    }

    private static Script told() {
        return pages.projects().show(project).script();
    }

    @Test
    void theScriptCarriesTheDefinitionsAndIsAskedForEachTime() throws Exception {
        HttpResponse<String> answer = script();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"project\":\"" + project + "\"", "How was it?");
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/javascript;charset=UTF-8");
        assertThat(answer.headers().firstValue("Cache-Control"))
                .hasValueSatisfying(value -> assertThat(value).contains("no-cache", "public"));
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
        assertThat(answer.headers().firstValue("Cross-Origin-Resource-Policy")).contains("cross-origin");
    }

    @Test
    void whoHasItAlreadyIsToldSo() throws Exception {
        String etag = script().headers().firstValue("ETag").orElseThrow();

        assertThat(script("If-None-Match", etag).statusCode()).isEqualTo(304);
        assertThat(script("If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    }

    @Test
    void itIsSentCompressedToThoseWhoCanReadThat() throws Exception {
        HttpResponse<byte[]> answer = HttpClient.newHttpClient()
                .send(
                        server.request("/muster/" + project + ".js")
                                .header("Accept-Encoding", "gzip, br")
                                .build(),
                        BodyHandlers.ofByteArray());

        assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(answer.headers().firstValue("Vary")).contains("Accept-Encoding");
        assertThat(answer.headers().firstValue("ETag"))
                .isNotEqualTo(script().headers().firstValue("ETag"));
        try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
            assertThat(new String(plain.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(script().body());
        }
    }

    @Test
    void theVersionedScriptHoldsTheCodeOnlyForEver() throws Exception {
        HttpResponse<String> answer = server.get(told().versioned());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).doesNotContain(project, "How was it?");
        assertThat(answer.headers().firstValue("Cache-Control"))
                .hasValueSatisfying(value -> assertThat(value).contains("max-age=31536000", "immutable"));
        String sha384 = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-384")
                        .digest(answer.body().getBytes(StandardCharsets.UTF_8)));
        assertThat(told().integrity()).isEqualTo("sha384-" + sha384);
    }

    @Test
    void whatIsThereNotIsNotFound() throws Exception {
        for (String path : new String[] {
            "/muster/ZN_000000000000000.js",
            "/muster/" + project + ".0123456789abcdef.js",
            "/muster/" + project,
            "/muster/other.js",
            "/muster/" + project + ".map"
        }) {
            assertThat(server.get(path).statusCode()).as(path).isEqualTo(404);
        }
    }

    @Test
    void aHeadIsAnsweredLikeAGetAndOtherMethodsAreNot() throws Exception {
        HttpRequest.Builder request = server.request("/muster/" + project + ".js");

        assertThat(server.send(request.HEAD().build()).statusCode()).isEqualTo(200);
        assertThat(server.send(request.DELETE().build()).statusCode()).isEqualTo(405);
    }

    @Test
    void theKillSwitchAndApplyChangeTheScript() throws Exception {
        String before = script().headers().firstValue("ETag").orElseThrow();
        pages.pause(project, true);
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(script().body()).contains("\"intercepts\":[]"));
        pages.pause(project, false);
        org.awaitility.Awaitility.await()
                .untilAsserted(
                        () -> assertThat(script().headers().firstValue("ETag")).contains(before));
    }
}
