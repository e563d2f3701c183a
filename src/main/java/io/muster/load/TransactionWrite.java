package io.muster.load;

import io.muster.support.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * A transaction to record.
 *
 * @param high the first eight bytes of its key
 * @param low the last eight bytes of its key
 * @param happenedAt epoch milliseconds
 * @param fields its fields as stored JSON
 * @param ownId whether the key comes from the transaction's own id; else it is completed with the contact's number
 */
public record TransactionWrite(
        long high, long low, long happenedAt, @Nullable String fields, boolean ownId) {

    /** The transaction with the key it has for a contact. */
    public TransactionWrite forContact(long number) {
        if (ownId) {
            return this;
        }

        Sha256 key = Sha256.of("transaction", Long.toString(number), Long.toHexString(high), Long.toHexString(low));
        return new TransactionWrite(key.first(), key.second(), happenedAt, fields, true);
    }
}
