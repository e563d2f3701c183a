package io.muster.directory;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A dated record of something a contact did.
 *
 * @param happenedAt when, epoch milliseconds
 * @param fields its own fields
 * @param run the import that brought it
 * @param recordedAt when it came to be known here, epoch milliseconds
 */
public record ContactTransaction(
        long happenedAt,
        SortedMap<String, String> fields,
        @Nullable Long run,
        long recordedAt) {}
