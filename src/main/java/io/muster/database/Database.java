package io.muster.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.muster.database.Connecting.UnknownSchemaException;
import io.muster.database.DatabaseSettings.Migrate;
import io.muster.database.embedded.EmbeddedServer;
import io.muster.support.Refusal;
import io.muster.support.Retry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * The open database: reachable, of a known version, with the tables of this version of Muster.
 *
 * <p>Every connection runs READ COMMITTED in UTC with autocommit on, compares text by code point ({@code utf8mb4_bin}) and
 * is strict about values. Update counts are rows <em>found</em>, not rows changed (the driver's {@code useAffectedRows=false}):
 * an update that fences by version or epoch must count 1 also when it writes what was there.
 */
public final class Database implements AutoCloseable {

    /** The schema that is created where the URL names none. */
    public static final String DEFAULT_SCHEMA = "muster";

    /** Between two looks at a schema that somebody else prepares. */
    private static final Duration PAUSE = Duration.ofMillis(500);

    private static final int BULK_CONNECTIONS = 20;

    // The same rules on every server, whatever its own configuration says.
    private static final String STRICT =
            "sql_mode='STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'";

    private static final String VARIABLES = "sessionVariables";

    /** Hikari takes no shorter one. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

    /** A connection may be in use by others, too. */
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(5);

    /** Parts of a session's silence after which one that waits for a lock gives up, says so and tries again. */
    private static final int LOCK_WAITS = 4;

    private final JdbcAddress address;
    private final String schema;
    private final ServerVersion version;
    private final HikariDataSource general;
    private final Duration silence;
    private final Duration patience;
    private final Optional<EmbeddedServer> embedded;
    private final PageConnections work;
    private @Nullable HikariDataSource bulk;
    private @Nullable HikariDataSource pages;
    private final int pageConnections;

    private Database(
            JdbcAddress address,
            String schema,
            ServerVersion version,
            HikariDataSource general,
            DatabaseSettings settings,
            Optional<EmbeddedServer> embedded) {
        this.address = address;
        this.schema = schema;
        this.version = version;
        this.general = general;
        this.silence = settings.silence();
        this.patience = settings.patience();
        this.embedded = embedded;
        this.pageConnections = settings.pageConnections();
        this.work = new PageConnections(general, this::pageDataSource, settings.pageSeconds());
    }

    /**
     * Opens the database of the settings: waits for it, starts the embedded one, checks its version, creates the schema
     * {@value #DEFAULT_SCHEMA} where none is named, and brings its tables up to date. Where the settings leave that to
     * somebody else, it waits for the tables and changes no schema.
     *
     * @throws Refusal when it cannot be used, with the reason
     */
    public static Database open(DatabaseSettings settings) {
        if (settings.url().isPresent()) {
            JdbcAddress address = JdbcAddress.parse(settings.url().get());
            return open(settings, withLogin(address, settings), Optional.empty());
        }

        EmbeddedServer server = EmbeddedServer.attach(settings.embedded());
        boolean opened = false;
        try {
            Database database = open(settings, login(server), Optional.of(server));
            opened = true;
            return database;
        } finally {
            if (!opened) {
                leave(server);
            }
        }
    }

    /**
     * Brings the tables of the settings' database up to date, also where the settings leave that to somebody else.
     *
     * @throws Refusal when it cannot be done, with the reason
     */
    public static Migrated migrate(DatabaseSettings settings) {
        DatabaseSettings migrating = settings.migrating();
        if (settings.url().isPresent()) {
            JdbcAddress address = JdbcAddress.parse(settings.url().get());
            return migrate(migrating, withLogin(address, settings));
        }

        try (EmbeddedServer server = EmbeddedServer.attach(settings.embedded())) {
            return migrate(migrating, login(server));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JdbcAddress login(EmbeddedServer server) {
        return JdbcAddress.parse(server.url()).with("user", server.user()).with("password", server.password());
    }

    static JdbcAddress withLogin(JdbcAddress address, DatabaseSettings settings) {
        JdbcAddress withUser =
                settings.user().map(user -> address.with("user", user)).orElse(address);
        return settings.password()
                .map(password -> withUser.with("password", password))
                .orElse(withUser);
    }

    private static Database open(DatabaseSettings settings, JdbcAddress address, Optional<EmbeddedServer> embedded) {
        ServerVersion version = onSchema(settings, address, (connection, tables) -> {
            ServerVersion found = version(connection, address);
            if (settings.migrate() == Migrate.ON) {
                tables.migrate(connection, migrations(address));
            } else {
                tables.await(connection, settings.patience());
            }

            return found;
        });
        String schema = schema(address);
        return new Database(address, schema, version, pool(address, schema, settings), settings, embedded);
    }

    private static Migrated migrate(DatabaseSettings settings, JdbcAddress address) {
        return onSchema(settings, address, (connection, tables) -> {
            version(connection, address);
            return tables.migrate(connection, migrations(address));
        });
    }

    private static <T> T onSchema(DatabaseSettings settings, JdbcAddress address, OnSchema<T> work) {
        String schema = schema(address);
        try (Connection connection = connect(settings, address, schema)) {
            return work.with(connection, new Schema(address.display() + "/" + schema));
        } catch (SQLException e) {
            throw Refusal.failed(
                    "Cannot use the database at %s: %s. Check its log and the rights of its user."
                            .formatted(address.display(), Connecting.innermost(e)),
                    e);
        }
    }

    /**
     * What is done with the tables before the database is open.
     *
     * @param <T> its answer
     */
    @FunctionalInterface
    private interface OnSchema<T> {

        /** Does it on a connection to the schema. */
        T with(Connection connection, Schema tables) throws SQLException;
    }

    private static DataSource migrations(JdbcAddress address) {
        return new DriverManagerDataSource(address.url(schema(address)), address.properties(common()));
    }

    private static String schema(JdbcAddress address) {
        return address.schema().orElse(DEFAULT_SCHEMA);
    }

    private static Connection connect(DatabaseSettings settings, JdbcAddress address, String schema)
            throws SQLException {
        Connecting connecting = new Connecting(address, address.properties(common()), settings.patience());
        boolean creates = settings.migrate() == Migrate.ON && address.schema().isEmpty();
        // Who creates it elsewhere may still be at it.
        Duration patience = settings.migrate() == Migrate.ON ? Duration.ZERO : settings.patience();
        try {
            return Retry.within(patience, PAUSE, UnknownSchemaException.class::isInstance)
                    .call(() -> connecting.to(schema));
        } catch (UnknownSchemaException e) {
            if (!creates) {
                throw Refusal.failed(
                        "Cannot use the database at %s: it has no schema %s. Create it with CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, or %s."
                                .formatted(
                                        address.display(),
                                        schema,
                                        settings.migrate() == Migrate.ON
                                                ? "leave the name out of MUSTER_DATABASE_URL"
                                                : "have it created by whom MUSTER_DATABASE_MIGRATE=off leaves it to"),
                        e);
            }
        }

        try (Connection connection = connecting.to("");
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE DATABASE IF NOT EXISTS %s CHARACTER SET utf8mb4 COLLATE utf8mb4_bin".formatted(schema));
            return connecting.to(schema);
        } catch (UnknownSchemaException e) {
            throw new SQLException("the schema %s vanished".formatted(schema), e);
        }
    }

    private static ServerVersion version(Connection connection, JdbcAddress address) throws SQLException {
        return ServerVersion.of(first(connection, "SELECT VERSION()"), address.display());
    }

    private static String first(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Connections for all general work; for pages, as far as a thread makes one, those of {@link #pageDataSource}. */
    public PageConnections dataSource() {
        return work;
    }

    /** Connections for pages alone. */
    public synchronized DataSource pageDataSource() {
        HikariDataSource pool = pages;
        if (pool == null) {
            HikariConfig config = configuration(
                    "muster-pages", working(address, silence), schema, waiting(), pageConnections, patience);
            // Who looks at a page is told rather than kept waiting.
            config.setConnectionTimeout(SHORTEST_WAIT.toMillis());
            pool = new HikariDataSource(config);
            pages = pool;
        }

        return pool;
    }

    /**
     * Connections for bulk loads: {@code LOAD DATA LOCAL} from a stream is allowed and batches are rewritten into multi-row
     * statements. Only for the loader: a hostile server could ask such a connection for any local file.
     */
    public synchronized DataSource bulkDataSource() {
        HikariDataSource pool = bulk;
        if (pool == null) {
            pool = bulkPool(address, schema, silence, patience);
            bulk = pool;
        }

        return pool;
    }

    /** The server's product and version. */
    public ServerVersion version() {
        return version;
    }

    /** Where the database is, for messages: no credentials. */
    public String display() {
        return address.display() + "/" + schema;
    }

    @Override
    public synchronized void close() {
        if (bulk != null) {
            bulk.close();
        }

        if (pages != null) {
            pages.close();
        }

        general.close();
        embedded.ifPresent(Database::leave);
    }

    private static void leave(EmbeddedServer server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HikariDataSource pool(JdbcAddress address, String schema, DatabaseSettings settings) {
        return new HikariDataSource(configuration(
                "muster",
                working(address, settings.silence()),
                schema,
                waiting(),
                settings.connections(),
                settings.patience()));
    }

    private static JdbcAddress working(JdbcAddress address, Duration silence) {
        return address.with(VARIABLES, pooled(address, silence)).with("allowLoadLocalInfile", "false");
    }

    private static Map<String, String> waiting() {
        Map<String, String> defaults = common();
        // Longer than any single statement of ours may be silent; a dead network is noticed after it.
        defaults.put("socketTimeout", millis(Duration.ofMinutes(10)));
        return defaults;
    }

    private static HikariDataSource bulkPool(JdbcAddress address, String schema, Duration silence, Duration patience) {
        Map<String, String> defaults = common();
        defaults.put("socketTimeout", millis(Duration.ofMinutes(30)));
        long lockWait = Math.clamp(silence.toSeconds() / LOCK_WAITS, 1, 50);
        JdbcAddress loading = address.with(
                        VARIABLES, pooled(address, silence) + ",innodb_lock_wait_timeout=" + lockWait)
                .with("allowLoadLocalInfile", "true")
                .with("rewriteBatchedStatements", "true");
        return new HikariDataSource(
                configuration("muster-bulk", loading, schema, defaults, BULK_CONNECTIONS, patience));
    }

    private static HikariConfig configuration(
            String name,
            JdbcAddress address,
            String schema,
            Map<String, String> defaults,
            int connections,
            Duration patience) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(address.url(schema));
        config.setDataSourceProperties(address.properties(defaults));
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(0);
        config.setIdleTimeout(Duration.ofMinutes(1).toMillis());
        config.setKeepaliveTime(KEEP_ALIVE.toMillis());
        config.setMaxLifetime(Duration.ofMinutes(30).toMillis());
        config.setConnectionTimeout(Math.max(SHORTEST_WAIT.toMillis(), patience.toMillis()));
        config.setInitializationFailTimeout(-1);
        return config;
    }

    /** What every connection has unless the URL says otherwise. */
    static Map<String, String> common() {
        Map<String, String> properties = new HashMap<>();
        properties.put("connectTimeout", millis(Duration.ofSeconds(10)));
        properties.put("tcpKeepAlive", "true");
        properties.put("connectionTimeZone", "UTC");
        properties.put("forceConnectionTimeZoneToSession", "true");
        properties.put("connectionCollation", "utf8mb4_bin");
        properties.put(VARIABLES, STRICT);
        properties.put("useAffectedRows", "false");
        // Statements are prepared by the driver: one round trip, and nothing kept on the server.
        properties.put("useServerPrepStmts", "false");
        properties.put("cachePrepStmts", "true");
        properties.put("prepStmtCacheSize", "250");
        properties.put("prepStmtCacheSqlLimit", "8192");
        properties.put("cacheServerConfiguration", "true");
        properties.put("useLocalSessionState", "true");
        properties.put("maintainTimeStats", "false");
        // Traces tell of requests, runs and steps. Else the driver loads what it finds of OpenTelemetry in every
        // command.
        properties.put("openTelemetry", "DISABLED");
        return properties;
    }

    /**
     * What every session of a pool has beside the URL's own variables: the server ends one that is silent for so long, rolls
     * its transaction back and gives its locks back. Else a process that is stopped, or whose machine is gone, keeps them for
     * hours.
     */
    private static String pooled(JdbcAddress address, Duration silence) {
        String own = address.parameter(VARIABLES).map(text -> "," + text).orElse("");
        return "%s%s,wait_timeout=%d,net_read_timeout=%d"
                .formatted(STRICT, own, silence.toSeconds(), silence.toSeconds());
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}
