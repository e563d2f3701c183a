package io.muster.intercept.page;

import io.muster.support.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * A script as it is sent.
 *
 * @param plain its UTF-8
 * @param gzip the same, compressed
 * @param hash the first 16 digits of its SHA-256
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record PageScript(byte[] plain, byte[] gzip, String hash) {

    private static final int DIGITS = 16;

    static PageScript of(byte[] plain) {
        return new PageScript(
                plain,
                compressed(plain),
                HexFormat.of().formatHex(Sha256.digest().digest(plain)).substring(0, DIGITS));
    }

    private static byte[] compressed(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        }) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return bytes.toByteArray();
    }
}
