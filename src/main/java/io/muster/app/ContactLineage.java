package io.muster.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of a contact come from.
 *
 * @param fields every field that has a value, and every one that was emptied, in the order in which contacts are shown
 */
public record ContactLineage(String contactId, List<Value> fields) {

    /** How a value came. */
    public enum By {
        /** In a row of a file. */
        @JsonProperty("import")
        IMPORT,
        /** By an edit of the one contact, of a person or a program. */
        @JsonProperty("edit")
        EDIT,
        /** Before records were kept. */
        @JsonProperty("unknown")
        UNKNOWN
    }

    /**
     * A value and where it comes from, in this order of keys; what does not apply, or is not known, is null.
     *
     * @param field its key, for example {@code email} or {@code embedded.plan}
     * @param value the value; null for a field that was emptied
     * @param run the id of the run
     * @param file the path of the run's file
     * @param row the record number in the file; the first data row is 1
     * @param at when the run or the edit wrote it
     * @param source the name of the source that the run's rows speak for
     * @param asOf the moment that the row's as-of column said
     * @param actor who made the edit
     */
    public record Value(
            String field,
            @Nullable String value,
            By by,
            @Nullable String run,
            @Nullable String file,
            @Nullable Long row,
            @Nullable Instant at,
            @Nullable String source,
            @Nullable Instant asOf,
            @Nullable String actor) {}
}
