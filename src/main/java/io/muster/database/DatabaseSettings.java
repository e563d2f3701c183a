package io.muster.database;

import io.muster.database.embedded.EmbeddedSettings;
import io.muster.support.KnownSettings;
import io.muster.support.Refusal;
import io.muster.support.Settings;
import io.muster.support.StateFolder;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which database to use.
 *
 * @param url JDBC URL of an outside MySQL 8.4+ or MariaDB 10.11+; empty for the embedded server
 * @param user account, where the URL names none
 * @param password its password, where the URL has none
 * @param patience how long to wait for a database that does not answer yet
 * @param connections the most connections for general work
 * @param pageConnections the most connections for pages
 * @param pageSeconds how long a statement of a page may take
 * @param silence how long a session may be silent before the server ends it and gives its locks back
 * @param migrate whether this process brings the tables up to date itself
 * @param embedded how to run the embedded server when there is no URL
 */
public record DatabaseSettings(
        Optional<String> url,
        Optional<String> user,
        Optional<String> password,
        Duration patience,
        int connections,
        int pageConnections,
        int pageSeconds,
        Duration silence,
        Migrate migrate,
        EmbeddedSettings embedded) {

    /** Who brings the tables up to date. */
    public enum Migrate {
        /** The process itself, when it opens the database. */
        ON,
        /** Somebody else: the process waits for them, and never changes the schema. */
        OFF
    }

    private static final long MEBIBYTE = 1L << 20;

    /** The same for a process that brings the tables up to date. */
    DatabaseSettings migrating() {
        return new DatabaseSettings(
                url,
                user,
                password,
                patience,
                connections,
                pageConnections,
                pageSeconds,
                silence,
                Migrate.ON,
                embedded);
    }

    /** Hides the credentials. */
    @Override
    public String toString() {
        return "DatabaseSettings["
                + url.map(text -> JdbcAddress.parse(text).display()).orElse("embedded") + "]";
    }

    /**
     * Reads the settings by name ({@code muster.database.url} …, in the environment {@code MUSTER_DATABASE_URL} …).
     *
     * @throws Refusal when one cannot be read, with its name and an example
     */
    public static DatabaseSettings read(StateFolder home, Function<String, @Nullable String> properties) {
        Settings settings = new Settings(properties);
        return new DatabaseSettings(
                settings.secret(KnownSettings.DATABASE_URL),
                settings.secret(KnownSettings.DATABASE_USER),
                settings.secret(KnownSettings.DATABASE_PASSWORD),
                settings.duration(KnownSettings.DATABASE_WAIT),
                settings.number(KnownSettings.DATABASE_CONNECTIONS),
                settings.number(KnownSettings.CONSOLE_CONNECTIONS),
                settings.number(KnownSettings.CONSOLE_STATEMENT_SECONDS),
                Duration.ofSeconds(settings.number(KnownSettings.DATABASE_SESSION_SECONDS)),
                settings.one(KnownSettings.DATABASE_MIGRATE, Migrate.class),
                new EmbeddedSettings(
                        home.path().resolve("database"),
                        settings.bytes(KnownSettings.EMBEDDED_BUFFER_POOL, DatabaseSettings::shareOfMemory),
                        settings.duration(KnownSettings.EMBEDDED_LINGER)));
    }

    /** A quarter of the machine's or container's memory, between 128 MiB and 4 GiB. */
    private static long shareOfMemory() {
        long memory =
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine
                        ? machine.getTotalMemorySize()
                        : 2048 * MEBIBYTE;
        return Math.clamp(memory / 4, 128 * MEBIBYTE, 4096 * MEBIBYTE) / MEBIBYTE * MEBIBYTE;
    }
}
