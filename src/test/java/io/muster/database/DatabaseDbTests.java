package io.muster.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mysql.cj.jdbc.JdbcStatement;
import io.muster.support.Refusal;
import io.muster.support.StateFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

class DatabaseDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @Test
    void connectionsReadCommittedInUtcByCodePoint() throws SQLException {
        assertThat(database.jdbc()
                        .sql("SELECT CONCAT_WS('|', @@session.time_zone, @@collation_connection, 'a' = 'A')")
                        .query(String.class)
                        .single())
                .isEqualTo("+00:00|utf8mb4_bin|0");
        try (Connection connection = database.dataSource().getConnection()) {
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
        }
    }

    @Test
    void theServerEndsSessionsThatAreSilentForAMinuteExceptThoseThatHoldAMoment() throws SQLException {
        for (DataSource source : List.of(database.dataSource(), database.bulkDataSource())) {
            assertThat(silence(JdbcClient.create(source))).isEqualTo("60 60");
        }

        try (Connection connection = database.dataSource().getConnection()) {
            DataSource one = new SingleConnectionDataSource(connection, true);
            try (MomentConnection moment = MomentConnection.open(one)) {
                assertThat(moment.connection().isClosed()).isFalse();
                assertThat(silence(JdbcClient.create(one))).isEqualTo("28800 60");
            }

            assertThat(silence(JdbcClient.create(one))).isEqualTo("60 60");
        }
    }

    private static String silence(JdbcClient jdbc) {
        return jdbc.sql("SELECT CONCAT(@@session.wait_timeout, ' ', @@session.net_read_timeout)")
                .query(String.class)
                .single();
    }

    @Test
    void variablesOfTheUrlAreKeptBesideOurs() {
        String url = database.url() + (database.url().contains("?") ? "&" : "?")
                + "sessionvariables=wait_timeout%3D9999%2Cgroup_concat_max_len%3D4321";
        Map<String, String> properties = Map.of("muster.database.url", url, "muster.database.session-seconds", "7");
        try (Database own = Database.open(
                DatabaseSettings.read(new StateFolder(Path.of("target", "test-home")), properties::get))) {
            for (DataSource source : List.of(own.dataSource(), own.bulkDataSource())) {
                JdbcClient jdbc = JdbcClient.create(source);
                assertThat(silence(jdbc)).isEqualTo("7 7");
                assertThat(jdbc.sql("SELECT CONCAT(@@session.group_concat_max_len, ' ', @@session.sql_mode)")
                                .query(String.class)
                                .single())
                        .startsWith("4321 ")
                        .contains("STRICT_TRANS_TABLES");
            }
        }
    }

    @Test
    void aSilentSessionGivesItsLocksBack() throws SQLException {
        Map<String, String> properties =
                Map.of("muster.database.url", database.url(), "muster.database.session-seconds", "2");
        database.jdbc()
                .sql("INSERT INTO identity_gate (directory_id) VALUES (987654)")
                .update();
        try (Database own = Database.open(
                        DatabaseSettings.read(new StateFolder(Path.of("target", "test-home")), properties::get));
                Connection silent = own.dataSource().getConnection();
                Statement statement = silent.createStatement()) {
            silent.setAutoCommit(false);
            statement.execute("DELETE FROM identity_gate WHERE directory_id = 987654");

            // Waits for the lock.
            int changed = database.jdbc()
                    .sql("UPDATE identity_gate SET directory_id = 987655 WHERE directory_id = 987654")
                    .update();

            assertThat(changed).isOne();
            assertThatThrownBy(silent::commit)
                    .satisfies(lost -> assertThat(Outage.isOutage(lost)).isTrue());
        }
    }

    @Test
    void tablesCompareTextByCodePoint() {
        assertThat(database.jdbc()
                        .sql("SELECT DISTINCT table_collation FROM information_schema.tables WHERE table_schema ="
                                + " DATABASE()")
                        .query(String.class)
                        .list())
                .containsExactly("utf8mb4_bin");
    }

    @Test
    void bulkConnectionsLoadFromAStream() throws SQLException {
        try (Connection connection = database.bulkDataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE loaded (n INT, t VARCHAR(20))");
            JdbcStatement loading = statement.unwrap(JdbcStatement.class);
            loading.setLocalInfileInputStream(
                    new ByteArrayInputStream("1\tŁódź\n2\t東京\n".getBytes(StandardCharsets.UTF_8)));
            assertThat(statement.executeUpdate("LOAD DATA LOCAL INFILE 'x' INTO TABLE loaded CHARACTER SET utf8mb4"))
                    .isEqualTo(2);
            loading.setLocalInfileInputStream(null);
        }
    }

    @Test
    void generalConnectionsHandOutNoLocalFile() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE stolen (t VARCHAR(20))");
            assertThatThrownBy(() -> statement.execute("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE stolen"))
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void countsRowsFoundNotRowsChanged() {
        database.jdbc()
                .sql("CREATE TABLE fenced (id INT PRIMARY KEY, epoch INT)")
                .update();
        database.jdbc().sql("INSERT INTO fenced VALUES (1, 7)").update();

        assertThat(database.jdbc()
                        .sql("UPDATE fenced SET epoch = 7 WHERE id = 1 AND epoch = 7")
                        .update())
                .isEqualTo(1);
    }

    @Test
    void migratesOnceWhenSeveralOpenAnEmptySchema() throws Exception {
        String schema = database.schemaName() + "_empty";
        database.jdbc()
                .sql("CREATE DATABASE " + schema + " CHARACTER SET latin1")
                .update();
        String url = database.url().replace(database.schemaName(), schema);
        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            Callable<Boolean> opening = () -> {
                open(url).close();
                return true;
            };
            List<Future<Boolean>> opened = executor.invokeAll(List.of(opening, opening, opening, opening));
            for (Future<Boolean> one : opened) {
                assertThat(one.get()).isTrue();
            }

            assertThat(database.jdbc()
                            .sql("SELECT COUNT(*) FROM %s.flyway_schema_history WHERE version = '1'".formatted(schema))
                            .query(Integer.class)
                            .single())
                    .isEqualTo(1);
            assertThat(database.jdbc()
                            .sql("SELECT DISTINCT table_collation FROM information_schema.tables WHERE table_schema"
                                    + " = ?")
                            .param(schema)
                            .query(String.class)
                            .list())
                    .containsExactly("utf8mb4_bin");
        } finally {
            database.jdbc().sql("DROP DATABASE " + schema).update();
        }
    }

    @Test
    void refusesTablesOfANewerMuster() {
        try (TestDatabase newer = TestDatabase.create()) {
            newer.jdbc()
                    .sql("INSERT INTO flyway_schema_history SELECT 9999, '9999', 'later', 'SQL',"
                            + " 'V9999__later.sql', 1, 'x', NOW(), 1, 1")
                    .update();

            assertThatThrownBy(() -> open(newer.url()).close())
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("its tables are of a newer Muster (version 9999, this one knows ")
                    .hasMessageEndingWith("Use the newer Muster.");
        }
    }

    @Test
    void refusesMigrationsThatWereChangedAfterwards() {
        try (TestDatabase changed = TestDatabase.create()) {
            changed.jdbc()
                    .sql("UPDATE flyway_schema_history SET checksum = 1 WHERE version = '1'")
                    .update();

            assertThatThrownBy(() -> open(changed.url()).close())
                    .isInstanceOf(Refusal.class)
                    .hasMessageStartingWith("Cannot bring the database at ")
                    .hasMessageContaining("checksum mismatch");
        }
    }

    @Test
    void refusesAForeignSchema() {
        String schema = database.schemaName() + "_foreign";
        database.jdbc().sql("CREATE DATABASE " + schema).update();
        try {
            database.jdbc().sql("CREATE TABLE " + schema + ".theirs (id INT)").update();

            assertThatThrownBy(() -> open(database.url().replace(database.schemaName(), schema))
                            .close())
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("or use an empty schema");
        } finally {
            database.jdbc().sql("DROP DATABASE " + schema).update();
        }
    }

    @Test
    void refusesAWrongPassword() {
        assertThatThrownBy(() -> open(database.url().replaceAll("password=[^&]*", "password=wrong") + "&user=nobody")
                        .close())
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("Cannot use the database at 127.0.0.1:")
                .hasMessageContaining("Access denied")
                .hasMessageContaining("MUSTER_DATABASE_PASSWORD");
    }

    @Test
    void refusesASchemaThatIsNotThere() {
        assertThatThrownBy(() -> open(database.url().replace(database.schemaName(), "muster_no_such_schema"))
                        .close())
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("it has no schema muster_no_such_schema. Create it with CHARACTER SET utf8mb4");
    }

    @Test
    void givesUpOnASilentPortAfterItsPatience() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = socket.getLocalPort();
        }

        assertThatThrownBy(() ->
                        open("jdbc:mysql://127.0.0.1:" + port + "/?user=x").close())
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("Cannot reach the database at 127.0.0.1:" + port + ": ")
                .hasMessageContaining("Connection refused");
    }

    private static Database open(String url) {
        Map<String, String> properties = Map.of("muster.database.url", url, "muster.database.wait", "1s");
        return Database.open(DatabaseSettings.read(new StateFolder(Path.of("target/test-home")), properties::get));
    }
}
