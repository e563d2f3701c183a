package io.muster.load;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/** A set of row numbers as it is kept in the ledger: a deflated bitmap. */
public final class RowSet {

    private RowSet() {}

    /** The bytes to store. */
    public static byte[] pack(BitSet rows) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes, deflater))) {
            out.write(rows.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }

        return bytes.toByteArray();
    }

    /** Reads what {@link #pack} wrote. */
    public static BitSet unpack(byte[] stored) {
        try (InflaterInputStream in = new InflaterInputStream(new java.io.ByteArrayInputStream(stored))) {
            return BitSet.valueOf(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
