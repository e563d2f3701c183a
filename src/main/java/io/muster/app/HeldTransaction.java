package io.muster.app;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A transaction with whose it is.
 *
 * @param id {@code CTR_…}
 * @param contact {@code CID_…}
 * @param list {@code CG_…} of the list that its caller named; null for none
 * @param happenedAt epoch milliseconds
 * @param number its number in the directory, a position in a batch
 */
public record HeldTransaction(
        String id, String contact, @Nullable String list, long happenedAt, Map<String, String> fields, long number) {}
