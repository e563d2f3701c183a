package io.muster.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code docs/kubernetes.md} names exists in the manifests. */
class KubernetesPageTests {

    private static final Path PAGE = Path.of("docs/kubernetes.md");
    private static final Map<String, String> KINDS = Map.of(
            "deployment", "Deployment",
            "job", "Job",
            "service", "Service",
            "cronjob", "CronJob",
            "hpa", "HorizontalPodAutoscaler",
            "generic", "Secret",
            "namespace", "Namespace");
    private static final Pattern NAMED =
            Pattern.compile("\\b(deployment|job|service|cronjob|hpa|generic|namespace)[/ ](muster[a-z-]*)");
    private static final Pattern APPLIED = Pattern.compile("apply -k (\\S+)");
    private static final Pattern SECRET = Pattern.compile("secret generic (\\S+)((?: --from-literal=\\S+)+)");
    private static final Pattern KEY = Pattern.compile("--from-literal=([a-z-]+)=");
    private static final Pattern FOLDER = Pattern.compile("`(k8s/[a-z/.-]+)`");
    private static final Pattern POD_SETTING = Pattern.compile("ConfigMap `([a-z-]+)`");

    @Test
    void whatCommandsNameIsThere() throws IOException {
        List<MatchResult> named = commands(NAMED).toList();

        assertThat(named).hasSizeGreaterThan(10);
        assertThat(named)
                .allSatisfy(one -> assertThat(ManifestTests.manifests())
                        .anyMatch(manifest -> manifest.is(KINDS.getOrDefault(one.group(1), ""), one.group(2))));
        assertThat(commands(APPLIED).map(one -> Path.of(one.group(1), "kustomization.yaml")))
                .isNotEmpty()
                .allMatch(Files::exists);
    }

    @Test
    void secretsGetTheKeysThatAreRead() throws IOException {
        List<MatchResult> secrets = commands(SECRET).toList();

        assertThat(secrets).hasSize(4);
        for (MatchResult secret : secrets) {
            Manifest example = ManifestTests.manifests().stream()
                    .filter(manifest -> manifest.is("Secret", secret.group(1)))
                    .findFirst()
                    .orElseThrow();
            assertThat(KEY.matcher(secret.group(2)).results().map(key -> key.group(1)))
                    .containsExactlyInAnyOrderElementsOf(
                            Manifest.object(example.content(), "stringData").keySet());
        }
    }

    @Test
    void foldersAndConfigMapsAreThere() throws IOException {
        String page = Files.readString(PAGE);

        assertThat(FOLDER.matcher(page).results().map(folder -> Path.of(folder.group(1))))
                .isNotEmpty()
                .allMatch(Files::exists);
        assertThat(POD_SETTING.matcher(page).results().map(map -> map.group(1)))
                .isNotEmpty()
                .allSatisfy(name ->
                        assertThat(ManifestTests.manifests()).anyMatch(manifest -> manifest.is("ConfigMap", name)));
    }

    /** In the blocks of the page that hold commands of a shell. */
    private static Stream<MatchResult> commands(Pattern pattern) throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> line.strip().startsWith("kubectl "))
                .flatMap(line -> pattern.matcher(line).results());
    }
}
