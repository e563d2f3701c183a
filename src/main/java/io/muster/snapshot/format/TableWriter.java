package io.muster.snapshot.format;

import static io.muster.snapshot.format.TableShape.LONG;

import io.muster.support.PrivateFiles;
import io.muster.support.Refusal;
import io.muster.support.SipHash;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the table of a directory, contact by contact. Rows go to a file first and into the table when their number is
 * known, so memory stays small whatever the directory's size. References that share a fingerprint are found then and
 * stored in full.
 */
public final class TableWriter implements Closeable {

    private static final int BUFFER = 1 << 20;

    /** A row is an entry with the place of its reference after it; the lowest bit of the place says that it is an alias. */
    private static final int PLACE = Long.BYTES;

    private final Path folder;
    private final TableDescription description;
    private final TableShape shape;
    private final Path rowsFile;
    private final Path textsFile;
    private final FileChannel rows;
    private final FileChannel texts;
    private final ByteBuffer rowBuffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer textBuffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    private long contacts;
    private long rowCount;
    private long textBytes;

    /** Begins a table; its file will be in that folder. */
    public TableWriter(Path folder, TableDescription description) throws IOException {
        this(folder, description, randomHash(), -1);
    }

    /** Begins a table with fingerprints of fewer bits. */
    TableWriter(Path folder, TableDescription description, SipHash hash, long mask) throws IOException {
        this.folder = folder;
        this.description = description;
        this.shape = TableShape.of(description, 0, hash, mask);
        this.rowsFile = Files.createTempFile(folder, "rows-", ".part", PrivateFiles.FILE);
        this.textsFile = Files.createTempFile(folder, "references-", ".part", PrivateFiles.FILE);
        this.rows = FileChannel.open(rowsFile, StandardOpenOption.READ, StandardOpenOption.WRITE);
        this.texts = FileChannel.open(textsFile, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static SipHash randomHash() {
        SecureRandom random = new SecureRandom();
        return new SipHash(random.nextLong(), random.nextLong());
    }

    /**
     * Adds a contact.
     *
     * @param contact its number in the directory
     * @param reference its external reference, trimmed; null when it has none
     * @param aliases references of contacts that were merged into it
     * @param audiences its memberships, 64 in a word
     * @param times its next eligible times, in the order of the description's surveys
     */
    public void add(long contact, @Nullable String reference, List<String> aliases, long[] audiences, long[] times)
            throws IOException {
        if (audiences.length != shape.audienceWords() || times.length != shape.timeSlots()) {
            throw new IllegalArgumentException("Expected %d words of memberships and %d times, got %d and %d"
                    .formatted(shape.audienceWords(), shape.timeSlots(), audiences.length, times.length));
        }

        contacts++;
        if (reference != null) {
            addRow(contact, reference, 0, audiences, times);
        }

        for (String alias : aliases) {
            addRow(contact, alias, 1, audiences, times);
        }
    }

    private void addRow(long contact, String reference, int alias, long[] audiences, long[] times) throws IOException {
        byte[] text = reference.getBytes(StandardCharsets.UTF_8);
        ensure(textBuffer, texts, Integer.BYTES + text.length);
        textBuffer.putInt(text.length).put(text);
        ensure(rowBuffer, rows, shape.entryBytes() + PLACE);
        rowBuffer
                .putLong(shape.fingerprint(shape.hash().of(text, 0, text.length)))
                .putLong(contact);
        for (long word : audiences) {
            rowBuffer.putLong(word);
        }

        for (long time : times) {
            rowBuffer.putLong(time);
        }

        rowBuffer.putLong(textBytes << 1 | alias);
        textBytes += Integer.BYTES + text.length;
        rowCount++;
    }

    /**
     * Writes the table: aside, to the disk, then under its name, which is made of its content.
     *
     * @throws Refusal when two contacts have the same reference
     */
    public TableFile finish() throws IOException {
        flush(rowBuffer, rows);
        flush(textBuffer, texts);
        Path part = Files.createTempFile(folder, "contacts-", ".part", PrivateFiles.FILE);
        try {
            long references = write(part);
            String sha256 = Hashes.ofFile(part);
            Path path = folder.resolve(SnapshotNames.table(sha256));
            Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
            SnapshotNames.sync(folder);
            return new TableFile(path, sha256, Files.size(path), contacts, references, description);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private long write(Path part) throws IOException {
        TableShape full = TableShape.of(description, rowCount, shape.hash(), shape.mask());
        byte[] json = SnapshotJson.bytes(description);
        try (Arena arena = Arena.ofConfined();
                FileChannel file = FileChannel.open(part, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment row = rows.map(MapMode.READ_ONLY, 0, rows.size(), arena);
            MemorySegment text = texts.map(MapMode.READ_ONLY, 0, texts.size(), arena);
            MemorySegment entries = file.map(MapMode.READ_WRITE, 0, full.entriesEnd(), arena);
            Set<Long> repeated = new HashSet<>();
            long references = insert(full, row, entries, repeated);
            List<SharedEntry> shared = List.of();
            if (!repeated.isEmpty()) {
                List<List<SharedEntry>> groups = groups(row, text, repeated);
                references +=
                        groups.stream().mapToLong(group -> group.size() - 1).sum();
                shared = place(full, row, entries, groups);
            }

            long end = full.entriesEnd();
            for (SharedEntry one : shared) {
                end += file.write(ByteBuffer.wrap(one.bytes(row, full.entryBytes())), end);
            }

            end += file.write(ByteBuffer.wrap(json), end);
            new TableShape.Header(full, contacts, references, shared.size(), end).write(entries, json.length);
            entries.force();
            file.force(true);
            return references;
        }
    }

    /** Puts each row into the table unless its fingerprint is there; the number of those put. */
    private long insert(TableShape full, MemorySegment row, MemorySegment entries, Set<Long> repeated) {
        int bytes = full.entryBytes();
        long inserted = 0;
        for (long at = 0; at < row.byteSize(); at += bytes + PLACE) {
            long fingerprint = row.get(LONG, at);
            long entry = full.locate(entries, fingerprint);
            if (entry >= 0) {
                repeated.add(fingerprint);
            } else {
                MemorySegment.copy(row, at, entries, -1 - entry, bytes);
                inserted++;
            }
        }

        return inserted;
    }

    /** The rows of each repeated fingerprint, one for each different reference. */
    private List<List<SharedEntry>> groups(MemorySegment row, MemorySegment text, Set<Long> repeated) {
        Map<Long, Map<String, SharedEntry>> byFingerprint = new HashMap<>();
        for (long at = 0; at < row.byteSize(); at += shape.entryBytes() + PLACE) {
            long fingerprint = row.get(LONG, at);
            if (!repeated.contains(fingerprint)) {
                continue;
            }

            long place = row.get(LONG, at + shape.entryBytes());
            SharedEntry entry =
                    new SharedEntry(at, row.get(LONG, at + Long.BYTES), (place & 1) != 0, text(text, place >>> 1));
            byFingerprint
                    .computeIfAbsent(fingerprint, key -> new HashMap<>())
                    .merge(entry.reference(), entry, TableWriter::preferred);
        }

        return byFingerprint.values().stream()
                .map(group -> List.copyOf(group.values()))
                .toList();
    }

    /** A contact's own reference wins over an alias, and of two aliases the one of the newer contact. */
    private static SharedEntry preferred(SharedEntry one, SharedEntry other) {
        if (!one.alias() && !other.alias() && one.contact() != other.contact()) {
            throw Refusal.conflict(
                    "REFERENCE_TWICE",
                    "Cannot build the table of contacts: contacts %d and %d have the same reference. Merge them or change one of them."
                            .formatted(one.contact(), other.contact()));
        }

        if (one.alias() != other.alias()) {
            return one.alias() ? other : one;
        }

        return one.contact() >= other.contact() ? one : other;
    }

    /** Puts the row of each repeated reference where it belongs; what remains shares its fingerprint with others. */
    private static List<SharedEntry> place(
            TableShape full, MemorySegment row, MemorySegment entries, List<List<SharedEntry>> groups) {
        List<SharedEntry> shared = new ArrayList<>();
        for (List<SharedEntry> group : groups) {
            SharedEntry first = group.getFirst();
            long at = full.locate(entries, row.get(LONG, first.at()));
            if (group.size() == 1) {
                MemorySegment.copy(row, first.at(), entries, at, full.entryBytes());
            } else {
                entries.set(LONG, at + Long.BYTES, TableShape.SHARED);
                shared.addAll(group);
            }
        }

        return shared;
    }

    private static String text(MemorySegment texts, long at) {
        byte[] text =
                texts.asSlice(at + Integer.BYTES, texts.get(TableShape.INT, at)).toArray(ValueLayout.JAVA_BYTE);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** A row whose fingerprint is there more than once. */
    private record SharedEntry(long at, long contact, boolean alias, String reference) {

        byte[] bytes(MemorySegment row, int entryBytes) {
            byte[] text = reference.getBytes(StandardCharsets.UTF_8);
            ByteBuffer bytes = ByteBuffer.allocate(entryBytes + Integer.BYTES + text.length)
                    .order(ByteOrder.LITTLE_ENDIAN);
            bytes.put(row.asSlice(at, entryBytes).toArray(ValueLayout.JAVA_BYTE));
            return bytes.putInt(text.length).put(text).array();
        }
    }

    private static void ensure(ByteBuffer buffer, FileChannel file, int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush(buffer, file);
        }
    }

    private static void flush(ByteBuffer buffer, FileChannel file) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }

        buffer.clear();
    }

    /** Removes what was needed on the way. */
    @Override
    public void close() throws IOException {
        rows.close();
        texts.close();
        Files.deleteIfExists(rowsFile);
        Files.deleteIfExists(textsFile);
    }
}
