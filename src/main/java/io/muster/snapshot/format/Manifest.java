package io.muster.snapshot.format;

import java.nio.charset.StandardCharsets;
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

    private static final int CONTENT_DIGITS = 8;

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
     * Whether a table is so much smaller than that of the snapshot before that something must have gone wrong. One that
     * was forced may be, and a snapshot without a table has nothing to be counted.
     */
    public boolean hasShrunk(Manifest before) {
        return !forced && table != null && before.isHalvedBy(table.contacts());
    }

    /** Whether a number of contacts is fewer than half of these. */
    public boolean isHalvedBy(long contacts) {
        return contacts < (contacts() + 1) / 2;
    }

    /** The same, which may hold far fewer contacts than the one before. */
    Manifest asForced() {
        return new Manifest(project, version, moment, published, true, definitions, table);
    }

    /** The same version with other switches; its name says which version that is. */
    Manifest switched(Part other) {
        return new Manifest(project, kept() + switches(other), moment, published, forced, other, table);
    }

    /** The version that is kept: this one, or the one that this one differs from by its switches alone. */
    public String kept() {
        int end = version.indexOf('-', version.indexOf('-') + 1);
        return end < 0 ? version : version.substring(0, end);
    }

    /**
     * Whether the version is the one that these files get when they are published then: a manifest has no checksum of its own,
     * and a damaged one is not to be taken for another version.
     */
    boolean hasOwnVersion() {
        String own = versionOf(published, definitions.sha256(), table == null ? "" : table.sha256());
        return version.equals(own)
                || (kept().length() == own.length()
                        && kept().startsWith(own.substring(0, own.indexOf('-') + 1))
                        && version.equals(kept() + switches(definitions)));
    }

    private static String switches(Part definitions) {
        return "-" + definitions.sha256().substring(0, CONTENT_DIGITS);
    }

    /**
     * The version of a snapshot published at a moment. Versions of later moments are greater, and those of the same
     * moment differ with the content.
     *
     * @param table its checksum; empty for none
     */
    static String versionOf(long published, String definitions, String table) {
        String content =
                table.isEmpty() ? definitions : Hashes.of((definitions + table).getBytes(StandardCharsets.US_ASCII));
        String time = Instant.ofEpochMilli(published).toString();
        String digits = (time.contains(".") ? time : time.replace("Z", ".000Z")).replaceAll("[-:.]", "");
        return digits + "-" + content.substring(0, CONTENT_DIGITS);
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
