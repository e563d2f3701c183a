package io.muster.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import io.muster.database.TestAccount;
import io.muster.database.TestDatabase;
import io.muster.runs.MusterProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * The containers of the manifests as processes: their own arguments and settings, volumes as folders, one account that may
 * change tables and one that may not. They are installed in the order of {@code docs/kubernetes.md}.
 */
class ManifestsJobTests {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Pattern LISTENING = Pattern.compile("listening on (http://[^\\s\"]+)");

    /** Where containers mount their volumes. */
    private static final List<String> VOLUMES =
            List.of("/var/lib/muster", "/srv/muster", "/etc/muster", "/run/secrets/muster");

    @TempDir
    private Path folder;

    private final List<MusterProcess> processes = new ArrayList<>();
    private TestDatabase database;
    private TestAccount tables;
    private TestAccount rows;

    @BeforeEach
    void prepare() throws IOException {
        Path jobs =
                Files.createDirectories(place("muster-server", "/etc/muster").resolve("jobs"));
        for (Map.Entry<String, JsonElement> file : Manifest.object(
                        manifest("ConfigMap", "muster-jobs").content(), "data")
                .entrySet()) {
            Files.writeString(jobs.resolve(file.getKey()), file.getValue().getAsString());
        }

        database = TestDatabase.holding(List.of());
        tables = new TestAccount(database, TestAccount.TABLES);
        rows = new TestAccount(database, TestAccount.ROWS);
    }

    @AfterEach
    void end() {
        processes.forEach(MusterProcess::close);
        tables.close();
        rows.close();
        database.close();
    }

    @Test
    void serversWaitForTheJobAndEvaluatorsAnswerFromThem() throws Exception {
        MusterProcess server = start("Deployment", "muster-server", rows, Map.of("MUSTER_DATABASE_WAIT", "2m"));
        MusterProcess migrate = start("Job", "muster-migrate", tables, Map.of());
        assertThat(migrate.exit()).as(migrate.toString()).isZero();
        assertThat(migrate.out()).contains("\"from\":null");
        String address = address(server);
        awaitReady(address);

        String token = JsonMapper.shared()
                .readTree(inServer("tokens", "create", "evaluators", "--scope", "snapshots", "--json"))
                .get("token")
                .asString();
        inServer("directories", "create", "Customers", "--rule", "extRef");
        inServer("projects", "create", "Shop", "--directory", "Customers");
        inServer("projects", "apply", "Shop");
        Path secret = Files.createDirectories(place("muster-evaluator", "/run/secrets/muster"));
        Files.writeString(secret.resolve("token"), token + "\n");

        MusterProcess evaluator =
                start("Deployment", "muster-evaluator", rows, Map.of("MUSTER_EVALUATOR_SERVER", address));
        awaitReady(address(evaluator));

        // What has to outlive a pod lies on the shared volume; what was published is not in the pod alone.
        assertThat(shared("snapshots")).isNotEmptyDirectory();
        assertThat(shared("spool")).isNotEmptyDirectory();
        assertThat(place("muster-server", "/var/lib/muster").resolve("snapshots"))
                .doesNotExist();
        assertThat(place("muster-server", "/var/lib/muster").resolve("spool")).doesNotExist();

        for (MusterProcess process : List.of(evaluator, server)) {
            process.signal("TERM");
            assertThat(process.exit()).as(process.toString()).isZero();
        }
    }

    private MusterProcess start(String kind, String name, TestAccount account, Map<String, String> others)
            throws IOException {
        Manifest manifest = manifest(kind, name);
        String[] arguments = manifest.pods()
                .flatMap(Manifest.Pod::containers)
                .flatMap(container -> Manifest.each(container, "args"))
                .map(word -> word.getAsString())
                .toArray(String[]::new);
        return start(name, environment(manifest, account, others), arguments);
    }

    private MusterProcess start(String name, Map<String, String> environment, String... arguments) throws IOException {
        MusterProcess process = MusterProcess.start(
                database.urlWithoutLogin(), place(name, "/var/lib/muster"), folder, environment, arguments);
        processes.add(process);
        return process;
    }

    /** A command in the pod of the server, as with kubectl exec. */
    private String inServer(String... arguments) throws Exception {
        MusterProcess command =
                start("muster-server", environment(manifest("Deployment", "muster-server"), rows, Map.of()), arguments);
        assertThat(command.exit()).as(command.toString()).isZero();
        return command.out();
    }

    /** What the manifest says, with folders for volumes, loopback for the pod's address, and any port. */
    private Map<String, String> environment(Manifest manifest, TestAccount account, Map<String, String> others)
            throws IOException {
        Map<String, String> environment = new HashMap<>();
        manifest.pods().flatMap(Manifest.Pod::containers).forEach(container -> {
            Manifest.each(container, "envFrom")
                    .map(source -> Manifest.text(source, "configMapRef", "name"))
                    .flatMap(map -> Manifest.object(manifest("ConfigMap", map).content(), "data").entrySet().stream())
                    .forEach(entry ->
                            environment.put(entry.getKey(), entry.getValue().getAsString()));
            Manifest.each(container, "env")
                    .forEach(variable ->
                            environment.put(Manifest.text(variable, "name"), Manifest.text(variable, "value")));
        });
        environment.replaceAll((name, value) -> VOLUMES.stream()
                .filter(value::startsWith)
                .map(volume -> place(manifest.name(), volume) + value.substring(volume.length()))
                .findFirst()
                .orElse(value.equals("0.0.0.0") ? "127.0.0.1" : value));
        if (environment.containsKey("MUSTER_DATABASE_PASSWORD_FILE")) {
            Path password = Path.of(environment.get("MUSTER_DATABASE_PASSWORD_FILE"));
            Files.createDirectories(password.resolveSibling(""));
            Files.writeString(password, account.settings().get("muster.database.password") + "\n");
            environment.put("MUSTER_DATABASE_USER", account.settings().get("muster.database.user"));
            environment.put("MUSTER_DATABASE_URL", database.urlWithoutLogin());
        }

        environment.putAll(Map.of("MUSTER_HTTP_PORT", "0", "MUSTER_EVALUATOR_PORT", "0", "MUSTER_METRICS_PORT", "0"));
        environment.putAll(others);
        return environment;
    }

    /** A folder in place of a volume: that of all pods, or of this one. */
    private Path place(String pod, String mount) {
        return mount.equals("/srv/muster") ? folder.resolve("shared") : folder.resolve(pod + mount);
    }

    private Path shared(String name) {
        return folder.resolve("shared").resolve(name);
    }

    private static Manifest manifest(String kind, String name) {
        return ManifestTests.manifests().stream()
                .filter(manifest -> manifest.is(kind, name))
                .findFirst()
                .orElseThrow();
    }

    private static String address(MusterProcess process) {
        return await().atMost(LONG).until(() -> said(process), address -> !address.isEmpty());
    }

    private static String said(MusterProcess process) throws IOException {
        return Stream.of(process.out(), process.err())
                .map(LISTENING::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .findFirst()
                .orElse("");
    }

    private static void awaitReady(String address) {
        await().atMost(LONG).until(() -> {
            try (HttpClient client = HttpClient.newHttpClient()) {
                return client.send(
                                        HttpRequest.newBuilder(URI.create(address + "/health/ready"))
                                                .build(),
                                        BodyHandlers.discarding())
                                .statusCode()
                        == 200;
            }
        });
    }
}
