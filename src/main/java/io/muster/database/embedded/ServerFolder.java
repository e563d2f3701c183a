package io.muster.database.embedded;

import io.muster.support.PrivateFiles;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Names and permissions of everything in the folder of one embedded server. */
record ServerFolder(Path root) {

    /** The database binaries of this version of Muster. */
    static final String VERSION = "11.4.5";

    private static final long GIBIBYTE = 1L << 30;

    Path engine() {
        return root.resolve("mariadb-" + VERSION);
    }

    Path data() {
        return root.resolve("data");
    }

    Path temporary() {
        return root.resolve("tmp");
    }

    /** One file per process that uses the server, locked by it while it does. */
    Path users() {
        return root.resolve("users");
    }

    /** Held while the server is set up, started or stopped. */
    Path gate() {
        return root.resolve("gate.lock");
    }

    /** Held by the one keeper that stops the server after the last user. */
    Path keeperLock() {
        return root.resolve("keeper.lock");
    }

    Path keeperClasses() {
        return root.resolve("keeper");
    }

    Path password() {
        return root.resolve("password");
    }

    Path port() {
        return root.resolve("port");
    }

    Path pid() {
        return root.resolve("server.pid");
    }

    Path options() {
        return root.resolve("server.cnf");
    }

    Path accounts() {
        return root.resolve("accounts.sql");
    }

    Path log() {
        return root.resolve("server.log");
    }

    /** Creates the folder for its owner only. */
    void create() {
        try {
            Files.createDirectories(root.getParent());
            for (Path folder : new Path[] {root, temporary(), users()}) {
                if (!Files.isDirectory(folder)) {
                    Files.createDirectory(folder, PrivateFiles.FOLDER);
                }
            }
        } catch (java.nio.file.FileAlreadyExistsException e) {
            if (!Files.isDirectory(Path.of(e.getFile()))) {
                throw unusable(e);
            }
            // Another process created it in the same moment: look at the rest again.
            create();
        } catch (IOException e) {
            throw unusable(e);
        }

        if (!Files.isWritable(root) || !Files.isWritable(users())) {
            throw unusable(new AccessDeniedException(root.toString()));
        }
    }

    /** Refuses to go on when the disk cannot hold programs and an empty database. */
    void requireSpace() {
        try {
            long usable = Files.getFileStore(root).getUsableSpace();
            if (usable < GIBIBYTE) {
                throw Refusal.failed(
                        "Cannot set up the embedded database: %s has only %d MiB free and it needs 1024. Free disk space, or set MUSTER_HOME to a folder on another disk."
                                .formatted(root, usable >> 20));
            }
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** The text of a small file, without outer white space; empty when there is none. */
    Optional<String> read(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? Optional.empty() : Optional.of(text);
        } catch (java.nio.file.NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Replaces a small file at once, readable by its owner only. */
    void write(Path file, String text) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.deleteIfExists(part);
            Files.createFile(part, PrivateFiles.FILE);
            Files.writeString(part, text, StandardCharsets.UTF_8);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** The refusal for a folder that cannot be read or written. */
    Refusal unusable(IOException e) {
        String reason = switch (e) {
            case AccessDeniedException denied -> "no permission on " + denied.getFile() + owner();
            case FileSystemException failed ->
                failed.getFile() + ": " + (failed.getReason() == null ? "not usable" : failed.getReason());
            default -> String.valueOf(e.getMessage());
        };
        return Refusal.failed(
                "Cannot use the folder of the embedded database: %s. Run Muster as the owner of %s, or set MUSTER_HOME to a folder of your own."
                        .formatted(reason, root),
                e);
    }

    private String owner() {
        try {
            return " (it belongs to " + Files.getOwner(root).getName() + ")";
        } catch (IOException e) {
            return "";
        }
    }
}
