package io.muster.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * The two ways to an image, read and not built: the Dockerfile, and the profile {@code image} of the pom. Both lead to the same
 * place in the image, which is what the manifests use.
 */
class ImageTests {

    private static final String LAUNCHER = "/opt/muster/muster";
    private static final String USER = "10001:10001";

    /** What the jar's tools make of it with --layers; the loader is for those who do not unpack. */
    private static final List<String> LAYERS = List.of("dependencies", "snapshot-dependencies", "application");

    @TempDir
    private Path folder;

    /** An instruction of the Dockerfile with its words. */
    private record Step(String name, String text) {

        /** The words that are no options. */
        List<String> words() {
            return Stream.of(text.split("\\s+"))
                    .filter(word -> !word.startsWith("--"))
                    .toList();
        }
    }

    private static List<Step> steps() throws IOException {
        String joined = Files.readString(Path.of("Dockerfile")).replace("\\\n", " ");
        return joined.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split("\\s+", 2))
                .map(parts -> new Step(parts[0], parts[1]))
                .toList();
    }

    /** The steps of each stage, its FROM first. */
    private static List<List<Step>> stages() throws IOException {
        List<List<Step>> stages = new ArrayList<>();
        for (Step step : steps()) {
            if (step.name().equals("FROM")) {
                stages.add(new ArrayList<>());
            }

            stages.getLast().add(step);
        }

        return stages;
    }

    private static String only(List<Step> stage, String name) {
        List<Step> found =
                stage.stream().filter(step -> step.name().equals(name)).toList();
        assertThat(found).as(name).hasSize(1);
        return found.getFirst().text();
    }

    @Test
    void aJdkBuildsItAndAJreRunsIt() throws IOException {
        List<List<Step>> stages = stages();

        assertThat(stages).hasSize(2);
        assertThat(stages.getFirst().getFirst().text()).isEqualTo("maven:3.9-eclipse-temurin-25 AS build");
        assertThat(stages.getLast().getFirst().text()).isEqualTo("eclipse-temurin:25-jre");
    }

    @Test
    void whatItCopiesIsThere() throws IOException {
        for (Step copy :
                steps().stream().filter(step -> step.name().equals("COPY")).toList()) {
            List<String> sources = copy.words().subList(0, copy.words().size() - 1);
            if (copy.text().startsWith("--from=build ")) {
                assertThat(sources)
                        .allSatisfy(source -> assertThat(LAYERS)
                                .contains(Path.of(source).getFileName().toString()));
            } else {
                assertThat(sources).allSatisfy(source -> {
                    assertThat(Path.of(source)).exists();
                    assertThat(Files.readAllLines(Path.of(".dockerignore"))).contains("!" + source);
                });
            }
        }
    }

    @Test
    void nothingElseIsSentToTheBuild() throws IOException {
        List<String> rules = Files.readAllLines(Path.of(".dockerignore"));

        assertThat(rules).contains("*");
        assertThat(rules).filteredOn(rule -> rule.startsWith("!")).containsExactly("!pom.xml", "!muster", "!src/main");
    }

    @Test
    void layersAreInTheOrderOfHowOftenTheyChange() throws IOException {
        assertThat(stages().getLast().stream()
                        .filter(step -> step.name().equals("COPY"))
                        .map(step -> step.words().getFirst()))
                .containsExactly(
                        "/build/layers/dependencies/",
                        "/build/layers/snapshot-dependencies/",
                        "/build/layers/application/",
                        "muster");
    }

    @Test
    void itsOwnJavaMakesTheClassCache() throws IOException {
        List<Step> image = stages().getLast();
        String training = image.stream()
                .filter(step -> step.name().equals("RUN") && step.text().contains("--prepare-fast-starts"))
                .map(Step::text)
                .findFirst()
                .orElseThrow();

        assertThat(training).contains("test -s /opt/muster/app/muster.aot");
        String launcher = Files.readString(Path.of("muster"));
        assertThat(launcher).contains("app=$here/app", "cache=$app/muster.aot", "-XX:AOTMode=auto");
        // Trained as root, before the user is another one, who may not write there.
        assertThat(image.indexOf(image.stream()
                        .filter(step -> step.text().equals(training))
                        .findFirst()
                        .orElseThrow()))
                .isLessThan(image.indexOf(image.stream()
                        .filter(step -> step.name().equals("USER"))
                        .findFirst()
                        .orElseThrow()));
    }

    @Test
    void itRunsAsTheUserAndInTheFoldersOfTheManifests() throws IOException {
        List<Step> image = stages().getLast();

        assertThat(only(image, "USER")).isEqualTo(USER);
        assertThat(only(image, "ENTRYPOINT")).isEqualTo("[\"" + LAUNCHER + "\"]");
        assertThat(only(image, "EXPOSE").split(" ")).containsExactlyInAnyOrderElementsOf(ports());
        assertThat(only(image, "ENV")).isEqualTo("MUSTER_HOME=" + home());
        assertThat(image.stream()
                        .filter(step -> step.name().equals("RUN"))
                        .findFirst()
                        .map(Step::text)
                        .orElseThrow())
                .contains("--uid 10001", "install -d -o 10001 -g 10001 -m 0700 " + home());
    }

    @Test
    void noSecretIsInEither() throws Exception {
        assertThat(steps())
                .filteredOn(step -> List.of("ARG", "ENV", "RUN").contains(step.name()))
                .noneMatch(step -> step.text().matches("(?i).*(password|secret|token|credential).*"));
        assertThat(jib("from/auth")).isEmpty();
        assertThat(jib("to/auth")).isEmpty();
        assertThat(pom("//profile[id='image']//environment/*")).containsExactly("MUSTER_HOME");
    }

    @Test
    void theProfileMakesTheSameWithoutAnEngine() throws Exception {
        assertThat(jib("from/image")).containsExactly("${image.base}");
        assertThat(text("//profile[id='image']/properties/image.base")).containsExactly("eclipse-temurin:25-jre");
        assertThat(jib("container/user")).containsExactly(USER);
        assertThat(jib("container/entrypoint")).containsExactly(LAUNCHER);
        assertThat(jib("container/mainClass")).containsExactly("io.muster.Muster");
        assertThat(jib("container/environment/MUSTER_HOME")).containsExactly(home());
        assertThat(jib("container/ports/port")).containsExactlyInAnyOrderElementsOf(ports());
        // Where the launcher looks for classes and libraries that are not unpacked from the jar.
        String place = jib("container/appRoot").getFirst();
        assertThat(place).isEqualTo(Path.of(LAUNCHER).resolveSibling("app").toString());
        assertThat(jib("containerizingMode")).containsExactly("packaged");
        assertThat(Files.readString(Path.of("muster")))
                .contains("-cp \"$app/classpath/*:$app/libs/*\" io.muster.Muster");
        assertThat(jib("extraDirectories/paths/path/into")).containsExactly("/opt/muster");
        assertThat(jib("extraDirectories/paths/path/includes/include")).containsExactly("muster");
        assertThat(jib("extraDirectories/permissions/permission/file")).containsExactly(LAUNCHER);
    }

    @Test
    void theLauncherStartsWhatLiesBesideItInEitherImage() throws Exception {
        Path place = Files.createDirectories(folder.resolve("opt/muster"));
        Path launcher = Files.copy(Path.of("muster"), place.resolve("muster"), StandardCopyOption.COPY_ATTRIBUTES);
        Path app = Files.createDirectories(place.resolve("app"));

        assertThat(started(launcher, "server"))
                .containsSubsequence("-cp", app + "/classpath/*:" + app + "/libs/*", "io.muster.Muster", "server")
                .noneMatch(word -> word.contains("AOT") || word.contains("muster.trainer"));

        Files.createFile(app.resolve("muster.jar"));
        Files.createFile(app.resolve("muster.aot"));
        assertThat(started(launcher, "evaluator"))
                .containsSubsequence(
                        "-XX:+UseG1GC",
                        "-XX:AOTCache=" + app.resolve("muster.aot"),
                        "-XX:AOTMode=auto",
                        "-Dadded=yes",
                        "-jar",
                        app.resolve("muster.jar").toString(),
                        "evaluator");
        // Nothing is written where the image is, nor unpacked elsewhere.
        assertThat(folder.resolve("home")).doesNotExist();
    }

    /** The words of the command that the launcher ends as, with a Java that says them. */
    private List<String> started(Path launcher, String command) throws Exception {
        Path bin = Files.createDirectories(folder.resolve("jre/bin"));
        Files.writeString(bin.resolve("../release"), "JAVA_VERSION=\"25.0.1\"\n");
        Path java = Files.writeString(bin.resolve("java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        ProcessBuilder builder = new ProcessBuilder(launcher.toString(), command).redirectErrorStream(true);
        builder.environment().put("MUSTER_JAVA_HOME", folder.resolve("jre").toString());
        builder.environment().put("MUSTER_HOME", folder.resolve("home").toString());
        builder.environment().put("MUSTER_JAVA_OPTS", "-Dadded=yes");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.lines().toList();
    }

    @Test
    void withoutTheProfileNothingOfItIsNeeded() throws Exception {
        assertThat(text("/project/build/plugins/plugin/artifactId")).doesNotContain("jib-maven-plugin");
    }

    /** Where all containers of Muster mount the volume that they may write to. */
    private static String home() {
        List<String> mounts = ManifestTests.manifests().stream()
                .flatMap(Manifest::pods)
                .filter(Manifest.Pod::isMuster)
                .flatMap(Manifest.Pod::containers)
                .map(container -> Manifest.each(container, "volumeMounts")
                        .filter(mount -> Manifest.text(mount, "name").equals("state"))
                        .map(mount -> Manifest.text(mount, "mountPath"))
                        .findFirst()
                        .orElse("none"))
                .distinct()
                .toList();
        assertThat(mounts).hasSize(1);
        return mounts.getFirst();
    }

    /** Every port of a container of Muster. */
    private static List<String> ports() {
        return ManifestTests.manifests().stream()
                .flatMap(Manifest::pods)
                .filter(Manifest.Pod::isMuster)
                .flatMap(Manifest.Pod::containers)
                .flatMap(container -> Manifest.each(container, "ports"))
                .map(port -> Manifest.text(port, "containerPort"))
                .distinct()
                .toList();
    }

    private static List<String> jib(String path) throws Exception {
        return text("//profile[id='image']//plugin[artifactId='jib-maven-plugin']/configuration/" + path);
    }

    private static List<String> text(String path) throws Exception {
        return elements(path).stream()
                .map(Element::getTextContent)
                .map(String::strip)
                .toList();
    }

    private static List<String> pom(String path) throws Exception {
        return elements(path).stream().map(Element::getTagName).toList();
    }

    private static List<Element> elements(String path) throws Exception {
        XPath query = XPathFactory.newInstance().newXPath();
        try (InputStream in = Files.newInputStream(Path.of("pom.xml"))) {
            // Without its namespace, so that paths are short.
            Document pom =
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
            NodeList nodes = (NodeList) query.evaluate(path, pom, XPathConstants.NODESET);
            Element[] elements = new Element[nodes.getLength()];
            Arrays.setAll(elements, index -> (Element) nodes.item(index));
            return List.of(elements);
        }
    }
}
