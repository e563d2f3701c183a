package io.muster.web;

import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is in use in the published tree. It is looked at a few times a second at most, whoever asks how often. */
final class PublishedSnapshots {

    private static final Logger LOG = LoggerFactory.getLogger(PublishedSnapshots.class);
    private static final Duration LOOK_PAUSE = Duration.ofMillis(200);
    private static final Pattern FILE = Pattern.compile("(definitions|contacts)-[0-9a-f]{32}\\.(json|table)");

    private final SnapshotFolder folder;
    private final Map<String, @Nullable String> warned = new HashMap<>();
    private @Nullable Look last;

    /**
     * The snapshot of a project that is in use.
     *
     * @param directory the public id of its directory; empty for none
     * @param manifest as it is in the file
     */
    @SuppressWarnings("ArrayRecordComponent") // Written to the wire as it is.
    record Published(String project, String version, String directory, byte[] manifest) {}

    private record Look(long at, SortedMap<String, Published> found) {}

    PublishedSnapshots(SnapshotFolder folder) {
        this.folder = folder;
    }

    /** By project. */
    synchronized SortedMap<String, Published> all() throws IOException {
        Look known = last;
        if (known != null && System.nanoTime() - known.at() < LOOK_PAUSE.toNanos()) {
            return known.found();
        }

        SortedMap<String, Published> found = new TreeMap<>();
        for (String project : folder.projects()) {
            Optional<byte[]> manifest = folder.manifest(project);
            if (manifest.isPresent()) {
                Published before = known == null ? null : known.found().get(project);
                if (before != null && Arrays.equals(before.manifest(), manifest.get())) {
                    found.put(project, before);
                } else {
                    read(project, manifest.get()).ifPresent(one -> found.put(project, one));
                }
            }
        }

        last = new Look(System.nanoTime(), found);
        return found;
    }

    private Optional<Published> read(String project, byte[] bytes) {
        try {
            Manifest manifest = Manifest.fromJson(bytes);
            String directory = folder.read(project, manifest).definition().directory();
            warned.remove(project);
            return Optional.of(new Published(project, manifest.version(), directory == null ? "" : directory, bytes));
        } catch (Refusal damaged) {
            // It is looked at several times a second: said once, and again when it was whole or the reason is another.
            if (!Objects.equals(warned.put(project, damaged.getMessage()), damaged.getMessage())) {
                LOG.warn("{}", damaged.getMessage());
            }

            return Optional.empty();
        }
    }

    /** A file of a project; empty when no file of a snapshot is called so. */
    Optional<Path> file(String project, String name) {
        return FILE.matcher(name).matches() ? Optional.of(folder.of(project).resolve(name)) : Optional.empty();
    }

    /** Changes with the content. */
    static String etag(byte[] content) {
        CRC32C sum = new CRC32C();
        sum.update(content);
        return "\"%08x-%x\"".formatted(sum.getValue(), content.length);
    }
}
