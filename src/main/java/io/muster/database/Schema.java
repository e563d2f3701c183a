package io.muster.database;

import io.muster.support.Refusal;
import io.muster.support.Retry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** Muster's tables: whether they are those of this version, and the migration when they are not. */
final class Schema {

    private static final Logger NOTICE = LoggerFactory.getLogger("muster.notice");
    private static final String LOCATION = "db/migration";
    private static final Pattern FILE = Pattern.compile("V(\\d+)__\\w+\\.sql");

    private static final String APPLIED = """
        SELECT version, checksum
        FROM flyway_schema_history
        WHERE success = 1 AND version IS NOT NULL
        """;

    private static final String FAILED = """
        SELECT COUNT(*)
        FROM flyway_schema_history
        WHERE success = 0
        """;

    private static final String COLLATION = """
        SELECT DEFAULT_COLLATION_NAME
        FROM information_schema.SCHEMATA
        WHERE SCHEMA_NAME = DATABASE()
        """;

    private static final int NO_SUCH_TABLE = 1146;
    private static final String OUTDATED = "TABLES_OUTDATED";
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final String where;
    private final Map<Integer, Integer> bundled;

    Schema(String where) {
        this.where = where;
        this.bundled = bundled();
    }

    /** Brings the tables up to date where they are not; several processes may do so at once. */
    Migrated migrate(Connection connection, DataSource migrating) throws SQLException {
        Optional<Map<Integer, Integer>> applied = applied(connection);
        Migrated migrated = new Migrated(
                where,
                applied.map(Schema::newest).filter(version -> version > 0).orElse(null),
                newest(bundled));
        if (isCurrent(applied)) {
            return migrated;
        }

        if (applied.isEmpty()) {
            requireCollation(connection);
        }

        NOTICE.info("Bringing the database at {} up to date", where);
        try {
            Flyway.configure()
                    .dataSource(migrating)
                    .locations("classpath:" + LOCATION)
                    .validateMigrationNaming(true)
                    .connectRetries(0)
                    .load()
                    .migrate();
            return migrated;
        } catch (FlywayException e) {
            throw Refusal.failed(
                    "Cannot bring the database at %s up to date: %s. Restore its tables as this version of Muster made them, or use an empty schema."
                            .formatted(where, reason(e)),
                    e);
        }
    }

    /**
     * Waits for somebody else to bring the tables up to date.
     *
     * @throws Refusal when they are not after that time
     */
    void await(Connection connection, Duration patience) throws SQLException {
        AtomicBoolean said = new AtomicBoolean();
        Retry.within(patience, PAUSE, failure -> {
                    boolean outdated =
                            failure instanceof Refusal refusal && refusal.code().equals(OUTDATED);
                    if (outdated && !said.getAndSet(true)) {
                        NOTICE.info("Waiting for the tables of the database at {}", where);
                    }

                    return outdated;
                })
                .call(() -> requireCurrent(connection));
    }

    private boolean requireCurrent(Connection connection) throws SQLException {
        Optional<Map<Integer, Integer>> applied = applied(connection);
        if (isCurrent(applied)) {
            return true;
        }

        int tables = applied.map(Schema::newest).orElse(0);
        int known = newest(bundled);
        String reason = tables == 0
                ? "it has no whole tables of Muster, this one needs version %d".formatted(known)
                : tables == known
                        ? "its tables are of version %d, but not as this Muster makes them".formatted(known)
                        : "its tables are of version %d, this Muster needs version %d".formatted(tables, known);
        throw Refusal.failed(
                OUTDATED,
                "Cannot use the database at %s: %s, and MUSTER_DATABASE_MIGRATE=off forbids to change them."
                        .formatted(where, reason));
    }

    /** Whether every migration of this version, and no other, has been applied as it stands. */
    private boolean isCurrent(Optional<Map<Integer, Integer>> applied) {
        applied.ifPresent(this::refuseNewer);
        return applied.filter(bundled::equals).isPresent();
    }

    private static int newest(Map<Integer, Integer> versions) {
        return versions.keySet().stream().reduce(0, Math::max);
    }

    private void refuseNewer(Map<Integer, Integer> applied) {
        int newest = newest(applied);
        int known = newest(bundled);
        if (newest > known) {
            throw Refusal.failed(
                    "Cannot use the database at %s: its tables are of a newer Muster (version %d, this one knows %d). Use the newer Muster."
                            .formatted(where, newest, known));
        }
    }

    // Tables are created with the schema's collation; a schema that somebody else created may have another one.
    private void requireCollation(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            String collation;
            try (ResultSet row = statement.executeQuery(COLLATION)) {
                collation = row.next() ? row.getString(1) : "";
            }

            if (!collation.equals("utf8mb4_bin")) {
                statement.execute("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
            }
        } catch (SQLException e) {
            throw Refusal.failed(
                    "Cannot prepare the schema of the database at %s: %s. Create it with CHARACTER SET utf8mb4 COLLATE utf8mb4_bin."
                            .formatted(where, Connecting.innermost(e)),
                    e);
        }
    }

    private static Optional<Map<Integer, Integer>> applied(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            Map<Integer, Integer> versions = new TreeMap<>();
            try (ResultSet rows = statement.executeQuery(APPLIED)) {
                while (rows.next()) {
                    versions.put(rows.getInt(1), rows.getInt(2));
                }
            }

            try (ResultSet row = statement.executeQuery(FAILED)) {
                // A failed migration is for Flyway to explain.
                return row.next() && row.getInt(1) == 0 ? Optional.of(versions) : Optional.of(Map.of());
            }
        } catch (SQLException e) {
            if (e.getErrorCode() == NO_SUCH_TABLE) {
                return Optional.empty();
            }

            throw e;
        }
    }

    private static String reason(FlywayException e) {
        String text = String.valueOf(e.getMessage())
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("---"))
                .limit(4)
                .reduce((first, second) -> first + " " + second)
                .orElse("");
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    private static Map<Integer, Integer> bundled() {
        try {
            Map<Integer, Integer> versions = new TreeMap<>();
            Resource[] files = new PathMatchingResourcePatternResolver(Schema.class.getClassLoader())
                    .getResources("classpath:" + LOCATION + "/V*.sql");
            for (Resource file : files) {
                Matcher matcher = FILE.matcher(String.valueOf(file.getFilename()));
                if (!matcher.matches()) {
                    throw new IllegalStateException("Migration " + file + " is not named like V1__words.sql");
                }

                versions.put(Integer.valueOf(matcher.group(1)), checksum(file));
            }

            return versions;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The checksum that Flyway keeps: CRC-32 over the lines without their ends. */
    private static int checksum(Resource file) throws IOException {
        CRC32 crc = new CRC32();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(file.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                crc.update(line.getBytes(StandardCharsets.UTF_8));
            }
        }

        return (int) crc.getValue();
    }
}
