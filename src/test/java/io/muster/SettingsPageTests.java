package io.muster;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.support.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/settings.md} lists every setting that the code reads, and no other. */
class SettingsPageTests {

    private static final Pattern SETTING = Pattern.compile("\"(muster\\.[a-z]+(?:[.-][a-z]+)*)\"");
    private static final Pattern ROW = Pattern.compile("\\| `(muster\\.[a-z.-]+)` \\| `(MUSTER_[A-Z_]+)` \\|.*");
    private static final Pattern VARIABLE = Pattern.compile("getenv\\(\"(MUSTER_[A-Z_]+)\"\\)");

    /** Between the launcher, the process and its logging; nobody sets them. */
    private static final Set<String> INTERNAL = Set.of(
            "muster.notice",
            "muster.yaml",
            "muster.launcher",
            "muster.launcher.jobs",
            "muster.trainer",
            "muster.terminal",
            "muster.verbose",
            "muster.log.console",
            "muster.logs");

    @Test
    void listsEverySettingThatIsReadAndNoOther() throws IOException {
        TreeMap<String, String> listed = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("docs/settings.md"))) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                assertThat(listed.put(row.group(1), row.group(2)))
                        .as(row.group(1))
                        .isNull();
            }
        }

        Set<String> read = found(SETTING);
        read.removeAll(INTERNAL);
        assertThat(listed.keySet()).isEqualTo(read);
        assertThat(listed).allSatisfy((name, variable) -> assertThat(variable).isEqualTo(Settings.variable(name)));
    }

    @Test
    void listsTheVariablesThatAreNoSettings() throws IOException {
        String page = Files.readString(Path.of("docs/settings.md"));

        assertThat(found(VARIABLE)).allSatisfy(name -> assertThat(page).contains("| `" + name + "` |"));
    }

    private static Set<String> found(Pattern pattern) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(file -> pattern.matcher(text(file)).results())
                    .map((MatchResult result) -> result.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
