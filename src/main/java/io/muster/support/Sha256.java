package io.muster.support;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The first 128 bits of the SHA-256 of some texts, each behind its length, so that no two lists of texts read alike.
 *
 * @param first the first eight bytes, big-endian
 * @param second the next eight bytes, big-endian
 */
public record Sha256(long first, long second) {

    /** Hashes texts as UTF-8. */
    public static Sha256 of(String... texts) {
        MessageDigest digest = digest();
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(4).putInt(0, bytes.length));
            digest.update(bytes);
        }

        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        return new Sha256(hash.getLong(), hash.getLong());
    }

    /** One as it was stored. */
    public static Sha256 of(byte[] stored) {
        ByteBuffer bytes = ByteBuffer.wrap(stored);
        return new Sha256(bytes.getLong(), bytes.getLong());
    }

    /** A new digest. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** The 16 bytes as stored. */
    public byte[] bytes() {
        return ByteBuffer.allocate(16).putLong(first).putLong(second).array();
    }

    /** The 16 bytes in hexadecimal. */
    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }
}
