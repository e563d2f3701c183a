package io.muster.snapshot.format;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot of a project consists of: its files with their lengths and checksums.
 *
 * @param project the project's public id
 * @param version the snapshot's version, which every answer carries; a later one is the greater text
 * @param moment the moment that the contacts are of, epoch milliseconds; without contacts that of the publication
 * @param published when it was published, epoch milliseconds
 * @param forced whether it may hold far fewer contacts than the one before
 * @param definitions the file of definitions
 * @param table the table of contacts; null for a project without a directory, or whose directory was never built
 */
public record Manifest(
        String project,
        String version,
        long moment,
        long published,
        boolean forced,
        Part definitions,
        @Nullable Table table) {

    /**
     * A file of a snapshot.
     *
     * @param file its name in the project's folder
     * @param bytes its length
     * @param sha256 its checksum, hexadecimal
     */
    public record Part(String file, long bytes, String sha256) {}

    /**
     * The table of a snapshot.
     *
     * @param file its name in the project's folder
     * @param bytes its length
     * @param sha256 its checksum, hexadecimal
     * @param contacts how many contacts it was made of
     */
    public record Table(String file, long bytes, String sha256, long contacts) {}

    /** How old the contacts are at a moment, epoch milliseconds. */
    public Duration age(long now) {
        return Duration.ofMillis(Math.max(0, now - moment));
    }

    /** The number of contacts; 0 without a table. */
    public long contacts() {
        return table == null ? 0 : table.contacts();
    }

    /**
     * The version of a snapshot published at a moment. Versions of later moments are greater, and those of the same
     * moment differ with the content.
     */
    static String versionOf(long published, String contentSha256) {
        String time = Instant.ofEpochMilli(published).toString();
        String digits = (time.contains(".") ? time : time.replace("Z", ".000Z")).replaceAll("[-:.]", "");
        return digits + "-" + contentSha256.substring(0, 8);
    }

    /** The manifest as JSON in UTF-8. */
    public byte[] toJson() {
        return SnapshotJson.bytes(this);
    }

    /**
     * Reads a manifest.
     *
     * @throws io.muster.support.Refusal when it is none
     */
    public static Manifest fromJson(byte[] json) {
        return SnapshotJson.manifest(json);
    }
}
