package io.muster.intercept.decide;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signatures: lower-case hexadecimal HMAC-SHA256. One of a reference is over its trimmed UTF-8, under the secret of its
 * project.
 */
public final class Signatures {

    private static final String ALGORITHM = "HmacSHA256";
    private static final HexFormat HEX = HexFormat.of();

    private final SecretKeySpec key;

    /** Signatures under a secret, which is any text but the empty one. */
    public Signatures(String secret) {
        this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /** The signature of a text. */
    public String of(String text) {
        return HEX.formatHex(sign(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
    }

    /** Whether this is the signature of a text; takes as long whether it is or not. */
    public boolean verify(String text, String signature) {
        return isEqual(of(text), signature);
    }

    /** Whether this is the signature of a reference; takes as long whether it is or not. */
    boolean verify(Reference reference, @Nullable String signature) {
        return isEqual(HEX.formatHex(sign(reference.view())), signature == null ? "" : signature);
    }

    private static boolean isEqual(String expected, String given) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] sign(ByteBuffer bytes) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(bytes);
            return mac.doFinal();
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
        }
    }
}
