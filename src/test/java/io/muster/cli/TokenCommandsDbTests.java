package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.support.StateFolder;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TokenCommandsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";

    @TempDir
    private Path folder;

    private record Ended(int exit, String out, String err) {

        JsonNode json() {
            assertThat(exit).as(err).isZero();
            return JsonMapper.shared().readTree(out);
        }
    }

    @BeforeEach
    void useDatabase() {
        System.setProperty(URL, database.url());
    }

    @AfterEach
    void removeTokens() {
        database.jdbc().sql("DELETE FROM access_token_directory").update();
        database.jdbc().sql("DELETE FROM access_token").update();
        System.clearProperty(URL);
    }

    private Ended muster(String... arguments) {
        return answered("", arguments);
    }

    private Ended answered(String answer, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(out, err, new StateFolder(folder.resolve("home")));
        if (!answer.isEmpty()) {
            terminal.withPerson(new BufferedReader(new StringReader(answer)));
        }

        int exit = Cli.run(terminal, arguments);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void makesATokenThatIsShownOnce() {
        JsonNode made = muster(
                        "tokens",
                        "create",
                        " shop ",
                        "--scope",
                        "snapshots",
                        "--scope",
                        "events",
                        "--scope",
                        "events",
                        "--json")
                .json();
        assertThat(made.get("name").asString()).isEqualTo("shop");
        assertThat(made.get("scopes").valueStream().map(JsonNode::asString)).containsExactly("events", "snapshots");
        assertThat(made.get("token").asString()).matches("[A-Za-z0-9]{40}");
        assertThat(row()).isEqualTo("events,snapshots 0");

        Ended shown = muster("tokens", "create", "other", "--scope", "read");
        assertThat(shown.out()).matches("[A-Za-z0-9]{40}\nThis is the token 'other'\\. It is not shown again\\.\n");
    }

    private static String row() {
        return database.jdbc()
                .sql("SELECT CONCAT(scopes, ' ', limited) FROM access_token")
                .query(String.class)
                .single();
    }

    @Test
    void refusesWhatMakesNoToken() {
        muster("tokens", "create", "shop", "--scope", "read");

        refused(1, "there is a token of the name 'shop'", "tokens", "create", "shop", "--scope", "read");
        refused(2, "'write' is no scope", "tokens", "create", "other", "--scope", "write");
        refused(2, "Missing required option: '--scope", "tokens", "create", "other");
        refused(2, "the name is blank", "tokens", "create", " ", "--scope", "read");
        refused(
                2,
                "Cannot use the directory 'nowhere'",
                "tokens",
                "create",
                "other",
                "--scope",
                "read",
                "--directory",
                "nowhere");
        assertThat(muster("tokens", "list", "--json").json().size()).isOne();
    }

    private void refused(int exit, String words, String... arguments) {
        Ended ended = muster(arguments);
        assertThat(ended.exit()).as(ended.err()).isEqualTo(exit);
        assertThat(ended.err()).containsIgnoringCase(words).hasLineCount(1);
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void listsTokensWithTheirDirectories() {
        DirectoryFixture fixture = DirectoryFixture.create(database.jdbc(), "extRef");
        String directory = TestDatabase.IDS.directory(fixture.id());
        muster("tokens", "create", "limited", "--scope", "events", "-d", directory);
        muster("tokens", "create", "all", "--scope", "read");

        JsonNode listed = muster("tokens", "list", "--json").json();
        assertThat(listed.findValuesAsString("name")).contains("all", "limited");
        assertThat(listed.get(0).propertyNames())
                .containsExactly("name", "scopes", "directories", "created", "createdBy", "lastUsed", "revoked");
        assertThat(listed.get(0).get("directories").isNull()).isTrue();
        assertThat(listed.get(1).at("/directories/0/id").asString()).isEqualTo(directory);
        assertThat(listed.get(1).get("createdBy").asString()).endsWith(" (command line)");
        assertThat(muster("tokens", "list").out()).contains("NAME", "LAST USED", "limited", "all");
    }

    @Test
    void revokesATokenWhoseNameIsThenFree() {
        muster("tokens", "create", "shop", "--scope", "read");
        assertThat(muster("tokens", "revoke", "shop", "--preview").out()).isEqualTo("Would revoke the token 'shop'.\n");
        Ended kept = answered("n\n", "tokens", "revoke", "shop");
        assertThat(kept.exit()).isEqualTo(1);
        assertThat(kept.err()).contains("it was not confirmed");
        assertThat(muster("tokens", "list", "--json")
                        .json()
                        .get(0)
                        .get("revoked")
                        .isNull())
                .isTrue();

        assertThat(muster("tokens", "revoke", "shop").out()).isEqualTo("Revoked the token 'shop'.\n");
        Ended again = muster("tokens", "revoke", "shop");
        assertThat(again.exit()).isEqualTo(2);
        assertThat(again.err())
                .isEqualTo(
                        "Cannot use the token 'shop': there is no token of that name, or it is revoked already. The command tokens list shows all.\n");
        assertThat(muster("tokens", "create", "shop", "--scope", "manage").exit())
                .isZero();
        assertThat(muster("tokens", "list", "--json").json().size()).isEqualTo(2);
    }

    @Test
    void entersBothInTheAuditLog() {
        muster("tokens", "create", "audited", "--scope", "read");
        muster("tokens", "revoke", "audited");

        List<String> lines = database.jdbc()
                .sql("SELECT CONCAT(action, ' ', detail) FROM audit WHERE detail LIKE '%audited%' ORDER BY id")
                .query(String.class)
                .list();
        assertThat(lines)
                .containsExactly(
                        "token.create {\"name\":\"audited\",\"scopes\":[\"read\"],\"directories\":[]}",
                        "token.revoke {\"name\":\"audited\"}");
    }

    @Test
    void aTokenOfADeletedDirectoryIsForNone() {
        DirectoryFixture fixture = DirectoryFixture.create(database.jdbc(), "extRef");
        String directory = TestDatabase.IDS.directory(fixture.id());
        muster("tokens", "create", "left", "--scope", "read", "--directory", directory);

        assertThat(muster("directories", "delete", directory, "--yes").exit()).isZero();

        JsonNode token = muster("tokens", "list", "--json").json().get(0);
        assertThat(token.get("directories").isNull()).isFalse();
        assertThat(token.get("directories").size()).isZero();
        assertThat(database.jdbc()
                        .sql("SELECT COUNT(*) FROM access_token_directory")
                        .query(Integer.class)
                        .single())
                .isZero();
    }
}
