package io.muster.snapshot.format;

import io.muster.support.Sha256;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** SHA-256 of whole files, hexadecimal. */
final class Hashes {

    private static final int BUFFER = 1 << 18;

    private Hashes() {}

    static String ofFile(Path path) throws IOException {
        MessageDigest digest = Sha256.digest();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try (FileChannel file = FileChannel.open(path)) {
            while (file.read(buffer) >= 0) {
                digest.update(buffer.flip());
                buffer.clear();
            }
        }

        return HexFormat.of().formatHex(digest.digest());
    }

    static String of(byte[] bytes) {
        return HexFormat.of().formatHex(Sha256.digest().digest(bytes));
    }

    static String of(MemorySegment bytes) {
        MessageDigest digest = Sha256.digest();
        byte[] buffer = new byte[BUFFER];
        for (long at = 0; at < bytes.byteSize(); at += BUFFER) {
            int length = (int) Math.min(BUFFER, bytes.byteSize() - at);
            MemorySegment.copy(bytes, at, MemorySegment.ofArray(buffer), 0, length);
            digest.update(buffer, 0, length);
        }

        return HexFormat.of().formatHex(digest.digest());
    }
}
