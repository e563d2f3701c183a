package io.muster.snapshot.format;

import static io.muster.snapshot.format.TableShape.INT;
import static io.muster.snapshot.format.TableShape.LONG;

import io.muster.intercept.decide.ContactRecord;
import io.muster.intercept.decide.ContactTable;
import io.muster.intercept.decide.Reference;
import io.muster.snapshot.format.TableShape.Header;
import io.muster.support.Refusal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A table of contacts, mapped and verified. A look-up touches one cache line in most cases and makes no object. Safe for
 * several threads until its arena is closed.
 */
public final class SnapshotTable implements ContactTable {

    /** No entry has this offset. */
    static final long NOWHERE = -1;

    private final String sha256;
    private final TableDescription description;
    private final Header header;
    private final TableShape shape;
    private final MemorySegment file;
    private final Map<Long, List<SharedReference>> shared;

    private SnapshotTable(String sha256, MemorySegment file, Header header, TableDescription description) {
        this.sha256 = sha256;
        this.file = file;
        this.header = header;
        this.shape = header.shape();
        this.description = description;
        this.shared = new HashMap<>();
        long at = shape.entriesEnd();
        for (long i = 0; i < header.shared(); i++) {
            int length = file.get(INT, at + shape.entryBytes());
            byte[] text = file.asSlice(at + shape.entryBytes() + Integer.BYTES, length)
                    .toArray(ValueLayout.JAVA_BYTE);
            shared.merge(file.get(LONG, at), List.of(new SharedReference(text, at)), SnapshotTable::both);
            at += shape.entryBytes() + Integer.BYTES + length;
        }
    }

    /** A reference that shares its fingerprint with others, and the place of its entry. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record SharedReference(byte[] text, long entry) {}

    private static <T> List<T> both(List<T> one, List<T> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    /**
     * Maps a file and verifies every byte of it.
     *
     * @param arena what the mapping lives as long as
     * @param expected what its manifest says of the file
     * @throws Refusal with the reason when the file is truncated, damaged, or something else
     */
    public static SnapshotTable open(Path path, Arena arena, Manifest.Table expected) {
        MemorySegment file = map(path, arena, expected);
        String sha256 = Hashes.of(file);
        if (!sha256.equals(expected.sha256())) {
            throw refusal(expected.file(), "its content is damaged, the checksum differs");
        }

        return new SnapshotTable(sha256, file, header(file, expected), description(file, expected));
    }

    /**
     * What a file says of itself. Only its two ends are read, whatever its size, so damage between them is not found.
     *
     * @param expected what its manifest says of the file
     * @throws Refusal with the reason when the file is truncated or something else
     */
    public static TableFile describe(Path path, Manifest.Table expected) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment file = map(path, arena, expected);
            Header header = header(file, expected);
            return new TableFile(
                    path,
                    expected.sha256(),
                    expected.bytes(),
                    header.contacts(),
                    header.references(),
                    description(file, expected));
        }
    }

    private static MemorySegment map(Path path, Arena arena, Manifest.Table expected) {
        String name = expected.file();
        try (FileChannel channel = FileChannel.open(path)) {
            if (channel.size() != expected.bytes()) {
                throw refusal(name, "it has %d bytes instead of %d".formatted(channel.size(), expected.bytes()));
            }

            return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (IOException e) {
            throw refusal(name, "it cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static Header header(MemorySegment file, Manifest.Table expected) {
        Header header = Header.read(file);
        if (header == null) {
            throw refusal(expected.file(), "it is no table of format " + TableShape.FORMAT);
        }

        if (header.length() != file.byteSize() || header.contacts() != expected.contacts()) {
            throw refusal(expected.file(), "it is not the table that the manifest names");
        }

        return header;
    }

    private static TableDescription description(MemorySegment file, Manifest.Table expected) {
        int length = Header.descriptionBytes(file);
        if (length < 0 || length > file.byteSize()) {
            throw refusal(expected.file(), "its description is damaged");
        }

        return SnapshotJson.description(
                file.asSlice(file.byteSize() - length, length).toArray(ValueLayout.JAVA_BYTE));
    }

    private static Refusal refusal(String name, String reason) {
        return Refusal.failed(
                "UNUSABLE_SNAPSHOT",
                "Cannot use the table %s: %s. Copy or publish the snapshot again.".formatted(name, reason));
    }

    /** What the table is about. */
    public TableDescription description() {
        return description;
    }

    /** The checksum of the file, which is its name everywhere. */
    public String sha256() {
        return sha256;
    }

    /** How many references it holds, aliases included. */
    public long references() {
        return header.references();
    }

    /**
     * The tables in a folder, each under the name that is made of its content.
     *
     * @throws Refusal when one is damaged
     */
    public static List<TableFile> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<TableFile> tables = new ArrayList<>();
            for (Path file : files.filter(one -> one.getFileName().toString().endsWith(SnapshotNames.TABLE_SUFFIX))
                    .sorted()
                    .toList()) {
                tables.add(file(file));
            }

            return tables;
        }
    }

    private static TableFile file(Path path) throws IOException {
        String name = path.getFileName().toString();
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(path)) {
            MemorySegment file = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            String sha256 = Hashes.of(file);
            Header header = Header.read(file);
            if (header == null || !SnapshotNames.table(sha256).equals(name)) {
                throw refusal(name, "its content is damaged");
            }

            return describe(path, new Manifest.Table(name, channel.size(), sha256, header.contacts()));
        }
    }

    /** How many contacts it was made of. */
    public long contacts() {
        return header.contacts();
    }

    @Override
    public List<String> audiences() {
        return description.audiences();
    }

    @Override
    public List<String> surveys() {
        return description.surveys();
    }

    @Override
    public boolean find(Reference reference, ContactRecord into) {
        long entry = locate(fingerprint(reference), reference);
        if (entry == NOWHERE) {
            return false;
        }

        read(entry, into);
        return true;
    }

    long fingerprint(Reference reference) {
        return shape.fingerprint(reference.hash(shape.hash()));
    }

    long fingerprint(byte[] reference) {
        return shape.fingerprint(shape.hash().of(reference, 0, reference.length));
    }

    /** The place of a reference's entry. */
    long locate(long fingerprint, Reference reference) {
        long entry = shape.locate(file, fingerprint);
        if (entry < 0) {
            return NOWHERE;
        }

        return file.get(LONG, entry + Long.BYTES) == TableShape.SHARED ? locateShared(fingerprint, reference) : entry;
    }

    private long locateShared(long fingerprint, Reference reference) {
        for (SharedReference one : shared.getOrDefault(fingerprint, List.of())) {
            if (reference.sameAs(one.text())) {
                return one.entry();
            }
        }

        return NOWHERE;
    }

    /** The number of an entry's contact. */
    long contact(long entry) {
        return file.get(LONG, entry + Long.BYTES);
    }

    /** The memberships of an entry's contact, 64 in a word. */
    long[] memberships(long entry) {
        long[] words = new long[shape.audienceWords()];
        for (int i = 0; i < words.length; i++) {
            words[i] = file.get(LONG, entry + (2L + i) * Long.BYTES);
        }

        return words;
    }

    void read(long entry, ContactRecord into) {
        int words = shape.audienceWords();
        int slots = shape.timeSlots();
        into.clear(words, slots);
        long at = entry + 2 * Long.BYTES;
        for (int i = 0; i < words; i++, at += Long.BYTES) {
            into.audiences(i, file.get(LONG, at));
        }

        for (int i = 0; i < slots; i++, at += Long.BYTES) {
            into.time(i, file.get(LONG, at));
        }
    }
}
