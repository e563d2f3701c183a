package io.muster.database;

import io.muster.database.embedded.EmbeddedSettings;
import io.muster.support.Refusal;
import io.muster.support.StateFolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which database to use.
 *
 * @param url JDBC URL of an outside MySQL 8.4+ or MariaDB 10.11+; empty for the embedded server
 * @param user account, where the URL names none
 * @param password its password, where the URL has none
 * @param patience how long to wait for a database that does not answer yet
 * @param connections the most connections for general work
 * @param embedded how to run the embedded server when there is no URL
 */
public record DatabaseSettings(
        Optional<String> url,
        Optional<String> user,
        Optional<String> password,
        Duration patience,
        int connections,
        EmbeddedSettings embedded) {

    private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(30);
    private static final int DEFAULT_CONNECTIONS = 12;
    private static final long MEBIBYTE = 1L << 20;
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*([KMGT]?)(?:I?B)?");

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
        return new DatabaseSettings(
                secret(properties, "muster.database.url"),
                secret(properties, "muster.database.user"),
                secret(properties, "muster.database.password"),
                duration(properties, "muster.database.wait").orElse(DEFAULT_PATIENCE),
                number(properties, "muster.database.connections").orElse(DEFAULT_CONNECTIONS),
                new EmbeddedSettings(
                        home.path().resolve("database"),
                        size(properties, "muster.embedded.buffer-pool").orElseGet(DatabaseSettings::shareOfMemory),
                        duration(properties, "muster.embedded.linger").orElse(EmbeddedSettings.DEFAULT_LINGER)));
    }

    /** The name of a setting in the environment. */
    static String variable(String property) {
        return property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** A quarter of the machine's or container's memory, between 128 MiB and 4 GiB. */
    private static long shareOfMemory() {
        long memory =
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine
                        ? machine.getTotalMemorySize()
                        : 2048 * MEBIBYTE;
        return Math.clamp(memory / 4, 128 * MEBIBYTE, 4096 * MEBIBYTE) / MEBIBYTE * MEBIBYTE;
    }

    private static Optional<String> text(Function<String, @Nullable String> properties, String name) {
        return Optional.ofNullable(properties.apply(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    private static Optional<String> secret(Function<String, @Nullable String> properties, String name) {
        Optional<String> file = text(properties, name + "-file");
        if (file.isEmpty()) {
            return text(properties, name);
        }

        try {
            return Optional.of(Files.readString(Path.of(file.get())).strip());
        } catch (IOException e) {
            throw Refusal.usage("Cannot read the file that %s_FILE names: %s. Give a file Muster may read."
                    .formatted(variable(name), e.getMessage()));
        }
    }

    private static Optional<Integer> number(Function<String, @Nullable String> properties, String name) {
        return text(properties, name).map(text -> {
            try {
                int number = Integer.parseInt(text);
                if (number > 1) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw wrong(name, text, "12");
            }
            throw wrong(name, text, "12");
        });
    }

    private static Optional<Long> size(Function<String, @Nullable String> properties, String name) {
        return text(properties, name).map(text -> {
            Matcher matcher = SIZE.matcher(text.toUpperCase(Locale.ROOT));
            if (!matcher.matches()) {
                throw wrong(name, text, "512M");
            }

            int shift = 10 * " KMGT".indexOf((matcher.group(2) + " ").charAt(0));
            long bytes = Long.parseLong(matcher.group(1)) * (1L << shift);
            if (bytes < 16 * MEBIBYTE) {
                throw wrong(name, text, "512M");
            }

            return bytes;
        });
    }

    private static Optional<Duration> duration(Function<String, @Nullable String> properties, String name) {
        return text(properties, name).map(text -> {
            try {
                String digits = text.toUpperCase(Locale.ROOT);
                String iso = digits.startsWith("P") ? digits : "PT" + digits + (digits.matches("\\d+") ? "S" : "");
                Duration duration = Duration.parse(iso);
                if (!duration.isNegative()) {
                    return duration;
                }
            } catch (DateTimeParseException e) {
                throw wrong(name, text, "60s");
            }
            throw wrong(name, text, "60s");
        });
    }

    private static Refusal wrong(String name, String text, String example) {
        return Refusal.usage("Cannot use %s: “%s” is not understood. Give a value like %s."
                .formatted(variable(name), text, example));
    }
}
