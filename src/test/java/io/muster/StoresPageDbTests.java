package io.muster;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code docs/stores.md} has a line for every table and every folder, with all its cells. */
class StoresPageDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Pattern TABLE = Pattern.compile("\\| (`[A-Za-z_*]+`.*)");
    private static final Pattern FOLDER = Pattern.compile("\\| `([a-z]+)/` .*");
    private static final Pattern NAME = Pattern.compile("`([A-Za-z_*]+)/?`");
    private static final Pattern USED_FOLDER = Pattern.compile("[.]folder\\(\"([a-z]+)\"\\)");

    @Test
    void hasALineForEveryTableAndNoOther() throws IOException {
        Set<String> tables = database
                .jdbc()
                .sql("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()")
                .query(String.class)
                .list()
                .stream()
                .map(name -> name.startsWith("BATCH_") ? "BATCH_*" : name)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(lines(TABLE)).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(tables);
    }

    @Test
    void hasALineForEveryFolderOfTheStateFolder() throws IOException {
        Set<String> used = new TreeSet<>(Set.of("database", "spool", "app", "demo", "snapshots"));
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".java")).toList()) {
                Matcher folders = USED_FOLDER.matcher(Files.readString(file));
                while (folders.find()) {
                    used.add(folders.group(1));
                }
            }
        }

        assertThat(lines(FOLDER)).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(used);
    }

    @Test
    void saysWhoPrunesEachOfThem() throws IOException {
        for (String line : Files.readAllLines(Path.of("docs/stores.md"))) {
            if (TABLE.matcher(line).matches()) {
                List<String> cells = List.of(line.split(" *[|] *", -1));
                assertThat(cells).as(line).hasSize(8 + 2);
                assertThat(cells.subList(1, 8)).as(line).noneMatch(String::isBlank);
            }
        }
    }

    /** The names in the first cells of the lines, also where two tables share a line. */
    private static List<String> lines(Pattern pattern) throws IOException {
        List<String> names = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("docs/stores.md"))) {
            if (pattern.matcher(line).matches()) {
                NAME.matcher(line.substring(0, line.indexOf(" | ")))
                        .results()
                        .forEach(name -> names.add(name.group(1)));
            }
        }

        return names;
    }
}
