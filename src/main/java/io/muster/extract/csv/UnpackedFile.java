package io.muster.extract.csv;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The unpacked bytes of a spool file, within the limits. Whether it is gzip or zip is decided by its first bytes, not
 * by its name.
 */
final class UnpackedFile extends FilterInputStream {

    /** So much may come out of any archive before the ratio counts: small files of blanks pack extremely well. */
    private static final long FREE_OF_RATIO = 64L << 20;

    private final String file;
    private final String innerName;
    private final long packedSize;
    private final @Nullable SpoolStream packed;
    private final @Nullable ZippedFile zipped;
    private final FileFormat format;
    private long unpacked;

    private UnpackedFile(
            InputStream in,
            String file,
            String innerName,
            long packedSize,
            @Nullable SpoolStream packed,
            @Nullable ZippedFile zipped,
            FileFormat format) {
        super(in);
        this.file = file;
        this.innerName = innerName;
        this.packedSize = packedSize;
        this.packed = packed;
        this.zipped = zipped;
        this.format = format;
    }

    static UnpackedFile open(Path spool, String file, FileFormat format) throws IOException {
        long size = Files.size(spool);
        if (size == 0) {
            throw empty(file);
        }

        byte[] magic = SpoolStream.firstBytes(spool, 4);
        if (startsWith(magic, 'P', 'K', 3, 4) || startsWith(magic, 'P', 'K', 5, 6)) {
            ZippedFile zipped = ZippedFile.open(spool, file);
            return new UnpackedFile(zipped, file, zipped.entryName(), size, null, zipped, format);
        }

        SpoolStream packed = new SpoolStream(spool);
        if (!startsWith(magic, 0x1F, 0x8B)) {
            return new UnpackedFile(packed, file, file, size, packed, null, format);
        }

        try {
            return new UnpackedFile(
                    new GzipMembers(packed, file), file, withoutSuffix(file, ".gz"), size, packed, null, format);
        } catch (FileRefused | IOException e) {
            packed.close();
            throw e;
        }
    }

    static FileRefused empty(String file) {
        return new FileRefused(
                FileRefused.Code.EMPTY_FILE,
                "Cannot read %s: the file is empty, not even a header is in it. Have it delivered again."
                        .formatted(file));
    }

    /** Name of the file without its packing: it says whether the file is TSV or CSV. */
    String innerName() {
        return innerName;
    }

    /** Size of the spool file in bytes. */
    long packedSize() {
        return packedSize;
    }

    /** How many bytes of the spool file have been read; exact except for zip, where it is in proportion. */
    long packedRead() {
        if (zipped != null) {
            return (long) (zipped.share() * packedSize);
        }
        return packed == null ? 0 : packed.count();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = in.read(target, offset, length);
        if (read > 0) {
            unpacked += read;
            checkLimits();
        }
        return read;
    }

    private void checkLimits() {
        if (unpacked > format.maxBytes()) {
            throw new FileRefused(
                    FileRefused.Code.TOO_LARGE,
                    "Cannot read %s: it has more than %,d bytes unpacked. Raise the limit if such files are expected."
                            .formatted(file, format.maxBytes()));
        }
        if (unpacked > FREE_OF_RATIO && unpacked > format.maxRatio() * packedSize) {
            throw new FileRefused(
                    FileRefused.Code.RATIO_EXCEEDED,
                    "Cannot read %s: it unpacks to more than %s times its size, as a zip bomb does. Raise the limit if such files are expected."
                            .formatted(file, format.maxRatio()));
        }
    }

    private static String withoutSuffix(String name, String suffix) {
        int end = name.length() - suffix.length();
        return end > 0 && name.regionMatches(true, end, suffix, 0, suffix.length()) ? name.substring(0, end) : name;
    }

    private static boolean startsWith(byte[] bytes, int... magic) {
        if (bytes.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((bytes[i] & 0xFF) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
