package io.muster.app;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that a caller gives.
 *
 * @param contact id of its contact
 * @param list id of the list that it is named with; null for none
 * @param date when it happened, epoch milliseconds; null for now
 * @param fields its fields
 */
public record NewTransaction(
        String contact, @Nullable String list, @Nullable Long date, Map<String, String> fields) {}
