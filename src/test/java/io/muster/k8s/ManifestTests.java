package io.muster.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.server.ServerSettings;
import io.muster.database.DatabaseSettings;
import io.muster.support.Settings;
import io.muster.support.StateFolder;
import io.muster.web.WebSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The manifests of {@code k8s/}, as they are and as kubectl renders the overlays, where there is one. */
class ManifestTests {

    private static final Logger LOG = LoggerFactory.getLogger(ManifestTests.class);
    private static final Path ROOT = Path.of("k8s");
    private static final Path BASE = ROOT.resolve("base");
    private static final Path SECRETS = BASE.resolve("secrets.example.yaml");
    private static final Pattern VERSION = Pattern.compile("Client Version: v(\\d+)\\.(\\d+)");

    /** The first version of kubectl that knows all that is used here. */
    private static final int OLDEST_MINOR = 27;

    static List<Kustomization> kustomizations() {
        return Kustomization.all(ROOT);
    }

    static List<Manifest> manifests() {
        List<Manifest> manifests = new ArrayList<>(Manifest.read(SECRETS));
        for (Kustomization part : kustomizations()) {
            manifests.addAll(part.resources());
            manifests.addAll(part.configMaps());
        }

        return manifests;
    }

    static List<Manifest> patches() {
        return kustomizations().stream()
                .flatMap(part -> part.patches().stream())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("kustomizations")
    void filesAreThereAndListedAndPatchesHaveTargets(Kustomization kustomization) {
        assertThat(kustomization.problems()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void fieldsExistAndHaveTheirTypes(Manifest manifest) {
        assertThat(FieldCheck.whole(manifest)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("patches")
    void fieldsOfPatchesExistAndHaveTheirTypes(Manifest patch) {
        assertThat(FieldCheck.part(patch)).isEmpty();
    }

    @Test
    void namesLeadSomewhere() {
        assertThat(ReferenceCheck.problems(manifests())).isEmpty();
    }

    @Test
    void theServerAnswersWhatProbesAskAndTheIngressLeadsTo() throws IOException {
        String server = sources("web");
        String evaluator = sources("evaluator");
        for (String path : List.of("/health/live", "/health/ready")) {
            assertThat(server).contains('"' + path + '"');
            assertThat(evaluator).contains('"' + path + '"');
        }

        manifests().stream()
                .filter(manifest -> manifest.kind().equals("Ingress"))
                .flatMap(ingress -> Manifest.each(ingress.content(), "spec", "rules"))
                .flatMap(rule -> Manifest.each(rule, "http", "paths"))
                .map(path -> Manifest.text(path, "path"))
                .forEach(path -> assertThat(server).contains('"' + path));
    }

    @Test
    void processesCanReadTheSettingsTheyAreGiven() {
        Map<String, String> shared = data("muster-settings");
        Map<String, String> server = variables("muster-server");
        Function<String, @Nullable String> properties = name -> {
            String variable = Settings.variable(name);
            return server.getOrDefault(variable, shared.get(variable));
        };

        WebSettings web = WebSettings.read(properties);
        assertThat(web.http().host()).isEqualTo("0.0.0.0");
        assertThat(web.http().port()).isEqualTo(port("muster-server", "http"));
        assertThat(web.metrics().host()).isEqualTo("0.0.0.0");
        assertThat(web.metrics().port()).isEqualTo(port("muster-server", "metrics"));
        assertThat(ServerSettings.read(properties).shutdownPatience()).isPositive();
        DatabaseSettings database = DatabaseSettings.read(
                new StateFolder(Path.of("target", "test-home")),
                // The file of the password is in the pod only.
                name -> name.endsWith("-file") ? null : properties.apply(name));
        assertThat(database.migrate()).isEqualTo(DatabaseSettings.Migrate.OFF);
        assertThat(database.url()).isPresent();

        Map<String, String> evaluator = variables("muster-evaluator");
        assertThat(evaluator)
                .containsEntry("MUSTER_EVALUATOR_HOST", "0.0.0.0")
                .containsEntry("MUSTER_METRICS_HOST", "0.0.0.0")
                .containsEntry("MUSTER_EVALUATOR_SERVER", "http://muster-server:" + port("muster-server", "http"));
        assertThat(evaluator.keySet()).noneMatch(name -> name.startsWith("MUSTER_DATABASE"));
    }

    @Test
    void foldersThatServersShareAreOnTheSharedVolume() {
        Map<String, String> shared = data("muster-settings");

        manifests().stream()
                .filter(manifest -> manifest.pods()
                        .flatMap(pod -> pod.containers())
                        .anyMatch(container -> Manifest.each(container, "args")
                                .anyMatch(word -> word.getAsString().matches("server|run"))))
                .forEach(manifest -> {
                    assertThat(mount(manifest, "jobs")).isEqualTo(shared.get("MUSTER_JOBS"));
                    assertThat(shared.get("MUSTER_SNAPSHOTS")).startsWith(mount(manifest, "shared") + "/");
                    assertThat(shared.get("MUSTER_SPOOL")).startsWith(mount(manifest, "shared") + "/");
                });
    }

    @Test
    void noSecretIsInTheFiles() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file))
                        .as(file.toString())
                        .doesNotContainPattern("(?m)^\\s*- (name: )?MUSTER_\\w*(PASSWORD|TOKEN)\\b(=|$)");
            }
        }

        assertThat(kustomizations()).noneMatch(part -> part.content().has("secretGenerator"));
        assertThat(manifests().stream()
                        .filter(manifest -> manifest.kind().equals("Secret"))
                        .map(Manifest::where))
                .containsOnly(SECRETS.toString());
        Manifest.read(SECRETS)
                .forEach(secret -> assertThat(
                                Manifest.object(secret.content(), "stringData").entrySet())
                        .allMatch(entry -> entry.getValue().getAsString().equals("change-me")));
    }

    @Test
    void theRuleOfTheOperatorHasTheAlerts() {
        JsonObject alerts =
                Manifest.read(ROOT.resolve("monitoring/alerts.yaml")).getFirst().content();

        assertThat(Manifest.at(find("PrometheusRule", "muster").content(), "spec", "groups"))
                .isEqualTo(alerts.get("groups"));
    }

    @Test
    void theExampleJobFilesAreUsable() throws IOException {
        JobFiles files = new JobFiles(BASE.resolve("jobs"));

        assertThat(files.load().broken()).isEmpty();
        assertThat(files.load().jobs())
                .isNotEmpty()
                .allMatch(loaded -> !loaded.job().enabled());
    }

    @Test
    void anUnknownFieldIsFound() {
        Manifest server = planted("Deployment", "muster-server", content -> {
            JsonObject container = container(content);
            container.add("envForm", container.remove("envFrom"));
        });

        assertThat(FieldCheck.whole(server))
                .containsExactly(server + ": /spec/template/spec/containers/0/envForm is no field");
    }

    @Test
    void aTextForANumberIsFound() {
        Manifest server = planted(
                "Deployment",
                "muster-server",
                content -> Manifest.object(content, "spec").addProperty("replicas", "2"));

        assertThat(FieldCheck.whole(server)).containsExactly(server + ": /spec/replicas is \"2\", and read as 2");
    }

    @Test
    void aFieldThatIsMissingIsFound() {
        Manifest server = planted(
                "Deployment", "muster-server", content -> container(content).remove("name"));

        assertThat(FieldCheck.whole(server)).singleElement().asString().contains("required field `name`");
    }

    @Test
    void aMissingKeyOfASecretIsFound() {
        Manifest secret = planted(
                "Secret",
                "muster-evaluator",
                content -> Manifest.object(content, "stringData").remove("token"));

        assertThat(ReferenceCheck.problems(with(secret)))
                .singleElement()
                .asString()
                .endsWith(": the Secret muster-evaluator has no key token");
    }

    @Test
    void aWrongSelectorIsFound() {
        Manifest service = planted(
                "Service",
                "muster-server",
                content -> Manifest.object(content, "spec", "selector")
                        .addProperty("app.kubernetes.io/component", "servers"));

        assertThat(ReferenceCheck.problems(with(service))).contains(service + ": selects no pods");
    }

    @Test
    void aPodThatIsKilledBeforeItHasStoppedIsFound() {
        Manifest server = planted(
                "Deployment",
                "muster-server",
                content -> Manifest.object(content, "spec", "template", "spec")
                        .addProperty("terminationGracePeriodSeconds", 60));

        assertThat(ReferenceCheck.problems(with(server)))
                .containsExactly(server + ": is killed before it has stopped, which may take 80 s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"k8s/overlays/trial", "k8s/overlays/production", "target/k8s"})
    void theOverlayRendersAndWhatComesOutIsRight(String overlay) throws Exception {
        // One of an operator, with what the examples leave out.
        Files.createDirectories(Path.of("target/k8s"));
        Files.writeString(Path.of("target/k8s/kustomization.yaml"), """
            apiVersion: kustomize.config.k8s.io/v1beta1
            kind: Kustomization
            resources: [../../k8s/overlays/production]
            components: [../../k8s/components/cronjob-automation]
            namespace: muster
            """);
        Optional<Path> kubectl = kubectl();
        if (kubectl.isEmpty()) {
            LOG.warn("The overlay {} was not rendered: there is no kubectl 1.{} or later", overlay, OLDEST_MINOR);
            return;
        }

        Ended rendered = run(kubectl.get().toString(), "kustomize", overlay);
        assertThat(rendered.err()).isEmpty();
        assertThat(rendered.exit()).isZero();
        List<Manifest> manifests = new ArrayList<>(Manifest.read(SECRETS));
        List<Manifest> made = Manifest.parse(overlay, rendered.out());
        manifests.addAll(made);

        assertThat(made)
                .allSatisfy(manifest -> assertThat(FieldCheck.whole(manifest)).isEmpty());
        assertThat(ReferenceCheck.problems(manifests)).isEmpty();
        assertThat(made.stream().map(Manifest::kind))
                .contains("Namespace", "Deployment", "Job", "ConfigMap", "NetworkPolicy")
                .doesNotContain("Secret");
        assertThat(made)
                .filteredOn(manifest -> !manifest.kind().equals("Namespace"))
                .allSatisfy(manifest ->
                        assertThat(manifest.text("metadata", "namespace")).isEqualTo("muster"));
    }

    private record Ended(int exit, String out, String err) {}

    private static Ended run(String... command) throws Exception {
        Path err = Files.createTempFile(Path.of("target"), "kubectl", ".err");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(err.toFile()).start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(process.waitFor(), out, Files.readString(err));
        } finally {
            Files.delete(err);
        }
    }

    private static Optional<Path> kubectl() throws Exception {
        Optional<Path> found = Stream.of(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, "kubectl"))
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isEmpty()) {
            return found;
        }

        Matcher version = VERSION.matcher(
                run(found.get().toString(), "version", "--client").out());
        boolean recent =
                version.find() && (!version.group(1).equals("1") || Integer.parseInt(version.group(2)) >= OLDEST_MINOR);
        return found.filter(path -> recent);
    }

    /** A copy of a manifest with a fault. */
    private static Manifest planted(String kind, String name, Consumer<JsonObject> fault) {
        Manifest copy = find(kind, name).copy();
        fault.accept(copy.content());
        return copy;
    }

    /** All manifests, with this one in place of its like. */
    private static List<Manifest> with(Manifest planted) {
        return manifests().stream()
                .map(manifest -> manifest.is(planted.kind(), planted.name()) ? planted : manifest)
                .toList();
    }

    private static Manifest find(String kind, String name) {
        return manifests().stream()
                .filter(manifest -> manifest.is(kind, name))
                .findFirst()
                .orElseThrow();
    }

    private static JsonObject container(JsonObject content) {
        return Manifest.each(Manifest.object(content, "spec", "template", "spec"), "containers")
                .map(JsonElement::getAsJsonObject)
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, String> data(String configMap) {
        return Manifest.object(find("ConfigMap", configMap).content(), "data").entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().getAsString()));
    }

    private static Map<String, String> variables(String deployment) {
        return Manifest.each(container(find("Deployment", deployment).content()), "env")
                .collect(Collectors.toMap(
                        variable -> Manifest.text(variable, "name"), variable -> Manifest.text(variable, "value")));
    }

    private static int port(String service, String name) {
        return Manifest.each(find("Service", service).content(), "spec", "ports")
                .filter(port -> Manifest.text(port, "name").equals(name))
                .map(port -> Integer.parseInt(Manifest.text(port, "port")))
                .findFirst()
                .orElseThrow();
    }

    private static String mount(Manifest manifest, String volume) {
        return manifest.pods()
                .flatMap(pod -> pod.containers())
                .flatMap(container -> Manifest.each(container, "volumeMounts"))
                .filter(mount -> Manifest.text(mount, "name").equals(volume))
                .map(mount -> Manifest.text(mount, "mountPath"))
                .findFirst()
                .orElse("");
    }

    private static String sources(String room) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/io/muster", room))) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".java")).toList()) {
                text.append(Files.readString(file));
            }
        }

        return text.toString();
    }
}
