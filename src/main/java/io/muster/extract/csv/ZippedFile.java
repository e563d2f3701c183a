package io.muster.extract.csv;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The one file inside a zip file; folders and the {@code __MACOSX} attachments of macOS do not count. */
final class ZippedFile extends InputStream {

    private final ZipFile zip;
    private final ZipEntry entry;
    private final InputStream unpacked;
    private final String file;
    private final CRC32 crc = new CRC32();
    private long count;

    private ZippedFile(ZipFile zip, ZipEntry entry, InputStream unpacked, String file) {
        this.zip = zip;
        this.entry = entry;
        this.unpacked = unpacked;
        this.file = file;
    }

    static ZippedFile open(Path spool, String file) throws IOException {
        ZipFile zip;
        try {
            // names of old archives are in no known set: Latin-1 never fails, and the names are not used for paths
            zip = new ZipFile(spool.toFile(), StandardCharsets.ISO_8859_1);
        } catch (ZipException e) {
            throw broken(file, "it is cut short or damaged (" + e.getMessage() + ")");
        }

        try {
            ZipEntry entry = onlyEntry(zip, file);
            refuseEncrypted(spool, file);
            return new ZippedFile(zip, entry, zip.getInputStream(entry), file);
        } catch (ZipException e) {
            zip.close();
            throw broken(file, String.valueOf(e.getMessage()));
        } catch (FileRefused | IOException e) {
            zip.close();
            throw e;
        }
    }

    private static ZipEntry onlyEntry(ZipFile zip, String file) {
        List<? extends ZipEntry> entries = zip.stream()
                .filter(entry -> !entry.isDirectory() && !entry.getName().startsWith("__MACOSX/"))
                .toList();
        if (entries.size() != 1) {
            throw new FileRefused(
                    FileRefused.Code.ARCHIVE_ENTRIES,
                    "Cannot unpack %s: the zip file holds %s files, but must hold exactly one. Have one zip per file delivered."
                            .formatted(file, entries.isEmpty() ? "no" : entries.size()));
        }
        return entries.getFirst();
    }

    /** Bit 0 of the flags in the first local header; Java's zip reader does not look at it. */
    private static void refuseEncrypted(Path spool, String file) throws IOException {
        byte[] header = SpoolStream.firstBytes(spool, 8);
        if (header.length == 8 && (header[6] & 1) != 0) {
            throw broken(file, "it is protected by a password");
        }
    }

    /** Name of the file inside, in the words of the archive. */
    String entryName() {
        return entry.getName();
    }

    /** How much of the file inside has been read, 0 to 1. */
    double share() {
        return entry.getSize() <= 0 ? 0 : Math.min(1, (double) count / entry.getSize());
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read;
        try {
            read = unpacked.read(target, offset, length);
        } catch (ZipException | java.io.EOFException e) {
            throw broken(file, "its packed data is damaged (" + e.getMessage() + ")");
        }

        if (read > 0) {
            crc.update(target, offset, read);
            count += read;
        } else if (read < 0 && (crc.getValue() != entry.getCrc() || count != entry.getSize())) {
            throw broken(file, "its checksum or length is wrong");
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    private static FileRefused broken(String file, String reason) {
        return new FileRefused(
                FileRefused.Code.BROKEN_ARCHIVE,
                "Cannot unpack %s: %s. Have the zip file delivered again.".formatted(file, reason));
    }
}
