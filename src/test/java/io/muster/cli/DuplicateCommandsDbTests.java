package io.muster.cli;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.dedup.rules.IdentityRule;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DuplicateCommandsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";

    @TempDir
    private Path folder;

    private DirectoryFixture directory;
    private ContactEdits edits;

    private record Ended(int exit, String out, String err) {

        JsonNode json() {
            assertThat(exit).as(err).isZero();
            return JsonMapper.shared().readTree(out);
        }
    }

    @BeforeEach
    void createDuplicates() {
        System.setProperty(URL, database.url());
        directory = DirectoryFixture.create(database.jdbc(), "extRef", "email");
        edits = new ContactEdits(database.jdbc(), database.transactions(), new MovableClock(), database.ids());
        edits.upsert(directory.id(), record("extRef", "A1", "email", "a@example.org"));
        edits.upsert(directory.id(), record("extRef", "A2", "firstName", "Ada"));
        edits.update(directory.id(), 2, change("email", "a@example.org"));
    }

    @AfterEach
    void forgetTheTestDatabase() {
        System.clearProperty(URL);
    }

    @Test
    void previewsMergesListsShowsAndUndoes() {
        JsonNode preview =
                muster("duplicates", "preview", "--directory", id(), "--json").json();
        assertThat(preview.at("/counts/groups").asInt()).isEqualTo(1);
        assertThat(preview.at("/counts/contacts").asInt()).isEqualTo(2);
        assertThat(preview.at("/groups/0/survivor").asString()).isEqualTo(contact(1));
        assertThat(preview.at("/groups/0/because/0/rule").toString()).isEqualTo("[\"email\"]");

        assertThat(muster("duplicates", "merge", "--directory", id(), "--preview", "--json")
                        .json())
                .isEqualTo(preview);
        assertThat(directory.numbers()).containsExactly(1L, 2L);

        JsonNode merge =
                muster("duplicates", "merge", "--directory", id(), "--json").json();
        assertThat(merge.at("/counts/groups").asInt()).isEqualTo(1);
        assertThat(merge.at("/counts/absorbed").asInt()).isEqualTo(1);
        String merged = merge.at("/groups/0/merge").asString();
        assertThat(merged).startsWith("MG_");
        assertThat(muster("contacts", "get", contact(1), "--json")
                        .json()
                        .at("/aliases/0")
                        .asString())
                .isEqualTo("A2");

        JsonNode shown = muster("duplicates", "show", merged, "--json").json();
        assertThat(shown.at("/before/1/values/firstName").asString()).isEqualTo("Ada");

        JsonNode undone = muster("duplicates", "undo", merged, "--json").json();
        assertThat(undone.get("state").asString()).isEqualTo("UNDONE");
        assertThat(muster("duplicates", "undo", merged, "--json").json()).isEqualTo(undone);
        JsonNode lines = muster("audit", "--subject", merged, "--json").json().get("lines");
        assertThat(lines).hasSize(1);
        assertThat(lines.at("/0/action").asString()).isEqualTo("merge.undo");
        assertThat(lines.at("/0/detail").toString()).isEqualTo("{\"contacts\":2}");
        assertThat(lines.get(0).toString()).contains(System.getProperty("user.name"));
        assertThat(muster("duplicates", "list", "--directory", id(), "--json")
                        .json()
                        .at("/0"))
                .isEqualTo(undone);
        assertThat(muster("duplicates", "preview", "--directory", id()).out()).isEqualTo("""
            0 groups of 0 contacts would become 0 contacts.
            Kept apart although they share a key: 1.
            """);
    }

    @Test
    void refusesWhatIsNoMerge() {
        Ended ended = muster("duplicates", "undo", "MG_nonsense");

        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .contains("Cannot find the merge 'MG_nonsense': that is no id of a merge."
                        + " Use an id that begins with MG_. The command duplicates list shows all.");
    }

    @Test
    void rekeyActivatesPendingRules() {
        directory.addRule("email,firstName", IdentityRule.State.PENDING);

        JsonNode result = muster("directories", "rekey", id(), "--json").json();

        assertThat(result.at("/rules/0/state").asString()).isEqualTo("ACTIVE");
        assertThat(muster("directories", "rekey", id()).out()).isEqualTo("No rule was pending.\n");
    }

    @Test
    void rekeyFailsWhileReferencesStandOnSeveralContacts() {
        DirectoryFixture other = DirectoryFixture.create(database.jdbc());
        edits.upsert(other.id(), record("extRef", "R"));
        edits.upsert(other.id(), record("extRef", "R"));
        other.addRule("extRef", IdentityRule.State.PENDING);
        String id = TestDatabase.IDS.directory(other.id());

        Ended ended = muster("directories", "rekey", id);

        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.err()).contains("Cannot activate the rule extRef: 1 contact holds a reference");
        assertThat(muster("duplicates", "merge", "--pending", "-d", id, "--json")
                        .json()
                        .at("/counts/groups")
                        .asInt())
                .isEqualTo(1);
        assertThat(muster("directories", "rekey", id).exit()).isZero();
    }

    @Test
    void deletesContacts() {
        assertThat(muster("contacts", "delete", contact(1), "--json")
                        .json()
                        .at("/deleted/0")
                        .asString())
                .isEqualTo(contact(1));
        assertThat(directory.numbers()).containsExactly(2L);
        assertThat(muster("contacts", "delete", contact(1)).exit()).isEqualTo(2);
    }

    private String id() {
        return TestDatabase.IDS.directory(directory.id());
    }

    private String contact(long number) {
        return TestDatabase.IDS.contact(directory.id(), number);
    }

    private Ended muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(out, err, new StateFolder(folder));
        int exit = Cli.run(terminal, arguments);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
