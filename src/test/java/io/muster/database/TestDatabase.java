package io.muster.database;

import io.muster.database.embedded.EmbeddedServer;
import io.muster.database.embedded.EmbeddedSettings;
import io.muster.support.Ids;
import io.muster.support.StateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * A migrated schema of its own for one test class, dropped afterwards:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final TestDatabase database = new TestDatabase();
 * }</pre>
 *
 * or, outside of JUnit's life cycle, {@link #create()} and {@link #close()}.
 *
 * <p>The server is the one of {@code MUSTER_DATABASE_URL}, else an embedded one in {@code target}, started once per build.
 * Tables are migrated once per JVM and copied from there.
 */
public final class TestDatabase implements BeforeAllCallback, AfterAllCallback, AutoCloseable {

    // The same in every build, so that a test that fails fails again; not 0, so that ids made without a seed fail.
    private static final long SEED = 0x5EED_0000_0ABCL;

    /** Public ids with the seed of all schemas that are not made by {@link #holding}. */
    public static final Ids IDS = new Ids(SEED);

    private @Nullable Database database;
    private @Nullable String schema;

    /** A new schema at once. */
    public static TestDatabase create() {
        TestDatabase created = new TestDatabase();
        created.open();
        return created;
    }

    /** A new schema with what these statements make of it, not opened yet: see {@link #url()} and {@link #migrate()}. */
    public static TestDatabase holding(List<String> statements) {
        TestDatabase created = new TestDatabase();
        created.schema = TestServer.shared().newSchema(statements);
        return created;
    }

    /** Opens the schema as every command does, which brings its tables up to date. */
    public void migrate() {
        database = Database.open(TestServer.shared().settings(schemaName()));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        open();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    private void open() {
        TestServer server = TestServer.shared();
        schema = server.newSchema(server.copies);
        migrate();
    }

    @Override
    public void close() {
        if (database != null) {
            database.close();
            database = null;
        }

        if (schema != null) {
            TestServer.shared().drop(schema);
            schema = null;
        }
    }

    /** The open database. */
    public Database database() {
        return opened(database);
    }

    /** Connections for general work. */
    public DataSource dataSource() {
        return database().dataSource();
    }

    /** Connections for bulk loads. */
    public DataSource bulkDataSource() {
        return database().bulkDataSource();
    }

    /** A client on {@link #dataSource()}. */
    public JdbcClient jdbc() {
        return JdbcClient.create(dataSource());
    }

    /** Public ids with the seed of this database. */
    public Ids ids() {
        return Installation.ids(jdbc());
    }

    /** Transactions on {@link #dataSource()}. */
    public PlatformTransactionManager transactions() {
        return new JdbcTransactionManager(dataSource());
    }

    /** A value for MUSTER_DATABASE_URL: schema and credentials included, for processes that a test starts. */
    public String url() {
        return TestServer.shared().url(schemaName());
    }

    /** The same without credentials, for another account. */
    public String urlWithoutLogin() {
        JdbcAddress address = JdbcAddress.parse(url());
        return address.url(schemaName())
                + address.parameters().entrySet().stream()
                        .filter(pair ->
                                !pair.getKey().equals("user") && !pair.getKey().equals("password"))
                        .map(pair -> pair.getKey() + "=" + pair.getValue())
                        .collect(Collectors.joining("&", "?", ""));
    }

    /** The schema's name. */
    public String schemaName() {
        return opened(schema);
    }

    private static <T> T opened(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("Invalid test database: not open");
        }

        return part;
    }

    /** The server of this JVM's tests, and the schema all others are copied from. */
    private static final class TestServer {

        private final JdbcAddress address;
        private final String prefix =
                "muster_test_" + Long.toString(ProcessHandle.current().pid(), 36) + "_"
                        + Long.toString(System.currentTimeMillis(), 36) + "_";
        private final List<String> copies = new ArrayList<>();
        private int schemas;

        // Held as long as tests run: with the last reference its lock would go, and with the lock the server.
        private final Optional<EmbeddedServer> embedded;

        private TestServer(JdbcAddress address, Optional<EmbeddedServer> embedded) {
            this.address = address;
            this.embedded = embedded;
        }

        private static final class Holder {
            private static final TestServer INSTANCE = start();
        }

        static TestServer shared() {
            return Holder.INSTANCE;
        }

        private static TestServer start() {
            String url = System.getenv("MUSTER_DATABASE_URL");
            TestServer server = url == null || url.isBlank()
                    ? onEmbedded()
                    : new TestServer(JdbcAddress.parse(url), Optional.empty());
            server.makeTemplate();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                server.drop(server.template());
                server.leave();
            }));
            return server;
        }

        private static TestServer onEmbedded() {
            // Left when this JVM ends; other forks of the build find it running.
            EmbeddedServer server = EmbeddedServer.attach(
                    new EmbeddedSettings(Path.of("target", "test-database"), 256L << 20, Duration.ofSeconds(20)));
            JdbcAddress address =
                    JdbcAddress.parse(server.url()).with("user", server.user()).with("password", server.password());
            return new TestServer(address, Optional.of(server));
        }

        private void leave() {
            try {
                if (embedded.isPresent()) {
                    embedded.get().close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        DatabaseSettings settings(String schema) {
            Map<String, String> properties =
                    Map.of("muster.database.url", url(schema), "muster.database.connections", "24");
            return DatabaseSettings.read(new StateFolder(Path.of("target", "test-home")), properties::get);
        }

        String url(String schema) {
            return address.url(schema)
                    + address.parameters().entrySet().stream()
                            .map(pair ->
                                    pair.getKey() + "=" + URLEncoder.encode(pair.getValue(), StandardCharsets.UTF_8))
                            .collect(Collectors.joining("&", "?", ""));
        }

        private String template() {
            return prefix + "template";
        }

        private void makeTemplate() {
            execute(List.of("CREATE DATABASE " + template()));
            Database.open(settings(template())).close();
            try (Connection connection = connect(template());
                    Statement statement = connection.createStatement()) {
                statement.execute("UPDATE installation SET seed = " + SEED);
                for (String table : column(statement, "SHOW TABLES", 1)) {
                    copies.addAll(column(statement, "SHOW CREATE TABLE " + table, 2));
                    if (!column(statement, "SELECT 1 FROM " + table + " LIMIT 1", 1)
                            .isEmpty()) {
                        copies.add("INSERT INTO " + table + " SELECT * FROM " + template() + "." + table);
                    }
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        synchronized String newSchema(List<String> content) {
            String name = prefix + ++schemas;
            List<String> statements = new ArrayList<>(List.of(
                    "CREATE DATABASE " + name + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
                    "USE " + name,
                    "SET foreign_key_checks=0"));
            statements.addAll(content);
            execute(statements);
            return name;
        }

        void drop(String schema) {
            execute(List.of("DROP DATABASE IF EXISTS " + schema));
        }

        private void execute(List<String> statements) {
            try (Connection connection = connect("");
                    Statement statement = connection.createStatement()) {
                for (String sql : statements) {
                    statement.execute(sql);
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        private Connection connect(String schema) throws SQLException {
            Properties properties = address.properties(Map.of("connectTimeout", "10000"));
            return DriverManager.getConnection(address.url(schema), properties);
        }

        private static List<String> column(Statement statement, String query, int column) throws SQLException {
            List<String> values = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(query)) {
                while (rows.next()) {
                    values.add(rows.getString(column));
                }
            }

            return values;
        }
    }
}
