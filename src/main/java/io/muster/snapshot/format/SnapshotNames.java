package io.muster.snapshot.format;

import io.muster.support.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Names of files, and how they come to be: aside, to the disk, then renamed. */
final class SnapshotNames {

    static final String MANIFEST = "manifest.json";
    static final String PINNED = "pinned";
    static final String TABLE_PREFIX = "contacts-";
    static final String TABLE_SUFFIX = ".table";
    static final String DEFINITIONS_PREFIX = "definitions-";

    private static final int NAME_DIGITS = 32;

    private SnapshotNames() {}

    static String table(String sha256) {
        return TABLE_PREFIX + sha256.substring(0, NAME_DIGITS) + TABLE_SUFFIX;
    }

    static String definitions(String sha256) {
        return DEFINITIONS_PREFIX + sha256.substring(0, NAME_DIGITS) + ".json";
    }

    /** The manifest of one version, kept beside the current one. */
    static String manifest(String version) {
        return "manifest-" + version + ".json";
    }

    /** Writes a whole file or nothing. */
    static void write(Path folder, String name, byte[] content) throws IOException {
        Path part = Files.createTempFile(folder, "file-", ".part", PrivateFiles.FILE);
        try {
            try (FileChannel file = FileChannel.open(part, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }

                file.force(true);
            }

            Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            sync(folder);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Makes renamed files outlast a loss of power. */
    static void sync(Path folder) throws IOException {
        try (FileChannel directory = FileChannel.open(folder)) {
            directory.force(true);
        }
    }
}
