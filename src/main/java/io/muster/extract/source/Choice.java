package io.muster.extract.source;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which files to take, and why others that match are not taken.
 *
 * @param take the files to take, in the order in which to take them
 * @param passedOver matching files that are not taken now, with the reason
 */
public record Choice(List<Chosen> take, List<PassedOver> passedOver) {

    /**
     * A file to take.
     *
     * @param file the file
     * @param marker the marker file that says it is complete, where the job wants one
     * @param control the control file that describes it, where the job wants one
     */
    public record Chosen(
            SourceFile file,
            @Nullable SourceFile marker,
            @Nullable SourceFile control) {}

    /** A file not taken now. */
    public record PassedOver(SourceFile file, Reason reason) {}

    /** Why a file is not taken. */
    public enum Reason {
        /** It was taken before. */
        ALREADY_TAKEN,
        /** Only the newest is wanted. */
        NOT_NEWEST,
        /** Its size or time changed between two looks, or it was seen once only. */
        GROWING,
        /** An older file is not ready, and files are taken oldest first. */
        HELD_BACK,
        /** Its marker file is missing. */
        NO_MARKER,
        /** Its control file is missing. */
        NO_CONTROL_FILE,
        /** There is no date in its name where the job wants one. */
        NO_DATE,
        /** Its name holds a slash, a backslash or a control character, or is a name of a folder. */
        UNSAFE_NAME
    }
}
