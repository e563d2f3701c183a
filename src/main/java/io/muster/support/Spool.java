package io.muster.support;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The folder where files lie that are fetched, sent or worked on, and events while the database is away. Servers may share one;
 * each process tells its own files there by their names and locks.
 */
public final class Spool {

    private static final String NAME = "spool-id";

    private final Path path;
    private @Nullable String id;

    /** A spool in a folder, which need not exist yet. */
    public Spool(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    /** The one that {@code muster.spool} names, else the one in the state folder. */
    public static Spool of(StateFolder home, Settings settings) {
        return new Spool(settings.text(KnownSettings.SPOOL)
                .map(Path::of)
                .orElseGet(() -> home.path().resolve("spool")));
    }

    /** The folder, which need not exist yet. */
    public Path path() {
        return path;
    }

    /** A folder in it, which need not exist yet. */
    public Path at(String name) {
        return path.resolve(name);
    }

    /** A folder in it, created where missing, for its owner only. */
    public Path part(String name) {
        return made(path.resolve(name));
    }

    private Path made(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, PrivateFiles.FOLDER);
            }

            if (!Files.isWritable(folder)) {
                throw unusable("no permission to write in " + folder);
            }

            return folder;
        } catch (IOException e) {
            throw unusable(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
                    .causedBy(e);
        }
    }

    /** What names it: servers that share a folder find the same, others another one. */
    public synchronized String id() {
        String known = id;
        if (known == null) {
            known = readOrMakeId();
            id = known;
        }

        return known;
    }

    private String readOrMakeId() {
        Path file = made(path).resolve(NAME);
        try {
            if (!Files.exists(file)) {
                makeId(file);
            }

            return Files.readString(file).strip();
        } catch (IOException e) {
            throw unusable(String.valueOf(e.getMessage())).causedBy(e);
        }
    }

    private void makeId(Path file) throws IOException {
        // Where it was before.
        Path earlier = path.resolve("drop").resolve(NAME);
        String made = Files.exists(earlier)
                ? Files.readString(earlier).strip()
                : UUID.randomUUID().toString();
        Path mine = Files.createTempFile(path, NAME, ".part", PrivateFiles.FILE);
        try {
            Files.writeString(mine, made);
            // Of processes that do this at once, one makes the name.
            Files.createLink(file, mine);
        } catch (FileAlreadyExistsException e) {
            // Another process was faster: its name counts.
        } catch (UnsupportedOperationException e) {
            Files.move(mine, file);
        } finally {
            Files.deleteIfExists(mine);
        }
    }

    private Refusal unusable(String reason) {
        return Refusal.failed(
                "STATE_FOLDER",
                "Cannot use the spool %s: %s. Make it a folder that the user who runs Muster may write in, or set MUSTER_SPOOL to one."
                        .formatted(path, reason));
    }
}
