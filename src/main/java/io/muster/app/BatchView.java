package io.muster.app;

/**
 * A batch of transactions.
 *
 * @param id {@code BT_…}
 * @param createdAt its date, epoch milliseconds
 * @param number its number in the directory, a position among batches
 */
public record BatchView(String id, long createdAt, long number) {}
