package io.muster.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.support.Refusal;
import io.muster.support.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** With {@code MUSTER_DATABASE_MIGRATE=off} a process changes no table: it waits until somebody else has. */
class MigratedElsewhereDbTests {

    private TestDatabase database;
    private JdbcClient jdbc;

    @BeforeEach
    void create() {
        database = TestDatabase.holding(List.of());
        jdbc = JdbcClient.create(new DriverManagerDataSource(database.url()));
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void oneAccountMakesTheTablesAndAnotherWithoutThatRightUsesThem() {
        try (TestAccount tables = new TestAccount(database, TestAccount.TABLES);
                TestAccount rows = new TestAccount(database, TestAccount.ROWS)) {
            Migrated made = Database.migrate(settings(tables, "off", "10s"));
            assertThat(made.from()).isNull();
            assertThat(made.to()).isEqualTo(newest());
            assertThat(Database.migrate(settings(tables, "off", "10s")))
                    .isEqualTo(new Migrated(made.database(), newest(), newest()));

            try (Database opened = Database.open(settings(rows, "off", "10s"))) {
                JdbcClient own = JdbcClient.create(opened.dataSource());
                assertThat(own.sql("UPDATE installation SET seed = 7").update()).isOne();
                assertThatThrownBy(() -> own.sql("CREATE TABLE theirs (id INT)").update())
                        .rootCause()
                        .hasMessageContaining("CREATE command denied");
                assertThatThrownBy(() ->
                                own.sql("ALTER TABLE run ADD COLUMN more INT").update())
                        .rootCause()
                        .hasMessageContaining("ALTER command denied");
            }
        }
    }

    @Test
    void theseAreTheRightsThatThePageOnOperatingGrants() throws IOException {
        assertThat(Files.readString(Path.of("docs/operating.md")))
                .contains("GRANT " + TestAccount.ROWS + " ON muster.* TO 'muster'@'%';")
                .contains("GRANT " + TestAccount.TABLES + " ON muster.* TO 'muster_tables'@'%';");
    }

    @Test
    void anAccountWithoutTheRightCannotMakeThem() {
        try (TestAccount rows = new TestAccount(database, TestAccount.ROWS)) {
            assertThatThrownBy(() -> Database.migrate(settings(rows, "on", "1s")))
                    .isInstanceOf(Refusal.class)
                    .hasMessageStartingWith("Cannot bring the database at ")
                    .hasMessageContaining("denied");
        }
    }

    @Test
    void waitsForTheTables() throws Exception {
        database.migrate();
        Map<String, Object> last = lastMigration();
        jdbc.sql("DELETE FROM flyway_schema_history WHERE installed_rank = ?")
                .param(last.get("installed_rank"))
                .update();
        try (TestAccount rows = new TestAccount(database, TestAccount.ROWS);
                ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Future<Database> opening = executor.submit(() -> Database.open(settings(rows, "off", "60s")));
            await().during(Duration.ofMillis(600)).until(() -> !opening.isDone());

            jdbc.sql("INSERT INTO flyway_schema_history VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                    .params(List.copyOf(last.values()))
                    .update();

            opening.get().close();
        }
    }

    @Test
    void refusesOlderTablesWithBothVersionsAndLeavesThemAsTheyAre() {
        database.migrate();
        int newest = newest();
        int older = jdbc.sql("SELECT MAX(CAST(version AS SIGNED)) FROM flyway_schema_history WHERE version < ?")
                .param(newest)
                .query(Integer.class)
                .single();
        jdbc.sql("DELETE FROM flyway_schema_history WHERE version = ?")
                .param(newest)
                .update();

        assertThatThrownBy(() -> open("off"))
                .isInstanceOf(Refusal.class)
                .hasMessageEndingWith(
                        ": its tables are of version %d, this Muster needs version %d, and MUSTER_DATABASE_MIGRATE=off forbids to change them."
                                .formatted(older, newest));
        assertThat(newest()).isEqualTo(older);
    }

    @Test
    void refusesTablesThatWereMadeInAnotherWay() {
        database.migrate();
        jdbc.sql("UPDATE flyway_schema_history SET checksum = 1 WHERE version = '1'")
                .update();

        assertThatThrownBy(() -> open("off"))
                .hasMessageContaining(
                        "its tables are of version %d, but not as this Muster makes them".formatted(newest()));
    }

    @Test
    void refusesAnEmptySchemaAndLeavesItEmpty() {
        assertThatThrownBy(() -> open("off"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(": it has no whole tables of Muster, this one needs version ");
        assertThat(jdbc.sql("SHOW TABLES").query(String.class).list()).isEmpty();
    }

    @Test
    void createsNoSchema() {
        String missing = database.schemaName() + "_missing";
        Map<String, String> properties = Map.of(
                "muster.database.url",
                database.url().replace(database.schemaName(), missing),
                "muster.database.migrate",
                "off",
                "muster.database.wait",
                "1s");

        assertThatThrownBy(() -> Database.open(read(properties)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("it has no schema " + missing + ". Create it with CHARACTER SET utf8mb4")
                .hasMessageEndingWith("whom MUSTER_DATABASE_MIGRATE=off leaves it to.");
        assertThat(jdbc.sql("SHOW DATABASES").query(String.class).list()).doesNotContain(missing);
    }

    @Test
    void refusesAnotherValue() {
        assertThatThrownBy(() -> open("never"))
                .hasMessage("Cannot use the setting muster.database.migrate (MUSTER_DATABASE_MIGRATE): 'never' is none"
                        + " of on, off. Write for example on.");
    }

    private void open(String migrate) {
        Database.open(read(Map.of(
                        "muster.database.url",
                        database.url(),
                        "muster.database.migrate",
                        migrate,
                        "muster.database.wait",
                        "1s")))
                .close();
    }

    private int newest() {
        return jdbc.sql("SELECT MAX(CAST(version AS SIGNED)) FROM flyway_schema_history")
                .query(Integer.class)
                .single();
    }

    private Map<String, Object> lastMigration() {
        return jdbc.sql("SELECT * FROM flyway_schema_history ORDER BY installed_rank DESC LIMIT 1")
                .query()
                .singleRow();
    }

    private static DatabaseSettings settings(TestAccount account, String migrate, String wait) {
        Map<String, String> properties = new HashMap<>(account.settings());
        properties.put("muster.database.migrate", migrate);
        properties.put("muster.database.wait", wait);
        return read(properties);
    }

    private static DatabaseSettings read(Map<String, String> properties) {
        return DatabaseSettings.read(new StateFolder(Path.of("target", "test-home")), properties::get);
    }
}
