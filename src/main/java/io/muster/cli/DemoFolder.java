package io.muster.cli;

import io.muster.support.PrivateFiles;
import io.muster.support.Refusal;
import io.muster.support.Sha256;
import io.muster.support.StateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the demo finds its files and keeps its state: a state folder of its own beneath the ordinary one. */
final class DemoFolder implements AutoCloseable {

    private static final String OUTBOX = "outbox";
    private static final String ENVIRONMENT = "env";
    private static final String LOCK = "demo.lock";
    private static final Pattern VARIABLE = Pattern.compile("export (\\w+)='(\\w*)'");

    private final Path project;
    private final Path ordinary;
    private final StateFolder home;
    private @Nullable FileChannel lock;

    DemoFolder(StateFolder ordinary) {
        this.project = project();
        // A shell that has read the file env of a demo names the demo's own folder.
        boolean isDemos = Files.exists(ordinary.path().resolve(LOCK));
        this.home = isDemos ? ordinary : new StateFolder(ordinary.path().resolve("demo"));
        this.ordinary = home.path().resolve("..").normalize();
    }

    /** The launcher says where it lies; without it that is the working folder. */
    private static Path project() {
        String launcher = System.getProperty("muster.launcher");
        Path launched = launcher == null ? null : Path.of(launcher).getParent();
        return (launched == null ? Path.of("") : launched).toAbsolutePath().normalize();
    }

    /** Its state folder. */
    StateFolder home() {
        return home;
    }

    /** The folder that the SFTP server serves. */
    Path served() {
        return home.path().resolve("sftp");
    }

    /** Where the server keeps its host key, so that it is the same in every demo. */
    Path hostKey() {
        return home.path().resolve("sftp-host-key");
    }

    /** The job file. */
    Path job() {
        return project.resolve("jobs").resolve("demo-contacts.yaml");
    }

    /** The job files that the demo's own server runs: its automations, and no examples. */
    Path jobs() {
        return home.path().resolve("demo-jobs");
    }

    /** Where a partner puts its files. */
    Path partner() {
        return home.path().resolve("partner");
    }

    /** A sample file. */
    Path sample(String name) {
        return project.resolve("sample-data").resolve(name);
    }

    /** A schema for this folder alone: two demos on one database server do not meet. */
    String schema() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException ignored) {
            host = "";
        }

        return "muster_demo_" + Sha256.of(host, home.path().toString()).hex().substring(0, 8);
    }

    /** Takes the folder for this process and empties it. */
    void begin() {
        for (Path needed :
                List.of(job(), sample("expected.json"), sample("site").resolve("index.html"))) {
            if (!Files.isReadable(needed)) {
                throw Refusal.failed(
                        "Cannot run the demo: %s is missing. Start it with the launcher of a whole copy of the project: ./muster demo."
                                .formatted(needed));
            }
        }

        lock = lock();
        try {
            delete(served());
            delete(home.path().resolve("spool"));
            delete(home.path().resolve("snapshots"));
            delete(jobs());
            delete(partner());
            Files.createDirectories(served().resolve(OUTBOX));
            Files.createDirectories(jobs());
            Files.copy(job(), jobs().resolve(job().getFileName()));
            shareProgram();
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private FileChannel lock() {
        Path file = home.folder("").resolve(LOCK);
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw Refusal.failed(
                        "Cannot run the demo: another one is using %s. End it with Ctrl-C, or set MUSTER_HOME to another folder."
                                .formatted(home.path()));
            }

            return channel;
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException ignored) {
            return null;
        }
    }

    /** The unpacked program and its class cache serve the commands that are tried afterwards as well. */
    private void shareProgram() throws IOException {
        Path shared = home.path().resolve("app");
        if (Files.isDirectory(ordinary.resolve("app")) && !Files.exists(shared, LinkOption.NOFOLLOW_LINKS)) {
            Files.createSymbolicLink(shared, Path.of("..", "app"));
        }
    }

    /** Puts a sample file on the server, as of that moment. */
    void deliver(String name, Instant uploaded) {
        Path target = served().resolve(OUTBOX).resolve(name);
        Path part = served().resolve(name + ".part");
        try {
            Files.copy(sample(name), part);
            Files.setLastModifiedTime(part, FileTime.from(uploaded));
            Files.move(part, target);
        } catch (IOException e) {
            throw Refusal.failed("Cannot copy %s to %s: %s. Is the disk full?"
                    .formatted(sample(name), target, String.valueOf(e.getMessage())));
        }
    }

    /** Names of the files on the server with their folders, sorted. */
    List<String> delivered() {
        try (Stream<Path> files = Files.walk(served())) {
            return files.filter(Files::isRegularFile)
                    .map(file -> served().relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** What {@link #writeEnvironment} wrote for the demo before, as far as it is plain words; empty when there was none. */
    Map<String, String> formerEnvironment() {
        Path file = home.path().resolve(ENVIRONMENT);
        try {
            return !Files.exists(file)
                    ? Map.of()
                    : Files.readAllLines(file).stream()
                            .map(VARIABLE::matcher)
                            .filter(Matcher::matches)
                            .collect(Collectors.toMap(
                                    line -> line.group(1), line -> line.group(2), (one, other) -> other));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Writes a file that a shell reads ({@code . FILE}) so that commands meet the demo; only its owner may read it. */
    Path writeEnvironment(Map<String, String> variables) {
        Path file = home.path().resolve(ENVIRONMENT);
        String text = variables.entrySet().stream()
                .map(variable -> "export %s='%s'%n"
                        .formatted(variable.getKey(), variable.getValue().replace("'", "'\\''")))
                .collect(
                        Collectors.joining("", "# Made by muster demo; lets commands of this shell work on it.\n", ""));
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PrivateFiles.FILE);
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** The path as a person would type it: relative to the working folder where it lies beneath it. */
    static String shown(Path path) {
        Path here = Path.of("").toAbsolutePath();
        return path.startsWith(here) ? here.relativize(path).toString() : path.toString();
    }

    /** The launcher as a person would type it. */
    String launcher() {
        String shown = shown(project.resolve("muster"));
        return shown.startsWith("/") ? shown : "./" + shown;
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }

        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path left, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }

                Files.delete(left);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private Refusal unusable(IOException e) {
        return Refusal.failed(
                "Cannot use the demo's folder %s: %s. Remove it, or set MUSTER_HOME to another folder."
                        .formatted(home.path(), String.valueOf(e.getMessage())),
                e);
    }

    @Override
    public void close() {
        if (lock != null) {
            try {
                lock.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
