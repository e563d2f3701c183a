package io.muster.extract.csv;

import org.jspecify.annotations.Nullable;

/**
 * Why a record cannot be taken as it is.
 *
 * @param code the kind of problem
 * @param column name of the column at fault; null when the row as a whole is
 * @param message one sentence without the content of any cell
 */
public record RowProblem(Code code, @Nullable String column, String message) {

    /** Kinds of problems; the names are kept in reject reports. */
    public enum Code {
        /** More or fewer cells than the header. */
        RAGGED_ROW,
        /** Bytes that do not belong to the character set of the file. */
        MALFORMED_BYTES,
        /** A NUL character: a sign of broken or binary content. */
        NUL_CHARACTER
    }
}
