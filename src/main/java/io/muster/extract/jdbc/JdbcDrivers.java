package io.muster.extract.jdbc;

import io.muster.support.Refusal;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The JDBC drivers of a folder, and that of MySQL and MariaDB, which Muster has itself.
 *
 * @param folder jar files of drivers and of what they need; need not exist
 */
public record JdbcDrivers(@Nullable Path folder) {

    /** Those that Muster has itself. */
    public static JdbcDrivers own() {
        return new JdbcDrivers(null);
    }

    /** A driver with the classes it needs; to be closed after its last connection. */
    record Found(Driver driver, @Nullable URLClassLoader classes) implements AutoCloseable {

        @Override
        public void close() {
            if (classes != null) {
                closed(classes);
            }
        }
    }

    /**
     * The driver for a URL; one of the folder goes before our own.
     *
     * @param location the database, for messages
     */
    Found find(String url, String location) {
        URLClassLoader classes = classes(location);
        if (classes != null) {
            for (Driver driver : in(classes, location)) {
                if (accepts(driver, url)) {
                    return new Found(driver, classes);
                }
            }
            closed(classes);
        }

        return DriverManager.drivers()
                .filter(driver -> accepts(driver, url))
                .findFirst()
                .map(driver -> new Found(driver, null))
                .orElseThrow(() -> Refusal.failed(
                        "NO_DRIVER",
                        "Cannot read %s: no JDBC driver knows such a URL. Put the driver's jar file into %s."
                                .formatted(location, folder == null ? "the folder of drivers" : folder)));
    }

    private @Nullable URLClassLoader classes(String location) {
        if (folder == null || !Files.isDirectory(folder)) {
            return null;
        }
        List<URL> jars = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path file : files) {
                jars.add(file.toUri().toURL());
            }
        } catch (IOException e) {
            throw unusable(location, e);
        }
        // Their classes do not meet ours: a driver may need another version of what Muster uses.
        return new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    private List<Driver> in(URLClassLoader classes, String location) {
        List<Driver> drivers = new ArrayList<>();
        try {
            ServiceLoader.load(Driver.class, classes).forEach(drivers::add);
        } catch (ServiceConfigurationError | LinkageError e) {
            closed(classes);
            throw unusable(location, e);
        }
        return drivers;
    }

    private Refusal unusable(String location, Throwable e) {
        return Refusal.failed(
                "Cannot read %s: the folder of drivers %s cannot be used (%s). Put only drivers for this version of Java there, with what they need."
                        .formatted(location, folder, e.getMessage()),
                e);
    }

    private static boolean accepts(Driver driver, String url) {
        try {
            return driver.acceptsURL(url);
        } catch (SQLException e) {
            return false;
        }
    }

    private static void closed(URLClassLoader classes) {
        try {
            classes.close();
        } catch (IOException e) {
            throw Refusal.failed("Cannot close the jar file of a JDBC driver: " + e.getMessage() + ".", e);
        }
    }
}
