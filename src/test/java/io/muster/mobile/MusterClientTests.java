package io.muster.mobile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.mobile.MusterClient.Click;
import io.muster.mobile.MusterClient.Impression;
import io.muster.mobile.PlayedServer.Sent;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The client of apps against servers that answer well, badly, late, or not at all. */
class MusterClientTests {

    private static final String PROJECT = "ZN_000000000000001";
    private static final String FIRST = "SI_000000000000001";
    private static final String SECOND = "SI_000000000000002";
    private static final Path CLIENT = Path.of("src/test/java/io/muster/mobile/MusterClient.java");
    private static final Path PAGE = Path.of("docs", "mobile.md");
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String DISPLAYS = "/v1/displays";

    @TempDir
    private Path folder;

    private PlayedServer server;
    private final List<String> log = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws IOException {
        server = new PlayedServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Path queue() {
        return folder.resolve("queue");
    }

    private MusterClient.Builder client() {
        return client(server.address());
    }

    private MusterClient.Builder client(String address) {
        return MusterClient.of(address, PROJECT)
                .queue(queue().toFile())
                .firstPause(1)
                .withoutCreation()
                .log(log::add);
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private static boolean evaluated(MusterClient client) throws Exception {
        return client.evaluate(FIRST).get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    private static int flushed(MusterClient client) throws Exception {
        return client.flush().get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    /** The ids of events, in the order they were sent, as often as they were. */
    private List<String> ids(String path) {
        List<String> ids = new ArrayList<>();
        server.sent(path)
                .forEach(sent -> json(sent.body())
                        .forEach(event -> ids.add(event.path("id").asString())));
        return ids;
    }

    @Test
    void isOneFileInTheLanguageAndLibraryOfJava8() throws IOException {
        assertThat(compiled(CLIENT)).isEmpty();
    }

    /** What is wrong with sources, alone. */
    private List<Diagnostic<? extends JavaFileObject>> compiled(Path... sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        List<String> options =
                List.of("--release", "8", "-Xlint:all,-options", "-proc:none", "-cp", "", "-d", folder.toString());
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(found, Locale.ROOT, StandardCharsets.UTF_8)) {
            boolean isCompiled = compiler.getTask(null, files, found, options, null, files.getJavaFileObjects(sources))
                    .call();
            assertThat(isCompiled).as(found.getDiagnostics().toString()).isTrue();
        }

        return found.getDiagnostics();
    }

    @Test
    void theExampleOfItsPageCompiles() throws IOException {
        Matcher example = Pattern.compile("(?s)```java\n(.*?)```").matcher(Files.readString(PAGE));
        assertThat(example.find()).isTrue();
        Path source = Files.writeString(folder.resolve("Example.java"), """
                    package io.muster.mobile;

                    abstract class Example {
                        abstract java.io.File getFilesDir();
                        abstract java.util.concurrent.Executor getMainExecutor();
                        void run() {
                            %s
                        }
                    }
                    """.formatted(
                        example.group(1).replace("new File", "new java.io.File")));
        assertThat(compiled(CLIENT, source)).isEmpty();
    }

    @Test
    void itsPageNamesAllThatItOffers() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(Stream.of(MusterClient.class, MusterClient.Builder.class)
                        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                        .filter(method -> Modifier.isPublic(method.getModifiers()))
                        .map(Method::getName)
                        .filter(name -> !page.contains("`" + name)))
                .isEmpty();
        assertThat(Arrays.stream(Click.values()).map(Click::name)).allMatch(page::contains);
    }

    @Test
    void asksAboutTheProjectOrOneIntercept() throws Exception {
        server.answers(
                200,
                "{\"snapshot\":\"1\",\"stale\":false,\"decisions\":[{\"intercept\":\"%s\",\"show\":true},"
                                .formatted(FIRST)
                        + " {\"show\":false, \"intercept\":\"%s\",\"new\":[null,1.5e3,\"\\u00e4\\n\"]}]}"
                                .formatted(SECOND));
        try (MusterClient client = client().reference(" C-\"1\" ä😀 ")
                .signature("ab12")
                .device("tablet")
                .start()) {
            assertThat(client.evaluateProject().get())
                    .containsExactly(Map.entry(FIRST, true), Map.entry(SECOND, false));
            assertThat(client.evaluate(FIRST).get()).isTrue();
            assertThat(client.evaluate(SECOND).get()).isFalse();

            List<Sent> sent = server.sent("/v1/decisions");
            JsonNode all = json(sent.get(0).body());
            assertThat(all.path("project").asString()).isEqualTo(PROJECT);
            assertThat(all.path("ref").asString()).isEqualTo("C-\"1\" ä😀");
            assertThat(all.path("sig").asString()).isEqualTo("ab12");
            assertThat(all.path("device").asString()).isEqualTo("tablet");
            assertThat(all.path("draw").asInt()).isBetween(0, 9_999);
            assertThat(all.has("intercept")).isFalse();
            assertThat(json(sent.get(1).body()).path("intercept").asString()).isEqualTo(FIRST);
            assertThat(json(sent.get(1).body()).path("draw")).isEqualTo(all.path("draw"));
            client.forget();
            assertThat(client.evaluate(FIRST).get()).isTrue();
            assertThat(json(server.sent("/v1/decisions").get(3).body()).has("ref"))
                    .isFalse();
        }
    }

    @Test
    void evaluatingReportsNothing() throws Exception {
        server.answers(200, "{\"decisions\":[{\"intercept\":\"%s\",\"show\":true}]}".formatted(FIRST));
        try (MusterClient client = client().start()) {
            assertThat(evaluated(client)).isTrue();
            assertThat(client.waiting()).isZero();
            assertThat(flushed(client)).isZero();
        }

        assertThat(server.sent(DISPLAYS)).isEmpty();
    }

    @Test
    void decisionsMayBeAnsweredElsewhere() throws Exception {
        try (PlayedServer evaluator = new PlayedServer();
                MusterClient client = client().decisionsAt(evaluator.address()).start()) {
            evaluator.answers(200, "{\"decisions\":[{\"intercept\":\"%s\",\"show\":true}]}".formatted(FIRST));

            assertThat(evaluated(client)).isTrue();
            assertThat(server.sent("/v1/decisions")).isEmpty();
        }
    }

    static Stream<String> nonsense() {
        String right = "{\"decisions\":[{\"intercept\":\"%s\",\"show\":true}]}".formatted(FIRST);
        return Stream.of(
                "",
                "<html>Log in to this network</html>",
                "null",
                "7",
                "[]",
                "{}",
                "{\"decisions\":null}",
                "{\"decisions\":7}",
                "{\"decisions\":{\"intercept\":\"" + FIRST + "\",\"show\":true}}",
                "{\"decisions\":[7,null,[],\"a\"]}",
                right.replace("true", "1"),
                right.replace("true", "\"true\""),
                right.replace("\"" + FIRST + "\"", "7"),
                right.substring(0, right.length() - 1),
                right + "x",
                right.replace(":true", ":true,"),
                right.replace("show", "sh\\ow"),
                right.replace("show", "sh\\u00"),
                "[".repeat(100_000),
                "\"" + "x".repeat(400_000) + "\"",
                right + " ".repeat(300_000));
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void anAnswerThatIsNotAsItMustBeShowsNothing(String body) throws Exception {
        server.answers(200, body);
        try (MusterClient client = client().start()) {
            assertThat(evaluated(client)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 302, 400, 401, 403, 404, 429, 500, 503})
    void anotherStatusShowsNothing(int status) throws Exception {
        server.answers(status, "", "Location", server.address() + "/elsewhere");
        try (MusterClient client = client().start()) {
            assertThat(evaluated(client)).isFalse();
        }

        assertThat(server.sent("/elsewhere")).isEmpty();
    }

    @Test
    void aServerThatIsNotThereShowsNothing() throws Exception {
        server.close();
        try (MusterClient client = client().start()) {
            assertThat(evaluated(client)).isFalse();
        }
    }

    @Test
    void aSilentServerIsNotWaitedForAndHoldsNobodyUp() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        server.answers((exchange, body) -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try (MusterClient client = client().timeout(200).start()) {
            for (int i = 0; i < 50; i++) {
                Impression impression = client.recordImpression(FIRST);
                client.recordClick(impression, Click.CLICKED);
                client.flush().cancel(true);
            }

            List<CompletableFuture<Boolean>> asked =
                    IntStream.range(0, 50).mapToObj(i -> client.evaluate(FIRST)).toList();
            for (CompletableFuture<Boolean> one : asked) {
                assertThat(one.get(LONG.toSeconds(), TimeUnit.SECONDS)).isFalse();
            }

            assertThat(client.waiting()).isEqualTo(100);
        } finally {
            end.countDown();
        }
    }

    /** Every byte comes in time, and the whole does not. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\n\r\n"})
    void aServerThatDripsShowsNothing(String beginning) throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                MusterClient client = client("http://127.0.0.1:" + listening.getLocalPort())
                        .timeout(500)
                        .start()) {
            Thread.ofVirtual().start(() -> {
                try (var socket = listening.accept()) {
                    socket.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
                    while (!ended.await(20, TimeUnit.MILLISECONDS)) {
                        socket.getOutputStream().write('x');
                    }
                } catch (IOException left) {
                    ended.countDown();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });

            assertThat(evaluated(client)).isFalse();
            assertThat(ended.await(LONG.toSeconds(), TimeUnit.SECONDS))
                    .as("the connection was given up")
                    .isTrue();
        }
    }

    @Test
    void aBusyServerIsLeftAloneForAsLongAsItSays() throws Exception {
        server.answers(503, "{}", "Retry-After", "60");
        try (MusterClient client = client().start()) {
            assertThat(evaluated(client)).isFalse();
            assertThat(evaluated(client)).isFalse();
        }

        assertThat(server.sent("/v1/decisions")).hasSize(1);
    }

    @Test
    void impressionsAndClicksSayWhatTheyAreAbout() throws Exception {
        long before = System.currentTimeMillis();
        try (MusterClient client = client().reference("C-1").signature("ab12").start()) {
            Impression impression = client.recordImpression(FIRST);
            client.identify("C-2");
            for (Click click : Click.values()) {
                client.recordClick(impression, click);
            }

            client.recordImpression(SECOND);
            await().atMost(LONG).until(() -> flushed(client) == 0);
            JsonNode display = json(server.sent(DISPLAYS).getFirst().body()).get(0);
            assertThat(display.path("id").asString()).isEqualTo(impression.id()).hasSize(36);
            assertThat(display.path("project").asString()).isEqualTo(PROJECT);
            assertThat(display.path("intercept").asString()).isEqualTo(FIRST);
            assertThat(display.path("ref").asString()).isEqualTo("C-1");
            assertThat(display.path("sig").asString()).isEqualTo("ab12");
            assertThat(display.path("channel").asString()).isEqualTo("app");
            assertThat(display.path("at").asLong()).isBetween(before, System.currentTimeMillis());
            assertThat(display.has("kind")).isFalse();
            List<String> clicks = new ArrayList<>();
            server.sent("/v1/clicks")
                    .forEach(sent -> json(sent.body())
                            .forEach(click -> clicks.add("%s %s %s"
                                    .formatted(
                                            click.path("id").asString().equals(impression.id()),
                                            click.path("ref").asString(),
                                            click.path("kind").asString()))));
            assertThat(clicks)
                    .containsExactly("true C-1 clicked", "true C-1 dismissed", "true C-1 started", "true C-1 answered");
            assertThat(server.sent(DISPLAYS).getLast().body()).contains("\"ref\":\"C-2\"");
            assertThat(ids(DISPLAYS)).hasSize(2).doesNotHaveDuplicates();
        }
    }

    @Test
    void whatIsRecordedOfflineIsKeptOverARestartAndSentOnce() throws Exception {
        server.close();
        List<String> recorded = new ArrayList<>();
        for (int start = 0; start < 3; start++) {
            try (MusterClient client = client().reference("C-1").start()) {
                for (int i = 0; i < 70; i++) {
                    recorded.add(client.recordImpression(FIRST).id());
                }

                assertThat(flushed(client)).isEqualTo(recorded.size());
            }
        }

        server = new PlayedServer();
        try (MusterClient client = client().start()) {
            await().atMost(LONG).until(() -> client.waiting() == 0);
        }

        assertThat(ids(DISPLAYS)).isEqualTo(recorded);
        assertThat(server.sent(DISPLAYS)).hasSize(3);
        try (MusterClient client = client().start()) {
            assertThat(flushed(client)).isZero();
        }

        assertThat(ids(DISPLAYS)).hasSize(recorded.size());
    }

    @Test
    void theClientComesBackByItself() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        server.answers((exchange, body) ->
                PlayedServer.answer(exchange, calls.incrementAndGet() < 4 ? 500 : 202, "{\"accepted\":1}"));
        try (MusterClient client = client().start()) {
            client.recordImpression(FIRST);
            await().atMost(LONG).until(() -> client.waiting() == 0);
        }

        assertThat(ids(DISPLAYS)).hasSize(4);
        assertThat(ids(DISPLAYS).stream().distinct()).as("its id stays").hasSize(1);
    }

    /** The server has accepted it, and the answer was lost: the same id is sent again. */
    @Test
    void anAnswerThatIsLostIsAskedForAgain() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        server.answers((exchange, body) -> {
            if (calls.incrementAndGet() > 1) {
                PlayedServer.answer(exchange, 202, "{\"accepted\":1}");
            }
        });
        try (MusterClient client = client().start()) {
            String id = client.recordImpression(FIRST).id();
            await().atMost(LONG).until(() -> client.waiting() == 0);
            assertThat(ids(DISPLAYS)).hasSizeGreaterThan(1).containsOnly(id);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void retryAfterIsHonouredAlsoWhenTheAppHurries(int status) throws Exception {
        AtomicInteger calls = new AtomicInteger();
        server.answers((exchange, body) -> {
            if (calls.incrementAndGet() == 1) {
                PlayedServer.answer(exchange, status, "{}", "Retry-After", "1");
            } else {
                PlayedServer.answer(exchange, 202, "{\"accepted\":1}");
            }
        });
        try (MusterClient client = client().start()) {
            client.recordImpression(FIRST);
            await().atMost(LONG).until(() -> calls.get() == 1 && log.size() == 1);
            assertThat(flushed(client)).isEqualTo(1);
            client.recordImpression(FIRST);
            await().atMost(LONG).until(() -> client.waiting() == 0);
        }

        List<Sent> sent = server.sent(DISPLAYS);
        assertThat(sent).hasSize(2);
        assertThat(Duration.ofNanos(sent.get(1).at() - sent.get(0).at())).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(ids(DISPLAYS)).hasSize(3);
    }

    @Test
    void anEventThatIsWrongDoesNotKeepTheOthers() throws Exception {
        List<String> good = new ArrayList<>();
        server.close();
        try (MusterClient client = client().start()) {
            for (int i = 0; i < 5; i++) {
                if (i == 2) {
                    client.identify("wrong");
                }

                String id = client.recordImpression(FIRST).id();
                if (i != 2) {
                    good.add(id);
                }

                client.forget();
            }
        }

        server = new PlayedServer();
        server.answers((exchange, body) -> PlayedServer.answer(exchange, body.contains("wrong") ? 400 : 202, "{}"));
        try (MusterClient client = client().start()) {
            await().atMost(LONG).until(() -> client.waiting() == 0);
        }

        List<String> accepted = new ArrayList<>();
        server.sent(DISPLAYS).stream()
                .filter(sent -> !sent.body().contains("wrong"))
                .forEach(sent -> json(sent.body())
                        .forEach(event -> accepted.add(event.path("id").asString())));
        assertThat(accepted).isEqualTo(good);
        assertThat(server.sent(DISPLAYS).stream().filter(sent -> sent.body().contains("wrong")))
                .as("once among others, once alone")
                .hasSize(2);
    }

    @Test
    void theFileIsBoundedAndTheOldestIsDropped() throws Exception {
        server.close();
        List<String> recorded = new ArrayList<>();
        try (MusterClient client = client().start()) {
            for (int i = 0; i < 2 * MusterClient.MOST_WAITING + 300; i++) {
                recorded.add(client.recordImpression(FIRST).id());
            }

            assertThat(client.waiting()).isEqualTo(MusterClient.MOST_WAITING);
            assertThat(Files.readAllLines(queue())).hasSizeLessThanOrEqualTo(2 * MusterClient.MOST_WAITING + 1);
        }

        server = new PlayedServer();
        try (MusterClient client = client().start()) {
            await().atMost(LONG).until(() -> client.waiting() == 0);
        }

        assertThat(ids(DISPLAYS))
                .isEqualTo(recorded.subList(recorded.size() - MusterClient.MOST_WAITING, recorded.size()));
    }

    @Test
    void aLineThatWasCutOffIsLeftOut() throws Exception {
        server.close();
        String whole;
        try (MusterClient client = client().start()) {
            whole = client.recordImpression(FIRST).id();
            client.recordImpression(FIRST);
        }

        String text = Files.readString(queue());
        Files.writeString(queue(), text.substring(0, text.length() - 20));
        String next;
        try (MusterClient client = client().start()) {
            next = client.recordImpression(FIRST).id();
        }

        server = new PlayedServer();
        try (MusterClient client = client().start()) {
            await().atMost(LONG).until(() -> client.waiting() == 0);
        }

        assertThat(ids(DISPLAYS)).containsExactly(whole, next);
    }

    @Test
    void anotherFileIsLeftAsItIs() throws Exception {
        Files.writeString(queue(), "precious");
        try (MusterClient client = client().start()) {
            client.recordImpression(FIRST);
            await().atMost(LONG).until(() -> client.waiting() == 0);
        }

        assertThat(Files.readString(queue())).isEqualTo("precious");
        assertThat(ids(DISPLAYS)).hasSize(1);
        assertThat(log).anyMatch(line -> line.contains("they wait in memory"));
    }

    @Test
    void withoutAPlaceForTheFileEventsWaitInMemory() throws Exception {
        try (MusterClient client = client().queue(
                        folder.resolve("missing").resolve("queue").toFile())
                .start()) {
            client.recordImpression(FIRST);
            await().atMost(LONG).until(() -> client.waiting() == 0);
        }

        assertThat(ids(DISPLAYS)).hasSize(1);
    }

    @Test
    void eventsThatTheServerWouldDateAtTheirReceiptAreDropped() throws Exception {
        long old = System.currentTimeMillis() - Duration.ofDays(31).toMillis();
        Files.writeString(queue(), "muster events 1\n" + old + " /v1/displays {\"id\":\"old\"}\n");
        try (MusterClient client = client().start()) {
            await().atMost(LONG).until(() -> client.waiting() == 0);
            assertThat(flushed(client)).isZero();
        }

        assertThat(server.sent(DISPLAYS)).isEmpty();
        assertThat(Files.readString(queue())).isEqualTo("muster events 1\n");
    }

    @Test
    void whoeverUsesTheAppIsOfferedToTheDirectoryByReferenceOnly() throws Exception {
        try (MusterClient client = MusterClient.of(server.address(), PROJECT)
                .reference("C-1")
                .signature("ab12")
                .start()) {
            await().atMost(LONG).until(() -> server.sent("/v1/visitors").size() == 1);
            client.identify("C-1", "ab12");
            client.forget();
            client.identify("C-2");
            await().atMost(LONG).until(() -> server.sent("/v1/visitors").size() == 2);
            assertThat(flushed(client)).isZero();
        }

        List<Sent> sent = server.sent("/v1/visitors");
        assertThat(json(sent.getFirst().body()))
                .isEqualTo(json("{\"project\":\"%s\",\"ref\":\"C-1\",\"sig\":\"ab12\",\"platform\":\"mobile\"}"
                        .formatted(PROJECT)));
        assertThat(json(sent.getLast().body()))
                .isEqualTo(json("{\"project\":\"%s\",\"ref\":\"C-2\",\"platform\":\"mobile\"}".formatted(PROJECT)));
    }

    @Test
    void aServerWithoutItsDatabaseTakesEventsWhileVisitorsWait() throws Exception {
        AtomicInteger visitors = new AtomicInteger();
        server.answers((exchange, body) -> {
            boolean isVisitor = exchange.getRequestURI().getPath().equals("/v1/visitors");
            PlayedServer.answer(exchange, isVisitor && visitors.incrementAndGet() < 3 ? 503 : 202, "{}");
        });
        try (MusterClient client = MusterClient.of(server.address(), PROJECT)
                .reference("C-1")
                .firstPause(200)
                .start()) {
            client.recordImpression(FIRST);
            await().atMost(LONG).until(() -> client.waiting() == 0);
            await().atMost(LONG).until(() -> visitors.get() == 3);
            assertThat(flushed(client)).isZero();
        }

        assertThat(visitors).hasValue(3);
    }

    @Test
    void aVisitorThatIsRefusedIsNotOfferedAgain() throws Exception {
        server.answers(404, "{}");
        try (MusterClient client = MusterClient.of(server.address(), PROJECT)
                .reference("C-1")
                .firstPause(1)
                .start()) {
            await().atMost(LONG).until(() -> server.sent("/v1/visitors").size() == 1);
            assertThat(flushed(client)).isZero();
            assertThat(flushed(client)).isZero();
        }

        assertThat(server.sent("/v1/visitors")).hasSize(1);
    }

    @Test
    @SuppressWarnings("NullAway") // Java code of an app may pass anything.
    void nothingThatIsPassedThrows() throws Exception {
        MusterClient client = client().log(text -> {
                    throw new IllegalStateException(text);
                })
                .reference("x".repeat(256))
                .start();
        try (client) {
            client.identify(null);
            client.identify("a\u0000b", null);
            client.identify("x", null);
            assertThat(client.evaluate("nonsense").get()).isFalse();
            assertThat(client.evaluate(null).get()).isFalse();
            client.recordClick(client.recordImpression("nonsense"), Click.CLICKED);
            client.recordClick(client.recordImpression(null), Click.CLICKED);
            client.recordClick(null, Click.CLICKED);
            assertThat(client.waiting()).isZero();
        }

        client.recordImpression(FIRST);
        client.identify("y");
        assertThat(evaluated(client)).as("after its end").isFalse();
        assertThat(client.flush().get()).isEqualTo(1);
    }

    @Test
    void aMalformedDescriptionIsRefusedAtOnce() {
        for (String address :
                List.of("", "shop.example.com", "ftp://a", "https://", "https://a b", "https://a/path?x")) {
            assertThatThrownBy(() -> client(address).start())
                    .as(address)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is no address such as https://muster.example.com");
        }

        assertThatThrownBy(() -> MusterClient.of(server.address(), "ZN_1").start())
                .hasMessage("ZN_1 is no id of a project: ZN_ and 15 letters and digits");
        assertThatThrownBy(() -> client().device("watch").start())
                .hasMessage("watch is none of mobile, tablet, desktop");
    }
}
