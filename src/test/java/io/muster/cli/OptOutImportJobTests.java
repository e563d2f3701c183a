package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Which opt-out a column means: that of the list, that of the directory, or the one of the import's target. */
class OptOutImportJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";

    @TempDir
    private Path folder;

    private DirectoryFixture directory;

    private record Ended(int exit, String out, String err) {

        JsonNode json() {
            assertThat(exit).as(err).isZero();
            return JsonMapper.shared().readTree(out);
        }
    }

    @BeforeEach
    void createADirectoryWithAList() {
        System.setProperty(URL, database.url());
        directory = DirectoryFixture.create(database.jdbc(), "extRef");
        muster("lists", "create", "News", "--directory", id(), "--json").json();
    }

    @AfterEach
    void forgetTheTestDatabase() {
        System.clearProperty(URL);
    }

    private String id() {
        return TestDatabase.IDS.directory(directory.id());
    }

    private Ended muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(new Terminal(out, err, new StateFolder(folder.resolve("home"))), arguments);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("in.csv"), text).toString();
    }

    private String optedOutOfTheDirectory() {
        return String.join(
                ",",
                database.jdbc()
                        .sql("SELECT ext_ref FROM contact WHERE directory_id = ? AND unsubscribed = 1 ORDER BY number")
                        .param(directory.id())
                        .query(String.class)
                        .list());
    }

    private String optedOutOfTheList() {
        return String.join(
                ",",
                database.jdbc()
                        .sql("""
                        SELECT c.ext_ref FROM list_member m
                        JOIN contact c ON c.directory_id = m.directory_id AND c.number = m.number
                        WHERE m.directory_id = ? AND m.unsubscribed = 1 ORDER BY c.number
                        """)
                        .param(directory.id())
                        .query(String.class)
                        .list());
    }

    @Test
    void aColumnForEachOptOutActsOnThatAlone() throws IOException {
        String file = file("ExternalDataReference,Out,All\n1,yes,\n2,,yes\n3,yes,yes\n4,no,no\n");
        String[] command = {
            "import",
            file,
            "--directory",
            id(),
            "--list",
            "News",
            "--map",
            "Out=unsubscribed.list",
            "--map",
            "All=unsubscribed.directory",
            "--json"
        };

        assertThat(muster(command).json().get("created").asInt()).isEqualTo(4);
        assertThat(optedOutOfTheList()).isEqualTo("1,3");
        assertThat(optedOutOfTheDirectory()).isEqualTo("2,3");

        assertThat(muster(command).json().get("unchanged").asInt()).isEqualTo(4);
        file("ExternalDataReference,Out,All\n1,yes,yes\n2,,yes\n3,yes,yes\n4,no,no\n");
        JsonNode changed = muster(command).json();
        assertThat(changed.get("updated").asInt()).isEqualTo(1);
        assertThat(changed.get("unchanged").asInt()).isEqualTo(3);
        assertThat(optedOutOfTheDirectory()).isEqualTo("1,2,3");
    }

    @Test
    void withoutASuffixTheTargetOfTheImportDecides() throws IOException {
        String file = file("ExternalDataReference,Unsubscribed\n1,yes\n");

        muster("import", file, "--directory", id(), "--list", "News", "--json").json();
        assertThat(optedOutOfTheList()).isEqualTo("1");
        assertThat(optedOutOfTheDirectory()).isEmpty();

        muster("import", file, "--directory", id(), "--json").json();
        assertThat(optedOutOfTheDirectory()).isEqualTo("1");
    }

    @Test
    void anOptOutFromAListNeedsOne() throws IOException {
        Ended ended = muster(
                "import",
                file("ExternalDataReference,Out\n1,yes\n"),
                "--directory",
                id(),
                "--map",
                "Out=unsubscribed.list",
                "--json");

        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.out() + ended.err())
                .contains("something goes to unsubscribed.list, but contacts join no list");
        assertThat(directory.count("contact")).isZero();
    }
}
