package io.muster.evaluator;

import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What may happen to files of a snapshot.
 *
 * @param fault what happens
 * @param part to which files
 */
record Damage(Fault fault, Part part) {

    enum Fault {
        /** One bit is another one. */
        CORRUPTED,
        /** A part at the end is missing. */
        TRUNCATED,
        /** It has not come yet. */
        MISSING
    }

    enum Part {
        TABLE,
        DEFINITIONS,
        MANIFEST,
        EVERYTHING
    }

    /** One after the other, until all twelve have been. */
    static Damage of(int round) {
        return new Damage(Fault.values()[round % Fault.values().length], Part.values()[round % Part.values().length]);
    }

    /** Does it to the snapshot in use; the answer is what the files were. */
    Map<Path, byte[]> to(SnapshotFolder tree, Manifest manifest, Random random) throws IOException {
        Map<Path, byte[]> whole = new HashMap<>();
        for (Path file : files(tree, manifest)) {
            byte[] bytes = Files.readAllBytes(file);
            whole.put(file, bytes);
            // A table may have a second name elsewhere: this one becomes a file of its own.
            Files.delete(file);
            switch (fault) {
                case CORRUPTED -> {
                    byte[] other = bytes.clone();
                    other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
                    Files.write(file, other);
                }
                case TRUNCATED -> Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
                case MISSING -> {}
            }
        }

        return whole;
    }

    private List<Path> files(SnapshotFolder tree, Manifest manifest) throws IOException {
        Path folder = tree.of(manifest.project());
        return switch (part) {
            case TABLE ->
                List.of(folder.resolve(Objects.requireNonNull(manifest.table()).file()));
            case DEFINITIONS -> List.of(folder.resolve(manifest.definitions().file()));
            case MANIFEST -> List.of(folder.resolve("manifest.json"));
            case EVERYTHING -> {
                try (Stream<Path> all = Files.list(folder)) {
                    yield all.toList();
                }
            }
        };
    }

    /** Makes files what they were. */
    static void mend(Map<Path, byte[]> whole) throws IOException {
        for (Map.Entry<Path, byte[]> file : whole.entrySet()) {
            Files.write(file.getKey(), file.getValue());
        }
    }
}
