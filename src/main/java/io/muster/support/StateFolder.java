package io.muster.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder where Muster keeps its state ({@code MUSTER_HOME}): the embedded database, spooled files, logs. Processes that
 * share a database may have different ones.
 *
 * @param path absolute; need not exist yet
 */
public record StateFolder(Path path) {

    /** Makes the path absolute. */
    public StateFolder {
        path = path.toAbsolutePath().normalize();
    }

    /** A folder in it, created where missing, for its owner only. */
    public Path folder(String name) {
        Path folder = path.resolve(name);
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(path, PrivateFiles.FOLDER);
                Files.createDirectories(folder, PrivateFiles.FOLDER);
            }

            if (!Files.isWritable(folder)) {
                throw refusal(folder, "no permission to write there");
            }

            return folder;
        } catch (IOException e) {
            throw refusal(folder, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        }
    }

    private static Refusal refusal(Path folder, String reason) {
        return Refusal.failed(
                "STATE_FOLDER",
                "Cannot use the state folder %s: %s. Run Muster as its owner, or set MUSTER_HOME to a folder of your own."
                        .formatted(folder, reason));
    }
}
