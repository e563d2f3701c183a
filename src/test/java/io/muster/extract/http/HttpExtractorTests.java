package io.muster.extract.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.muster.extract.csv.FileFormat;
import io.muster.extract.record.Extracted;
import io.muster.extract.record.HttpRecords;
import io.muster.extract.record.HttpRecords.Auth;
import io.muster.extract.record.HttpRecords.Basic;
import io.muster.extract.record.HttpRecords.Bearer;
import io.muster.extract.record.HttpRecords.ByCursor;
import io.muster.extract.record.HttpRecords.ByLink;
import io.muster.extract.record.HttpRecords.ByOffset;
import io.muster.extract.record.HttpRecords.ByPage;
import io.muster.extract.record.HttpRecords.Csv;
import io.muster.extract.record.HttpRecords.Format;
import io.muster.extract.record.HttpRecords.Header;
import io.muster.extract.record.HttpRecords.JsonArray;
import io.muster.extract.record.HttpRecords.JsonLines;
import io.muster.extract.record.HttpRecords.Limits;
import io.muster.extract.record.HttpRecords.NoPaging;
import io.muster.extract.record.HttpRecords.Paging;
import io.muster.extract.record.HttpRecords.Parameter;
import io.muster.extract.record.HttpRecords.Watermark;
import io.muster.extract.record.MemberPath;
import io.muster.extract.record.TakenRecords;
import io.muster.extract.source.Retries;
import io.muster.extract.source.SecretRef;
import io.muster.extract.source.StopSignal;
import io.muster.extract.source.Tries;
import io.muster.support.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpExtractorTests {

    private static final Map<String, String> SECRETS = Map.of("TOKEN", "t0p-secret", "BROKEN", "line\nbreak");
    private static final MemberPath ITEMS = MemberPath.of("$.items");

    @TempDir
    Path folder;

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Duration> pauses = new ArrayList<>();
    private final StopSignal stop = new StopSignal();
    private final TakenRecords taken = new TakenRecords();
    private HttpServer server;

    /** Answers a request. */
    private interface Handler {

        void answer(HttpExchange exchange, String query) throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    // Formats

    @Test
    void readsAnArrayOfObjects() {
        answers("""
            {"total": 3, "data": {"items": [
              {"id": 1, "name": {"first": "Zoë", "last": null}, "tags": ["a", 1.50, {"b": true}], "n": 12345678901234567890.10},
              {"id": "2", "vip": true, "empty": {}, "none": [], "deep": {"a": {"b": 1e3}}}]}}
            """);

        extract(json("$.data.items"), new NoPaging());

        assertThat(taken.columns())
                .containsExactly("id", "name.first", "name.last", "tags", "n", "vip", "none", "deep.a.b");
        assertThat(taken.records().getFirst())
                .isEqualTo(Map.of(
                        "id", "1",
                        "name.first", "Zoë",
                        "name.last", "",
                        "tags", "[\"a\",1.50,{\"b\":true}]",
                        "n", "12345678901234567890.10"));
        assertThat(taken.records().getLast())
                .containsEntry("id", "2")
                .containsEntry("vip", "true")
                .containsEntry("none", "[]")
                .containsEntry("deep.a.b", "1e3");
    }

    @Test
    void readsAnArrayThatIsTheDocument() {
        answers("\uFEFF[{\"id\": 1}, {\"id\": 2}]");

        extract(json("$"), new NoPaging());

        assertThat(taken.values("id")).containsExactly("1", "2");
    }

    @Test
    void refusesRecordsThatAreNoneOneByOne() {
        answers("""
            [{"id": 1}, 7, {"id": 2, "id": 3}, {"id": 4, "a": {"x": 1, "x": 2}}, {"a": {"b": 1}, "a.b": 2},
             {"id": "\\ud800"}, {"id": "a\\u0000b"}, {"id": [{"x": 1, "x": 2}]}, [1], {"id": 9}]
            """);

        extract(json("$"), new NoPaging());

        assertThat(taken.values("id")).containsExactly("1", "9");
        assertThat(taken.refusals())
                .containsExactly(
                        "NO_OBJECT The record is no JSON object. | {\"value\":\"7\"}",
                        "DUPLICATE_NAME The record has two values of one name. | {\"id\":\"2\"}",
                        "DUPLICATE_NAME The record has two values of one name. | {\"id\":\"4\",\"a.x\":\"1\"}",
                        "DUPLICATE_NAME The record has two values of one name. | {\"a.b\":\"1\"}",
                        "BROKEN_TEXT The record holds NUL, or half of a character. | {\"id\":\"\uFFFD\"}",
                        "BROKEN_TEXT The record holds NUL, or half of a character. | {\"id\":\"a\\u0000b\"}",
                        "DUPLICATE_NAME The record has two values of one name. | {\"id\":\"[{\\\"x\\\":1,\\\"x\\\":2}]\"}",
                        "NO_OBJECT The record is no JSON object. | {\"value\":\"[1]\"}");
    }

    @Test
    void readsALineAtATime() {
        answers("{\"id\": 1}\r\n\n{\"id\": 2, \"x\": \"ü\"}\nno json\n{\"id\": 3} {}\n\"text\"\n{\"id\": 4}");

        extract(new JsonLines(), new NoPaging());

        assertThat(taken.values("id")).containsExactly("1", "2", "4");
        assertThat(taken.refusals())
                .containsExactly(
                        "BROKEN_JSON The line is no JSON object. | no json",
                        "BROKEN_JSON The line goes on after its JSON object. | {\"id\": 3} {}",
                        "NO_OBJECT The record is no JSON object. | {\"value\":\"text\"}");
    }

    @Test
    void refusesLinesThatAreNotUtf8() {
        serve((exchange, query) -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes("{\"id\": \"a\"}\n{\"id\": \"M".getBytes(StandardCharsets.UTF_8));
            bytes.write(0xFC);
            bytes.writeBytes("ller\"}\n".getBytes(StandardCharsets.UTF_8));
            send(exchange, 200, bytes.toByteArray());
        });

        extract(new JsonLines(), new NoPaging());

        assertThat(taken.values("id")).containsExactly("a");
        assertThat(taken.refusals())
                .containsExactly("MALFORMED_BYTES The line is not UTF-8. | {\"id\": \"M\uFFFDller\"}");
    }

    @Test
    void readsCsvPagesWhoseColumnsAreInAnotherOrder() {
        serve((exchange, query) -> send(
                exchange,
                200,
                switch (query) {
                    case "page=1" -> "id,name\n1,\"a\nb\"\n2\n";
                    case "page=2" -> "name,id,city\nc,3,Köln\n";
                    default -> "";
                }));

        extract(new Csv(), new ByPage("page", 1, null));

        assertThat(taken.columns()).containsExactly("id", "name", "city");
        assertThat(taken.values("id")).containsExactly("1", "3");
        assertThat(taken.values("name")).containsExactly("a\nb", "c");
        assertThat(taken.refusals()).singleElement().asString().startsWith("RAGGED_ROW ");
    }

    // Paging

    @Test
    void followsTheLinkHeader() {
        serve((exchange, query) -> {
            if (!query.equals("page=3")) {
                int next = query.isEmpty() ? 2 : 3;
                exchange.getResponseHeaders()
                        .add("Link", "</people?page=1>; rel=\"prev first\", <?page=" + next + ">; rel=\"next\"");
            }
            send(exchange, 200, "[{\"page\": \"" + query + "\"}]");
        });

        extract(json("$"), new ByLink(null));

        assertThat(taken.values("page")).containsExactly("", "page=2", "page=3");
    }

    @Test
    void followsTheLinkInTheDocument() {
        serve((exchange, query) -> send(
                exchange,
                200,
                query.isEmpty()
                        ? "{\"items\": [{\"id\": 1}], \"paging\": {\"next page\": \"%s?at=2\"}}".formatted(url())
                        : "{\"paging\": {\"next page\": null}, \"items\": [{\"id\": 2}]}"));

        extract(json("$.items"), new ByLink(MemberPath.of("$.paging['next page']")));

        assertThat(taken.values("id")).containsExactly("1", "2");
    }

    @Test
    void asksByCursorUntilThereIsNone() {
        serve((exchange, query) -> send(
                exchange,
                200,
                switch (query) {
                    case "limit=2" -> "{\"items\": [{\"id\": 1}], \"cursor\": \"a&b=\"}";
                    case "limit=2&after=a%26b%3D" -> "{\"items\": [], \"cursor\": 17}";
                    case "limit=2&after=17" -> "{\"items\": [{\"id\": 2}], \"cursor\": \"\"}";
                    default -> "{\"items\": [{\"id\": \"unexpected " + query + "\"}]}";
                }));

        extract(url() + "?limit=2", json("$.items"), new ByCursor(MemberPath.of("$.cursor"), "after"));

        assertThat(taken.values("id")).containsExactly("1", "2");
    }

    @Test
    void asksByNumberUntilAPageIsNotFull() {
        serve((exchange, query) ->
                send(exchange, 200, query.equals("page=0") ? "[{\"id\": 1}, {\"id\": 2}]" : "[{\"id\": 3}]"));

        extract(json("$"), new ByPage("page", 0, 2));

        assertThat(taken.values("id")).containsExactly("1", "2", "3");
        assertThat(requests).containsExactly("page=0", "page=1");
    }

    @Test
    void asksByOffsetUntilAPageIsEmpty() {
        serve((exchange, query) -> send(
                exchange,
                200,
                switch (query) {
                    case "from=0" -> "[{\"id\": 1}, {\"id\": 2}]";
                    case "from=2" -> "[{\"id\": 3}]";
                    default -> "[]";
                }));

        extract(json("$"), new ByOffset("from", null));

        assertThat(requests).containsExactly("from=0", "from=2", "from=3");
        assertThat(taken.values("id")).containsExactly("1", "2", "3");
    }

    @Test
    void failsWhenPagesRepeat() {
        serve((exchange, query) -> {
            exchange.getResponseHeaders().add("Link", "<?again>; rel=next");
            send(exchange, 200, "{\"items\": [{\"q\": \"" + query + "\"}], \"cursor\": \"same\"}");
        });
        assertRefused(
                json("$.items"),
                new ByLink(null),
                "it names a page that was read already, so that it would never end."
                        + " Correct paging in the job file, or ask its owner.");
        assertRefused(
                json("$.items"),
                new ByCursor(MemberPath.of("$.cursor"), "after"),
                "it names a page that was read already, so that it would never end. Correct paging in the job file, or ask"
                        + " its owner.");
    }

    @Test
    void failsWhenTheNumberOfThePageIsNotLookedAt() {
        answers("[{\"id\": 1}]");

        assertRefused(
                json("$"),
                new ByPage("page", 1, null),
                "it sends a page that was read already, so that it would never end. Correct paging in the job file, or ask"
                        + " its owner.");
        assertThat(requests).hasSize(2);
    }

    @Test
    void followsNoLinkToAnotherHost() throws IOException {
        List<String> others = new CopyOnWriteArrayList<>();
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            others.add(exchange.getRequestURI().toString());
            send(exchange, 200, "[]");
        });
        other.start();
        try {
            String elsewhere = "http://127.0.0.1:" + other.getAddress().getPort() + "/";
            serve((exchange, query) -> {
                if (query.equals("redirect")) {
                    exchange.getResponseHeaders().add("Location", elsewhere);
                    send(exchange, 302, "");
                } else {
                    exchange.getResponseHeaders().add("Link", "<" + elsewhere + ">; rel=next");
                    send(exchange, 200, "[]");
                }
            });

            String reason =
                    "it sends on to another host (127.0.0.1), which is not followed. Write that address into the"
                            + " job file if it is right.";
            assertRefused(json("$"), new ByLink(null), reason);
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(() -> extract(url() + "?redirect", json("$"), new NoPaging()))
                    .withMessageEndingWith(reason);
            assertThat(others).isEmpty();
        } finally {
            other.stop(0);
        }
    }

    @Test
    void followsARedirectOnTheSameHostAFewTimes() {
        serve((exchange, query) -> {
            if (query.equals("there")) {
                send(exchange, 200, "[{\"id\": 1}]");
            } else {
                exchange.getResponseHeaders().add("Location", query.equals("round") ? "?round" : "/people?there");
                send(exchange, 307, "");
            }
        });

        extract(json("$"), new NoPaging());
        assertThat(taken.values("id")).containsExactly("1");
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(url() + "?round", json("$"), new NoPaging()))
                .withMessageEndingWith(": it sends on and on (307). Correct the address.");
    }

    // Failures

    @Test
    void asksAgainAsLateAsItIsAskedTo() {
        Deque<Integer> statuses = new ArrayDeque<>(List.of(429, 503, 500, 200));
        serve((exchange, query) -> {
            int status = statuses.removeFirst();
            if (status == 429) {
                exchange.getResponseHeaders().add("Retry-After", "17");
            } else if (status == 503) {
                exchange.getResponseHeaders().add("Retry-After", "Sun, 01 Mar 2026 02:00:40 GMT");
            }
            send(exchange, status, status == 200 ? "[{\"id\": 1}]" : "<html>busy</html>");
        });

        extract(json("$"), new NoPaging());

        assertThat(taken.values("id")).containsExactly("1");
        assertThat(pauses.subList(0, 2)).containsExactly(Duration.ofSeconds(17), Duration.ofSeconds(40));
        assertThat(pauses.get(2)).isLessThan(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 410})
    void doesNotAskAgainWhatWillNotChange(int status) {
        serve((exchange, query) -> send(exchange, status, "a text with names of persons"));

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(json("$"), new NoPaging()))
                .withMessageStartingWith("Cannot read a page at %s: it answers %d.".formatted(url(), status));
        assertThat(pauses).isEmpty();
    }

    @Test
    void takesAnAnswerWithoutContentForAnEmptyPage() {
        serve((exchange, query) -> exchange.sendResponseHeaders(204, -1));

        extract(json("$"), new ByPage("page", 1, null));
        assertThat(taken.records()).isEmpty();
        assertThat(requests).hasSize(1);
    }

    @Test
    void takesNoPageThatIsCutOffOrLiesAboutItsLength() throws IOException {
        String head = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
        String whole = "[{\"id\": 1}, {\"id\": 2}]";
        try (RawServer raw = new RawServer(
                // longer than what comes
                head + "Content-Length: 500\r\n\r\n" + whole,
                // shorter
                head + "Content-Length: 11\r\n\r\n" + whole,
                // chunks without an end
                head + "Transfer-Encoding: chunked\r\n\r\n" + "16\r\n" + whole + "\r\n",
                // half a chunk
                head + "Transfer-Encoding: chunked\r\n\r\n" + "500\r\n" + whole,
                // nothing
                "",
                head + "Content-Length: 22\r\n\r\n" + whole)) {
            HttpRecords spec = spec(
                    raw.url(),
                    json("$"),
                    new NoPaging(),
                    null,
                    null,
                    new Retries(6, Duration.ofSeconds(1), Duration.ofSeconds(30)));
            var unused = extract(spec);

            assertThat(raw.requests).hasValue(6);
        }
        assertThat(taken.values("id")).containsExactly("1", "2");
        // A connection that is closed without an answer is opened again at once.
        assertThat(pauses).hasSizeBetween(4, 5);
    }

    @Test
    void asksAgainWhenTheLastLineIsCutOff() {
        Deque<String> answers = new ArrayDeque<>(List.of("{\"id\": 1}\n{\"id\": ", "{\"id\": 1}\n{\"id\": 2}"));
        serve((exchange, query) -> send(exchange, 200, answers.removeFirst()));

        extract(new JsonLines(), new NoPaging());
        assertThat(taken.values("id")).containsExactly("1", "2");
    }

    @Test
    void asksAgainWhenTheServerFallsSilent() throws IOException {
        try (RawServer raw = new RawServer(
                "HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n[{\"id\":" + RawServer.SILENCE,
                RawServer.SILENCE,
                "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\n[{\"id\": 1}]")) {
            HttpRecords spec = new HttpRecords(
                    raw.url(),
                    Map.of(),
                    null,
                    json("$"),
                    FileFormat.detected(),
                    new NoPaging(),
                    null,
                    null,
                    Limits.usual(),
                    Duration.ofSeconds(1),
                    Retries.standard());
            var unused = extract(spec);
        }
        assertThat(taken.values("id")).containsExactly("1");
        assertThat(pauses).hasSize(2);
    }

    @Test
    void aStopEndsTheWait() throws IOException {
        try (RawServer raw = new RawServer(RawServer.SILENCE)) {
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(() -> extract(raw.url(), json("$"), new NoPaging()))
                    .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(StopSignal.STOPPED)));
            Awaitility.await().until(() -> raw.requests.get() > 0);
            stop.stop();

            assertThat(stopped).succeedsWithin(Duration.ofSeconds(10));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[{]",
                "{\"items\": []} x",
                "{\"other\": []}",
                "{\"items\": 7}",
                "<html>",
                "{\"items\": [], \"items\": []}",
                "{\"items\": [{\"id\": 01}]}"
            })
    void failsAfterItsTriesWhenTheAnswerIsNotThatDocument(String answer) {
        answers(answer);

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(json("$.items"), new NoPaging()))
                .withMessageStartingWith("Cannot read a page at " + url() + " (4 tries): the answer ")
                .withMessageEndingWith(" Ask its owner.");
        assertThat(taken.records()).isEmpty();
    }

    @Test
    void survivesHostileDocuments() {
        for (String answer : List.of(
                "[".repeat(100_000),
                "{\"a\":".repeat(100_000),
                "[{\"id\": " + "9".repeat(100_000) + "}]",
                "[{\"" + "n".repeat(100_000) + "\": 1}]")) {
            answers(answer);
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(() -> extract(json("$"), new NoPaging()))
                    .withMessageContaining(
                            answer.startsWith("{")
                                    ? "the answer has no array at its root. "
                                    : "the answer is nested deeper than 100 levels, or has a name or number of more than"
                                            + " 1,000 characters. ");
            server.removeContext("/people");
            answers(answer + "\n{\"id\": 1}\n");
            TakenRecords lines = new TakenRecords();
            var unused = extract(spec(url(), new JsonLines(), new NoPaging(), null, null, null), lines);
            assertThat(lines.refusals()).singleElement().asString().startsWith("BROKEN_JSON ");
            server.removeContext("/people");
        }
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        serve((exchange, query) -> send(
                exchange, 200, new byte[] {'[', '{', '"', 'a', '"', ':', '"', (byte) 0xC0, (byte) 0x80, '"', '}', ']'
                }));

        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> extract(json("$"), new NoPaging()));
        assertThat(taken.records()).isEmpty();
    }

    // Packed answers, bounds

    @Test
    void unpacksAnswersAndRefusesBombsAndBrokenOnes() {
        serve((exchange, query) -> {
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
            byte[] packed = gzip(query.equals("bomb") ? "[" + " ".repeat(100_000_000) + "]" : "[{\"id\": 1}]");
            send(exchange, 200, query.equals("broken") ? Arrays.copyOf(packed, packed.length - 9) : packed);
        });

        extract(json("$"), new NoPaging());
        assertThat(taken.values("id")).containsExactly("1");
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(url() + "?bomb", json("$"), new NoPaging()))
                .withMessageContaining("unpack to an unlikely size");
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(url() + "?broken", json("$"), new NoPaging()))
                .withMessageContaining(": the answer is packed, but broken.");
    }

    @Test
    void endsAtItsBounds() {
        serve((exchange, query) -> send(exchange, 200, "[{\"id\": \"" + query + "\"}]"));
        Paging endless = new ByPage("page", 1, null);

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(bounded(new Limits(3, 1_000_000, Duration.ofMinutes(1)), endless)))
                .withMessageContaining("it has more than limits.pages (3)");
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(bounded(new Limits(100, 50, Duration.ofMinutes(1)), endless)))
                .withMessageContaining("its answers have more than limits.bytes (50)");
    }

    @Test
    void endsAtTheBoundOfTime() throws IOException {
        try (RawServer raw = new RawServer(RawServer.SILENCE)) {
            HttpRecords spec = new HttpRecords(
                    raw.url(),
                    Map.of(),
                    null,
                    json("$"),
                    FileFormat.detected(),
                    new NoPaging(),
                    null,
                    null,
                    new Limits(10, 1_000, Duration.ofMillis(300)),
                    Duration.ofSeconds(30),
                    Retries.standard());
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(() -> extract(spec))
                    .withMessageContaining("it takes longer than limits.time (PT0.3S)");
        }
    }

    // Secrets

    @Test
    void provesWhoAsksInFourWaysAndShowsNoSecret() {
        serve((exchange, query) -> {
            String proof = exchange.getRequestHeaders().getFirst("Authorization");
            String key = exchange.getRequestHeaders().getFirst("X-Key");
            send(
                    exchange,
                    200,
                    "[{\"proof\": \"" + proof + "\", \"key\": \"" + key + "\", \"query\": \"" + query + "\"}]");
        });
        SecretRef secret = SecretRef.of("env:TOKEN");
        for (Auth auth : List.of(
                new Bearer(secret),
                new Basic("me", secret),
                new Header("X-Key", secret),
                new Parameter("key", secret))) {
            var unused = extract(new HttpRecords(
                    url() + "?a=1",
                    Map.of("X-Key", "plain"),
                    auth,
                    json("$"),
                    FileFormat.detected(),
                    new NoPaging(),
                    null,
                    null,
                    Limits.usual(),
                    Duration.ofSeconds(10),
                    Retries.standard()));
        }

        assertThat(taken.values("proof"))
                .containsExactly("Bearer t0p-secret", "Basic bWU6dDBwLXNlY3JldA==", "null", "null");
        assertThat(taken.values("key")).containsExactly("plain", "plain", "t0p-secret", "plain");
        assertThat(taken.values("query")).containsExactly("a=1", "a=1", "a=1", "a=1&key=t0p-secret");

        server.removeContext("/people");
        serve((exchange, query) -> send(exchange, 403, ""));
        for (Auth auth : List.of(
                new Bearer(secret), new Parameter("key", secret), new Header("X-Key", SecretRef.of("env:BROKEN")))) {
            HttpRecords spec = spec(url(), json("$"), new NoPaging(), auth, null, null);
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(() -> extract(spec))
                    .satisfies(refusal -> assertThat(messages(refusal))
                            .contains(url())
                            .doesNotContain("t0p-secret")
                            .doesNotContain("line\nbreak"));
        }
    }

    @Test
    void keepsAnAddressThatIsASecretToItself() {
        serve((exchange, query) -> send(exchange, 404, ""));
        HttpRecords spec = spec("env:ADDRESS", json("$"), new NoPaging(), null, null, null);

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(spec, taken, Map.of("ADDRESS", url() + "?key=t0p-secret")))
                .withMessage("Cannot read a page at the address of env:ADDRESS: it answers 404. Correct the address.");
    }

    // Watermarks

    @Test
    void asksForWhatCameAfterTheGreatestValue() {
        serve((exchange, query) -> send(
                exchange,
                200,
                "[{\"id\": 1, \"at\": \"2026-03-01T02:00:00+02:00\"}, {\"id\": 2, \"at\": \"2026-03-01T01:00:00Z\"},"
                        + " {\"id\": 3}]"));
        HttpRecords all = spec(
                url(),
                json("$"),
                new NoPaging(),
                null,
                new Watermark("since", "at", null, Duration.ofMinutes(10)),
                null);

        Extracted first = extract(all);
        Extracted second = extract((HttpRecords) all.since("2026-03-02T00:00:00Z"));

        assertThat(first.watermark()).isEqualTo("2026-03-01T01:00:00Z");
        assertThat(second.watermark()).isEqualTo("2026-03-02T00:00:00Z");
        assertThat(requests).containsExactly("", "since=2026-03-01T23%3A50%3A00Z");
    }

    @Test
    void refusesValuesThatAreNoWatermark() {
        answers("[{\"at\": \"yesterday\"}]");
        HttpRecords spec =
                spec(url(), json("$"), new NoPaging(), null, new Watermark("since", "at", "0", Duration.ZERO), null);

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(spec))
                .withMessageContaining("its values of at are not all numbers, or all times of ISO 8601");
        assertThat(requests).containsExactly("since=0");
    }

    private static String messages(Throwable failure) {
        StringBuilder all = new StringBuilder();
        for (Throwable one = failure; one != null; one = one.getCause()) {
            all.append(one).append('\n');
        }
        return all.toString();
    }

    /** Answers each connection with the next of its texts, whatever was asked. */
    private static final class RawServer implements AutoCloseable {

        static final String SILENCE = "\u0001";

        final AtomicInteger requests = new AtomicInteger();
        private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final CountDownLatch closed = new CountDownLatch(1);

        RawServer(String... answers) throws IOException {
            Thread.ofVirtual().start(() -> {
                for (String answer : answers) {
                    serve(answer);
                }
            });
        }

        String url() {
            return "http://127.0.0.1:" + socket.getLocalPort() + "/people";
        }

        private void serve(String answer) {
            try {
                Socket client = socket.accept();
                InputStream in = client.getInputStream();
                StringBuilder head = new StringBuilder();
                while (!head.toString().endsWith("\r\n\r\n")) {
                    head.append((char) in.read());
                }
                requests.incrementAndGet();
                OutputStream out = client.getOutputStream();
                out.write(answer.replace(SILENCE, "").getBytes(StandardCharsets.UTF_8));
                out.flush();
                if (answer.endsWith(SILENCE)) {
                    Thread.ofVirtual().start(() -> {
                        try (client) {
                            closed.await();
                        } catch (InterruptedException | IOException e) {
                            // the test is over
                        }
                    });
                } else {
                    client.close();
                }
            } catch (IOException e) {
                // the test is over
            }
        }

        @Override
        public void close() throws IOException {
            closed.countDown();
            socket.close();
        }
    }

    private void answers(String text) {
        serve((exchange, query) -> send(exchange, 200, text));
    }

    private void serve(Handler handler) {
        server.createContext("/people", exchange -> {
            String query = exchange.getRequestURI().getRawQuery();
            requests.add(query == null ? "" : query);
            try (exchange) {
                handler.answer(exchange, query == null ? "" : query);
            }
        });
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        send(exchange, status, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    private static byte[] gzip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream packed = new GZIPOutputStream(bytes)) {
            packed.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/people";
    }

    private static Format json(String path) {
        return path.equals("$.items") ? new JsonArray(ITEMS) : new JsonArray(MemberPath.of(path));
    }

    private void assertRefused(Format format, Paging paging, String reason) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> extract(format, paging))
                .withMessage("Cannot read %s: %s".formatted(url(), reason));
    }

    private HttpRecords bounded(Limits limits, Paging paging) {
        return new HttpRecords(
                url(),
                Map.of(),
                null,
                json("$"),
                FileFormat.detected(),
                paging,
                null,
                null,
                limits,
                Duration.ofSeconds(10),
                Retries.standard());
    }

    private HttpRecords spec(
            String url,
            Format format,
            Paging paging,
            @Nullable Auth auth,
            @Nullable Watermark watermark,
            @Nullable Retries retries) {
        return new HttpRecords(
                url,
                Map.of(),
                auth,
                format,
                FileFormat.detected(),
                paging,
                watermark,
                null,
                Limits.usual(),
                Duration.ofSeconds(10),
                retries == null ? new Retries(4, Duration.ofSeconds(1), Duration.ofSeconds(30)) : retries);
    }

    private void extract(Format format, Paging paging) {
        extract(url(), format, paging);
    }

    private void extract(String url, Format format, Paging paging) {
        var unused = extract(spec(url, format, paging, null, null, null));
    }

    private Extracted extract(HttpRecords spec) {
        return extract(spec, taken);
    }

    private Extracted extract(HttpRecords spec, TakenRecords sink) {
        return extract(spec, sink, SECRETS);
    }

    private Extracted extract(HttpRecords spec, TakenRecords sink, Map<String, String> environment) {
        Tries tries = new Tries(spec.location(), spec.retries(), pauses::add, new Random(1), stop);
        InstantSource clock = InstantSource.fixed(Instant.parse("2026-03-01T02:00:00Z"));
        try (HttpExtractor extractor = new HttpExtractor(spec, environment, tries, clock, folder)) {
            return extractor.extract(sink);
        }
    }
}
