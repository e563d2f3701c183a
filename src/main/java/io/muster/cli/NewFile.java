package io.muster.cli;

import io.muster.support.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file that replaces another one only once it is complete; readable for its owner only, as it holds personal data. */
final class NewFile implements AutoCloseable {

    private final Path target;
    private final Path part;
    private final OutputStream stream;

    private NewFile(Path target, Path part) throws IOException {
        this.target = target;
        this.part = part;
        this.stream = Files.newOutputStream(part);
    }

    /** @param what what is written, for messages */
    static NewFile replacing(String what, Path target) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (Files.isDirectory(target) || folder == null || !Files.isDirectory(folder)) {
            throw Refusal.invalid(
                    "UNUSABLE_FILE",
                    "Cannot write " + what + " to " + target
                            + ": its folder does not exist or it is a folder itself. Name a file in an existing"
                            + " folder.");
        }

        return new NewFile(target, Files.createTempFile(folder, ".export-", ".part"));
    }

    OutputStream stream() {
        return stream;
    }

    /** Puts the file in its place. */
    void finish() throws IOException {
        stream.close();
        Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        stream.close();
        Files.deleteIfExists(part);
    }
}
