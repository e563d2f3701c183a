package io.muster.load;

import org.jspecify.annotations.Nullable;

/**
 * A transaction to record.
 *
 * @param happenedAt epoch milliseconds
 * @param fields its fields as stored JSON
 */
public record TransactionWrite(
        EventKey key, long happenedAt, @Nullable String fields) {}
