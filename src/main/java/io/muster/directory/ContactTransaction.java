package io.muster.directory;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A dated record of something a contact did.
 *
 * @param number its own number in the directory
 * @param source where the record comes from
 * @param id its id in that source; null for none, and for records made before ids were kept
 * @param happenedAt when, epoch milliseconds
 * @param fields its own fields
 * @param run the import that brought it
 * @param recordedAt when it came to be known here, epoch milliseconds
 */
public record ContactTransaction(
        long number,
        String source,
        @Nullable String id,
        long happenedAt,
        SortedMap<String, String> fields,
        @Nullable Long run,
        long recordedAt) {}
