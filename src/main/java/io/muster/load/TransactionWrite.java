package io.muster.load;

import org.jspecify.annotations.Nullable;

/**
 * A transaction to record.
 *
 * @param high the first eight bytes of its key
 * @param low the last eight bytes of its key
 * @param happenedAt epoch milliseconds
 * @param fields its fields as stored JSON
 */
public record TransactionWrite(
        long high, long low, long happenedAt, @Nullable String fields) {

    byte[] key() {
        return java.nio.ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }
}
