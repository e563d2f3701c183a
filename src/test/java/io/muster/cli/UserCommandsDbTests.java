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

class UserCommandsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";
    private static final String ISSUER = "muster.oidc.issuer";
    private static final String PASSWORD = "a horse in the rain\n";

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
    void removeUsers() {
        for (String table : List.of("console_link", "console_user_directory", "console_user")) {
            database.jdbc().sql("DELETE FROM " + table).update();
        }

        System.clearProperty(URL);
        System.clearProperty(ISSUER);
    }

    private Ended muster(String input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(out, err, new StateFolder(folder.resolve("home")))
                .withPerson(new BufferedReader(new StringReader(input)));
        int exit = Cli.run(terminal, arguments);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void thePasswordIsOneLineOfStandardInputAndKeptAsAHash() {
        JsonNode made = muster(PASSWORD, "users", "create", " Lena ", "--role", "administer", "--json")
                .json();

        assertThat(made.get("user").get("name").asString()).isEqualTo("Lena");
        assertThat(made.get("user").get("password").asBoolean()).isTrue();
        assertThat(made.get("link").isNull()).isTrue();
        assertThat(database.jdbc()
                        .sql("SELECT password FROM console_user")
                        .query(String.class)
                        .single())
                .startsWith("{argon2id}$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(muster(PASSWORD, "users", "create", "LENA", "--role", "access")
                        .err())
                .contains("there is a user of the name 'LENA'");
    }

    @Test
    void withALinkThePersonChooses() {
        Ended made = muster("", "users", "create", "tom", "--role", "access", "--link");

        assertThat(made.exit()).isZero();
        assertThat(made.out())
                .containsPattern("http://127\\.0\\.0\\.1:8080/setup\\?token=[A-Za-z0-9]{64}\n")
                .contains("With this link tom chooses a password, once, until ");
        assertThat(muster("", "users", "list").out()).contains("tom", "password, not chosen");
    }

    @Test
    void weakPasswordsUnknownRolesAndNoInputAreRefused() {
        assertThat(muster("short\n", "users", "create", "a", "--role", "access").err())
                .contains("it has fewer than 12 characters");
        assertThat(muster(PASSWORD, "users", "create", "a", "--role", "king").err())
                .contains("Choose from access, manage, operate, administer.");
        assertThat(muster("", "users", "create", "a", "--role", "access").err()).contains("standard input has no line");
        assertThat(muster("", "users", "list").out()).contains("No users yet.");
    }

    @Test
    void rolesAndDirectoriesAreReplacedAsAWhole() {
        DirectoryFixture directory = DirectoryFixture.create(database.jdbc(), "extRef");
        String pool = database.ids().directory(directory.id());
        muster(PASSWORD, "users", "create", "tom", "--role", "manage", "--role", "operate", "--directory", pool);

        JsonNode before = muster("", "users", "list", "--json").json().get(0);
        JsonNode after =
                muster("", "users", "role", "TOM", "--role", "access", "--json").json();

        assertThat(before.get("roles").valueStream().map(JsonNode::asString)).containsExactly("manage", "operate");
        assertThat(before.get("directories").get(0).get("id").asString()).isEqualTo(pool);
        assertThat(after.get("roles").valueStream().map(JsonNode::asString)).containsExactly("access");
        assertThat(after.get("directories").isNull()).isTrue();
    }

    @Test
    void aUserIsConnectedWithAPersonOfTheProviderAndDisconnected() {
        muster(PASSWORD, "users", "create", "lena", "--role", "administer");
        assertThat(muster("", "users", "provider", "lena", "--subject", "4711").err())
                .contains("Cannot do without the setting muster.oidc.issuer");
        System.setProperty(ISSUER, "https://login.example.com");
        assertThat(muster("", "users", "provider", "lena").err()).contains("give either --subject or --none");

        assertThat(muster("", "users", "provider", "lena", "--subject", "4711").out())
                .isEqualTo("'lena' signs in with: https://login.example.com\n");
        assertThat(muster("", "users", "list").out()).contains("https://login.example.com");
        JsonNode connected = muster("", "users", "list", "--json").json().get(0);
        assertThat(connected.get("issuer").asString()).isEqualTo("https://login.example.com");
        assertThat(connected.get("subject").asString()).isEqualTo("4711");
        assertThat(connected.get("password").asBoolean()).isFalse();
        assertThat(muster("", "users", "link", "lena").err())
                .contains("this user signs in with https://login.example.com. The password is chosen there.");
        assertThat(muster("", "users", "role", "lena", "--role", "access").err())
                .contains("says them each time this user signs in");

        assertThat(muster("", "users", "provider", "lena", "--none").out())
                .isEqualTo("'lena' signs in with: password, not chosen\n");
        assertThat(muster("", "users", "link", "lena").exit()).isZero();
        assertThat(database.jdbc()
                        .sql("SELECT detail FROM audit WHERE action = 'user.origin' ORDER BY id")
                        .query(String.class)
                        .list())
                .satisfiesExactly(
                        one -> assertThat(one).contains("\"issuer\":\"https://login.example.com\""),
                        one -> assertThat(one).doesNotContain("issuer"));
    }

    @Test
    void theLastAdministratorStays() {
        muster(PASSWORD, "users", "create", "lena", "--role", "administer");

        assertThat(muster("y\n", "users", "disable", "lena").err())
                .contains("Cannot disable 'lena': no other user could administer then.");
        assertThat(muster("", "users", "role", "lena", "--role", "access").err())
                .contains("Cannot change the roles of 'lena'");
        muster(PASSWORD, "users", "create", "anna", "--role", "administer");
        assertThat(muster("", "users", "disable", "lena", "--preview").out())
                .contains("Would disable the user 'lena'.");
        assertThat(muster("", "users", "disable", "lena", "--yes").out()).isEqualTo("Disabled the user 'lena'.\n");
        assertThat(muster("", "users", "link", "lena").err()).contains("the account is disabled");
        assertThat(muster("", "users", "enable", "lena").out()).isEqualTo("Enabled the user 'lena'.\n");
    }

    @Test
    void everyChangeHasALineInTheAuditLogWithoutThePassword() {
        muster(PASSWORD, "users", "create", "lena", "--role", "administer");
        muster("", "users", "role", "lena", "--role", "administer", "--role", "access");

        String log = muster("", "audit", "--json").out();

        assertThat(log).contains("user.create", "user.role", "lena").doesNotContain("horse");
    }
}
