package io.muster;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.support.KnownSetting;
import io.muster.support.KnownSettings;
import io.muster.support.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/settings.md} has the table that the code makes of {@link KnownSettings}, and the code reads no other settings. */
class SettingsPageTests {

    private static final Path PAGE = Path.of("docs/settings.md");
    private static final Path CATALOGUE = Path.of("src/main/java/io/muster/support/KnownSettings.java");
    private static final Pattern SETTING = Pattern.compile("\"(muster\\.[a-z]+(?:[.-][a-z]+)*)\"");
    private static final Pattern CONSTANT = Pattern.compile("KnownSettings\\.([A-Z_]+)");
    private static final Pattern VARIABLE = Pattern.compile("getenv\\(\"(MUSTER_[A-Z_]+)\"\\)");
    private static final Pattern TABLE = Pattern.compile("(?m)^\\| setting \\|.*\\R(?:\\|.*\\R)+");

    /** Between the launcher, the process and its logging, and attributes of spans; nobody sets them. */
    private static final Set<String> INTERNAL = Set.of(
            "muster.automation",
            "muster.run",
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
    void hasTheTableOfAllSettings() throws IOException {
        String page = Files.readString(PAGE);
        Matcher table = TABLE.matcher(page);
        assertThat(table.results()).as("tables of settings").hasSize(1);
        String fresh = table.replaceFirst(Matcher.quoteReplacement(table()));

        Files.writeString(Path.of("target/settings.md"), fresh);
        assertThat(page).as("cp target/settings.md docs/settings.md").isEqualTo(fresh);
    }

    @Test
    void nothingElseIsReadAndEachIs() {
        Set<String> elsewhere = found(SETTING, file -> !file.equals(CATALOGUE));
        elsewhere.removeAll(INTERNAL);
        assertThat(elsewhere)
                .as("settings that are no constant of KnownSettings")
                .isEmpty();

        assertThat(found(CONSTANT, file -> true))
                .containsAll(constants().stream().map(Field::getName).toList());
    }

    @Test
    void listsTheVariablesThatAreNoSettings() throws IOException {
        String page = Files.readString(PAGE);

        assertThat(found(VARIABLE, file -> true))
                .allSatisfy(name -> assertThat(page).contains("| `" + name + "` |"));
    }

    private static String table() {
        StringBuilder table = new StringBuilder("""
                | setting | in the environment | usual | values | |
                | --- | --- | --- | --- | --- |
                """);
        for (KnownSetting setting : KnownSettings.all()) {
            table.append("| `%s` | `%s` | %s | %s | %s |\n"
                    .formatted(
                            setting.name(),
                            Settings.variable(setting.name()),
                            setting.shown(),
                            setting.values(),
                            setting.meaning()));
        }

        return table.toString();
    }

    private static List<Field> constants() {
        return Arrays.stream(KnownSettings.class.getDeclaredFields())
                .filter(field -> Modifier.isPublic(field.getModifiers()))
                .toList();
    }

    private static Set<String> found(Pattern pattern, Predicate<Path> where) {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(where)
                    .flatMap(file -> pattern.matcher(text(file)).results())
                    .map((MatchResult result) -> result.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
