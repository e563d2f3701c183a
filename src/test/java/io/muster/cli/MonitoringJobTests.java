package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.muster.database.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What a server and an evaluator measure after work: the metrics of the page and no others, none that tells too much, and
 * every one that an alert or a dashboard asks for.
 */
class MonitoringJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Path MONITORING = Path.of("k8s", "monitoring");
    private static final Path PAGE = Path.of("docs", "metrics.md");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9_]+)` \\|[^|]*\\|(.*)\\|$");
    private static final String LATER = "appears with the first";

    /** What is inside quotes and braces, and the labels that an operator names. */
    private static final Pattern NO_METRICS = Pattern.compile(
            "\"[^\"]*\"|\\{[^}]*}|\\[[^]]*]|\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");

    private static final Pattern NAME = Pattern.compile("\\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\\b(?!\\s*\\()");
    private static final Pattern VALUES = Pattern.compile("label_values\\(([^,]+),[^)]*\\)");

    @TempDir
    private static Path folder;

    private static String server = "";
    private static String evaluator = "";
    private static List<String> said = List.of();
    private static List<String> logged = List.of();
    private static List<Exported> exported = List.of();

    /** What a collector was sent; its words are what can be read of it. */
    private record Exported(String path, String type, String words, String hex) {

        static Exported of(String path, String type, byte[] body) {
            return new Exported(
                    path,
                    type,
                    new String(body, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]+", "\n"),
                    HexFormat.of().formatHex(body));
        }
    }

    @BeforeAll
    static void work() throws Exception {
        List<Exported> received = new CopyOnWriteArrayList<>();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", call -> {
            received.add(Exported.of(
                    call.getRequestURI().getPath(),
                    call.getRequestHeaders().getFirst("Content-Type"),
                    call.getRequestBody().readAllBytes()));
            call.sendResponseHeaders(200, -1);
            call.close();
        });
        collector.start();
        try (MonitoredInstallation installation = MonitoredInstallation.start(
                database,
                folder,
                Map.of(
                        "MUSTER_LOG_FORMAT",
                        "json",
                        "MUSTER_OTLP_URL",
                        "http://127.0.0.1:" + collector.getAddress().getPort()))) {
            server = installation.serverMetrics();
            evaluator = installation.evaluatorMetrics();
            installation.server().signal("TERM");
            installation.evaluator().signal("TERM");
            assertThat(installation.server().exit()).isZero();
            assertThat(installation.evaluator().exit()).isZero();
            said = Stream.concat(
                            installation.server().err().lines(),
                            installation.evaluator().err().lines())
                    .toList();
            try (Stream<Path> logs = Files.list(installation.home().resolve("logs"))) {
                logged = Files.readAllLines(logs.sorted().toList().getLast());
            }
        } finally {
            collector.stop(0);
        }

        exported = List.copyOf(received);
    }

    @Test
    void thePageListsEveryMetricAndNoOther() throws IOException {
        Map<String, String> rows = new TreeMap<>();
        ROW.matcher(Files.readString(PAGE))
                .results()
                .forEach(row -> assertThat(rows.put(row.group(1), row.group(2)))
                        .as("%s is listed once", row.group(1))
                        .isNull());
        Set<String> exposed = families();

        assertThat(rows.keySet()).containsAll(exposed);
        assertThat(rows)
                .allSatisfy((name, words) -> assertThat(exposed.contains(name) || words.contains(LATER))
                        .as("%s is exposed", name)
                        .isTrue());
    }

    /** The greatest value of a histogram or summary belongs to it. */
    private static Set<String> families() {
        Set<String> families = new TreeSet<>();
        Set<String> timed = new TreeSet<>();
        TYPE.matcher(server + evaluator).results().forEach(type -> {
            families.add(type.group(1));
            if (type.group(2).equals("histogram") || type.group(2).equals("summary")) {
                timed.add(type.group(1));
            }
        });
        timed.forEach(name -> families.remove(name + "_max"));
        return families;
    }

    @Test
    void metricsSayWhatWasDone() {
        assertThat(server)
                .contains(
                        "muster_run_rows_total{outcome=\"created\"} 2.0",
                        "muster_run_rows_total{outcome=\"rejected\"} 0.0",
                        "muster_runs_ended_total{automation=\"nightly\",status=\"failed\"} 0.0",
                        "muster_automation_failed{automation=\"nightly\"} 0.0",
                        "muster_run_phase_seconds_count{kind=\"contact-import\",phase=\"load\"} 1",
                        "muster_rebuild_seconds_count{phase=\"evaluate\"}",
                        "muster_gate_seconds_bucket{le=\"0.2\"}",
                        "muster_decisions_total{result=\"failure\"} 0.0",
                        "spring_batch_job_seconds_count{error=\"none\",spring_batch_job_name=\"contactImport\","
                                + "spring_batch_job_status=\"COMPLETED\"} 1",
                        "hikaricp_connections_pending{pool=\"muster\"}")
                .containsPattern("muster_segments\\{directory=\"POOL_\\w+\"} 1\\.0")
                .containsPattern(
                        "muster_automation_last_success_timestamp_seconds\\{automation=\"nightly\"} 1\\.\\d+E9")
                .doesNotContain("spring_batch_step", "spring_batch_item");
        assertThat(evaluator).contains("muster_decision_seconds_count 1", "muster_evaluator_ready 1.0");
    }

    @Test
    void noLabelTellsOfAContactARunOrAFile() {
        Set<String> names = new TreeSet<>();
        SAMPLE.matcher(server + evaluator)
                .results()
                .map(sample -> sample.group(2))
                .filter(labels -> labels != null)
                .flatMap(labels -> LABEL.matcher(labels).results())
                .forEach(label -> {
                    names.add(label.group(1));
                    assertThat(label.group(2))
                            .doesNotContainPattern("(RN|CID|CGC|SG|IM)_[0-9A-Za-z]")
                            .doesNotContain("DE-1", "day-1", "German", "Customers", "Hallo", "Shop");
                });

        assertThat(names)
                .containsExactlyInAnyOrder(
                        "action",
                        "area",
                        "automation",
                        "cause",
                        "channel",
                        "code",
                        "directory",
                        "error",
                        "gc",
                        "id",
                        "kind",
                        "le",
                        "method",
                        "outcome",
                        "phase",
                        "pool",
                        "project",
                        "reason",
                        "result",
                        "spring_batch_job_name",
                        "spring_batch_job_status",
                        "state",
                        "status",
                        "step",
                        "uri");
    }

    @Test
    void everyLineOfTheLogIsAnObject() {
        assertThat(said).hasSizeGreaterThan(5);
        assertThat(Stream.concat(said.stream(), logged.stream())).allSatisfy(line -> {
            JsonNode json = JsonMapper.shared().readTree(line);
            assertThat(json.path("@timestamp").asString()).endsWith("Z");
            assertThat(json.path("log.level").asString()).isIn("INFO", "WARN", "ERROR");
            assertThat(json.path("message").asString()).isNotBlank();
            assertThat(line).doesNotContain("DE-1", "FR-1");
        });
        assertThat(said)
                .anyMatch(line -> line.contains("muster server: listening on "))
                .anyMatch(line -> line.contains("muster evaluator: listening on "));
    }

    @Test
    void aLineOfARunSaysWhichAndWhatFor() {
        List<JsonNode> lines =
                logged.stream().map(line -> JsonMapper.shared().readTree(line)).toList();

        assertThat(lines)
                .filteredOn(line -> text(line, "/message").contains("balanced read=2"))
                .hasSize(1)
                .allSatisfy(line -> {
                    assertThat(text(line, "/run")).startsWith("RN_");
                    assertThat(text(line, "/automation")).isEqualTo("nightly");
                    assertThat(text(line, "/directory")).startsWith("POOL_");
                    assertThat(line.path("trace.id").asString()).matches("[0-9a-f]{32}");
                });
        assertThat(lines)
                .filteredOn(line -> text(line, "/message").contains("kind=FULL"))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(text(line, "/rebuild")).matches("\\d+"));
        assertThat(lines)
                .filteredOn(line -> text(line, "/message").startsWith("Ran automation="))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(text(line, "/automation")).isIn("nightly", "segments"));
    }

    @Test
    void requestsRunsAndTheirStepsAreSpansThatTellOfNobody() {
        assertThat(exported).isNotEmpty().allSatisfy(one -> {
            assertThat(one.path()).isEqualTo("/v1/traces");
            assertThat(one.type()).isEqualTo("application/x-protobuf");
            assertThat(one.words()).contains("service.name", "muster").doesNotContain("DE-1", "FR-1", "Customers");
        });
        assertThat(exported.stream().map(Exported::words).collect(Collectors.joining()))
                .contains(
                        "contact-import",
                        "segment-rebuild",
                        "contactImport",
                        "survey",
                        "settle",
                        "GET /v1/decisions",
                        "GET /v1/snapshots/{project}",
                        "nightly");
        assertThat(exported)
                .as("the trace of a caller goes on")
                .anyMatch(one -> one.hex().contains(MonitoredInstallation.TRACE));
    }

    @Test
    void alertsAskOnlyForMetricsThatThereAre() throws IOException {
        List<JsonNode> rules = rules();

        assertThat(rules).hasSizeGreaterThan(20);
        assertThat(rules)
                .allSatisfy(rule -> assertThat(unknown(text(rule, "/expr"))).isEmpty());
    }

    @Test
    void alertsSayHowBadItIsWhatItIsAndWhatToDo() throws IOException {
        List<String> sections = Files.readAllLines(PAGE);
        for (JsonNode rule : rules()) {
            String name = text(rule, "/alert");
            assertThat(text(rule, "/labels/severity")).isIn("critical", "warning");
            assertThat(text(rule, "/annotations/summary")).isNotBlank();
            assertThat(text(rule, "/annotations/description")).endsWith(".");
            assertThat(text(rule, "/annotations/runbook"))
                    .isEqualTo("docs/metrics.md#" + name.toLowerCase(java.util.Locale.ROOT));
            assertThat(sections).contains("### " + name);
        }
    }

    @Test
    void everyAlertIsTestedToFireAndNotTo() throws IOException {
        Map<String, Set<Boolean>> tested = new TreeMap<>();
        for (JsonNode test : yaml("alerts.test.yaml").path("tests")) {
            for (JsonNode one : test.path("alert_rule_test")) {
                tested.computeIfAbsent(text(one, "/alertname"), name -> new TreeSet<>())
                        .add(one.path("exp_alerts").isEmpty());
            }
        }

        assertThat(rules())
                .allSatisfy(rule -> assertThat(tested.get(text(rule, "/alert")))
                        .as(text(rule, "/alert"))
                        .containsExactly(false, true));
    }

    @Test
    void promtoolTakesTheRulesAndTheirTests() throws Exception {
        assertThat(promtool("", "check", "rules", "alerts.yaml")).isEmpty();
        assertThat(promtool("", "test", "rules", "alerts.test.yaml")).isEmpty();
    }

    @Test
    void promtoolHasNothingAgainstTheMetrics() throws Exception {
        assertThat(promtool(server, "check", "metrics")).isEmpty();
        assertThat(promtool(evaluator, "check", "metrics")).isEmpty();
    }

    /** What it complains about. */
    private static String promtool(String input, String... arguments) throws Exception {
        Path promtool = Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(path -> Path.of(path, "promtool"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(Path.of("/nowhere"));
        assumeTrue(Files.isExecutable(promtool), "promtool is not installed: apt-get install prometheus");
        Path given = Files.writeString(Files.createTempFile(folder, "metrics", ".txt"), input);
        Process process = new ProcessBuilder(Stream.concat(Stream.of(promtool.toString()), Stream.of(arguments))
                        .toList())
                .directory(MONITORING.toFile())
                .redirectInput(given.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? "" : said;
    }

    static Stream<Path> dashboards() throws IOException {
        try (Stream<Path> files = Files.list(MONITORING.resolve("dashboards"))) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void dashboardsAskOnlyForMetricsThatThereAre(Path file) throws IOException {
        JsonNode dashboard = JsonMapper.shared().readTree(Files.readString(file));
        List<JsonNode> variables = list(dashboard.at("/templating/list"));
        for (JsonNode variable : variables) {
            if (text(variable, "/type").equals("query")) {
                String metric = VALUES.matcher(text(variable, "/query")).replaceAll("$1");
                assertThat(unknown(metric)).as(text(variable, "/name")).isEmpty();
            }
        }

        Set<String> known = variables.stream()
                .map(variable -> "$" + text(variable, "/name"))
                .collect(Collectors.toSet());
        List<JsonNode> panels = list(dashboard.path("panels")).stream()
                .filter(panel -> !text(panel, "/type").equals("row"))
                .toList();
        assertThat(panels).hasSizeGreaterThan(5);
        for (JsonNode panel : panels) {
            String title = text(panel, "/title");
            assertThat(text(panel, "/description")).as(title).endsWith(".");
            assertThat(text(panel, "/fieldConfig/defaults/unit")).as(title).isNotBlank();
            assertThat(panel.path("targets")).as(title).isNotEmpty();
            for (JsonNode target : panel.path("targets")) {
                String query = text(target, "/expr");
                assertThat(unknown(query)).as("%s: %s", title, query).isEmpty();
                assertThat(Pattern.compile("\\$(?!__)\\w+")
                                .matcher(query)
                                .results()
                                .map(MatchResult::group))
                        .as(title)
                        .isSubsetOf(known);
            }
        }
    }

    @Test
    void thereAreTheFourDashboards() throws IOException {
        assertThat(dashboards().map(file -> file.getFileName().toString()))
                .containsExactly("evaluators.json", "imports.json", "operations.json", "segments.json");
    }

    @Test
    void aMetricThatNobodyExposesIsFoundInAQuery() {
        assertThat(
                        unknown(
                                "histogram_quantile(0.9, sum by (le, made_up) (rate(muster_gate_seconds_bucket{a_b=\"c_d\"}[5m])))"))
                .isEmpty();
        assertThat(unknown("sum by (kind) (muster_gates_total) / on (made_up) other_name{kind=\"a\"} > 0"))
                .containsExactly("muster_gates_total", "other_name");
    }

    /** The metrics that a query asks for and nobody exposes. */
    private static Set<String> unknown(String query) {
        Set<String> samples = SAMPLE.matcher(server + evaluator)
                .results()
                .map(sample -> sample.group(1))
                .collect(Collectors.toSet());
        Set<String> asked = NAME.matcher(NO_METRICS.matcher(query).replaceAll(" "))
                .results()
                .map(MatchResult::group)
                .filter(name -> !samples.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        // Of the one collection after all others, which a young process has not had yet.
        asked.removeIf(name -> name.startsWith("jvm_gc_pause_seconds"));
        return asked;
    }

    private static List<JsonNode> rules() throws IOException {
        return list(yaml("alerts.yaml").path("groups")).stream()
                .flatMap(group -> list(group.path("rules")).stream())
                .toList();
    }

    private static JsonNode yaml(String file) throws IOException {
        return new YAMLMapper().readTree(Files.readString(MONITORING.resolve(file)));
    }

    private static List<JsonNode> list(JsonNode array) {
        return array.valueStream().toList();
    }

    private static String text(JsonNode node, String at) {
        return node.at(at).asString("");
    }
}
