package io.muster.evaluator;

import static io.muster.evaluator.TestSnapshots.FIRST;
import static io.muster.evaluator.TestSnapshots.OTHER_PROJECT;
import static io.muster.evaluator.TestSnapshots.PROJECT;
import static io.muster.evaluator.TestSnapshots.SECOND;
import static io.muster.evaluator.TestSnapshots.SEGMENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.intercept.decide.DebugToken;
import io.muster.intercept.decide.Definitions;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.web.TestWebServer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The server answers requests for decisions as an evaluator does that reads the same tree, to the byte. */
class ServerDecisionsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    /** What says how an answer may be used; servers may differ in the rest. */
    private static final List<String> HEADERS = List.of(
            "content-type",
            "cache-control",
            "access-control-allow-origin",
            "access-control-allow-methods",
            "access-control-allow-headers",
            "access-control-max-age",
            "vary",
            "allow",
            "content-length");

    @TempDir
    private static Path home;

    private static TestEvaluator evaluator;
    private static TestWebServer server;
    private static String debugToken;

    @BeforeAll
    static void start() throws IOException {
        TestSnapshots snapshots = new TestSnapshots(home);
        snapshots.publish("linked", FIRST + " target=" + SEGMENT + "; " + SECOND);
        ProjectDefinition other = TestSnapshots.withOrigins(
                TestSnapshots.project(OTHER_PROJECT, "", "SI_000000000000003 url=cart"), "https://shop.example.com");
        snapshots.publish(other, null);
        debugToken = DebugToken.issue(PROJECT, System.currentTimeMillis() / 1_000 + 600, Definitions.DEBUG_KEY);
        String tree = home.resolve("snapshots").toString();
        evaluator = new TestEvaluator(home, "--snapshots", tree, "--stale-after", "999999h");
        evaluator.moveTo(System.currentTimeMillis());
        server = TestWebServer.start(
                database.url(), home, "muster.snapshots", tree, "muster.evaluator.stale-after", "999999h");
    }

    @AfterAll
    static void stop() {
        server.close();
        evaluator.close();
    }

    static Stream<String> requests() {
        String page = "Origin: https://shop.example.com\r\n";
        String stranger = "Origin: https://other.example.com\r\n";
        String mine = "/v1/decisions?project=" + PROJECT;
        String others = "/v1/decisions?project=" + OTHER_PROJECT;
        return Stream.of(
                get(mine + "&ref=member&draw=7", ""),
                get(mine + "&ref=capped&draw=7", ""),
                get(mine + "&ref=nobody", stranger),
                get(mine, ""),
                get(mine + "&ref=C-1&intercept=" + SECOND + "&intercept=SI_00000000000000z", ""),
                get(mine + "&project=" + OTHER_PROJECT + "&url=https%3A%2F%2Fa%2Fcart&device=mobile", page),
                get(mine + "&ref=%6dember+&x=%ff", ""),
                get(mine + "&ref=%c3%a4+%25", ""),
                get(mine + "&ref=\u00e4", ""),
                get(mine + "&ref=a;b&sig=%zz", ""),
                get(mine + "&ref=%00", ""),
                get(mine + "&ref=%", ""),
                get(mine + "&draw=10000", ""),
                get(mine + "&ref=a&ref=b", ""),
                get(mine + "&device=phone", page),
                get("/v1/decisions", ""),
                get("/v1/decisions?", ""),
                get("/v1/decisions?project=ZN_1", ""),
                get("/v1/decisions?project=ZN_00000000000000z", ""),
                get(others + "&url=https://a/cart", page),
                get(others + "&url=https://a/cart", stranger),
                get(others + "&url=https://a/cart", ""),
                get(others + "&url=" + "x".repeat(4_000), ""),
                get(mine + "&ref=member&draw=7", "X-Debug-Token: wrong\r\n"),
                post("{\"project\":\"" + PROJECT + "\",\"ref\":\"member\",\"draw\":7,\"unknown\":1}", ""),
                post("{\"project\":[\"" + PROJECT + "\",\"" + OTHER_PROJECT + "\"],\"ref\":7}", page),
                post("{\"project\":\"" + PROJECT + "\",\"ref\":\"\u00e4\"}", ""),
                post("{", ""),
                post("", ""),
                post(" ".repeat(64 * 1_024 - 2) + "{}", ""),
                post(" ".repeat(64 * 1_024) + "{}", ""),
                "HEAD " + mine + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "DELETE " + mine + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "OPTIONS " + mine + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "OPTIONS /v1/decisions HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + page
                        + "Access-Control-Request-Method: POST\r\n"
                        + "Access-Control-Request-Headers: content-type\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("requests")
    void answersAsAnEvaluatorDoes(String request) throws IOException {
        assertThat(answer(server.address(), request))
                .isEqualTo(answer("http://" + evaluator.evaluator().address(), request));
    }

    @Test
    void givesReasonsToADebugToken() throws IOException {
        String request =
                get("/v1/decisions?project=" + PROJECT + "&ref=capped&draw=7", "X-Debug-Token: " + debugToken + "\r\n");
        String answer = answer(server.address(), request);
        assertThat(answer).contains("\"reason\":\"FREQUENCY\"");
        assertThat(withoutAge(answer))
                .isEqualTo(withoutAge(answer("http://" + evaluator.evaluator().address(), request)));
    }

    @Test
    void admitsPagesOfTheOriginsOfAProjectOnly() throws IOException {
        String own = "Origin: https://shop.example.com\r\n";
        String stranger = "Origin: https://other.example.com\r\n";
        assertThat(page(OTHER_PROJECT, own)).startsWith("200 {access-control-allow-origin=https://shop.example.com,");
        assertThat(page(OTHER_PROJECT, stranger))
                .startsWith("403 {cache-control=no-store,")
                .contains("{\"error\":{\"code\":\"ORIGIN\"");
        assertThat(page(OTHER_PROJECT, "")).startsWith("200 {cache-control=no-store,");
        assertThat(page(PROJECT, stranger)).startsWith("200 {access-control-allow-origin=*,");
        assertThat(page("ZN_00000000000000z", stranger)).startsWith("200 {access-control-allow-origin=*,");
    }

    @Test
    void letsAnyPageAskWhetherItMay() throws IOException {
        String answer = answer(
                server.address(),
                String.join(
                                "\r\n",
                                "OPTIONS /probe/page HTTP/1.1",
                                "Host: a",
                                "Connection: close",
                                "Origin: https://other.example.com",
                                "Access-Control-Request-Method: POST",
                                "Access-Control-Request-Headers: content-type")
                        + "\r\n\r\n");
        assertThat(answer)
                .startsWith("200 ")
                .contains("access-control-allow-origin=*", "access-control-allow-methods=POST")
                .contains("access-control-allow-headers=content-type", "access-control-max-age=600");
    }

    private static String page(String project, String headers) throws IOException {
        return answer(
                server.address(),
                "POST /probe/page?project=" + project + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + headers
                        + "Content-Length: 0\r\n\r\n");
    }

    /** It is a second more in one than in the other, and has as many digits. */
    private static String withoutAge(String answer) {
        return answer.replaceFirst("\"snapshotAge\":[0-9]+", "");
    }

    private static String get(String address, String headers) {
        return "GET " + address + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + headers + "\r\n";
    }

    private static String post(String body, String headers) {
        return "POST /v1/decisions HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
                + headers + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    /** Status, the headers that matter, and body. */
    private static String answer(String address, String request) throws IOException {
        URI uri = URI.create(address);
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = response.indexOf("\r\n\r\n");
            List<String> lines =
                    new ArrayList<>(List.of(response.substring(0, end).split("\r\n", -1)));
            TreeMap<String, String> headers = new TreeMap<>();
            for (String line : lines.subList(1, lines.size())) {
                String name = line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
                if (HEADERS.contains(name)) {
                    headers.put(name, line.substring(line.indexOf(':') + 1).strip());
                }
            }

            return lines.getFirst().split(" ", 3)[1] + " " + headers + " " + response.substring(end + 4);
        }
    }
}
