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
        /** It was taken, skipped or given up before. */
        ALREADY_TAKEN("it was taken, skipped or given up before"),
        /** Only the newest is wanted. */
        NOT_NEWEST("only the newest file is wanted"),
        /** Its size or time changed between two looks, or it was seen once only. */
        GROWING("it is still being written"),
        /** An older file is not ready or was not imported, and files are taken oldest first. */
        HELD_BACK("an older file is still being written or has failed, and files are taken oldest first"),
        /** Its marker file is missing. */
        NO_MARKER("its marker file is missing"),
        /** Its control file is missing. */
        NO_CONTROL_FILE("its control file is missing"),
        /** There is no date in its name where the job wants one. */
        NO_DATE("its name holds no date where files.dated wants one"),
        /** Its name holds a slash, a backslash or a control character, or is a name of a folder. */
        UNSAFE_NAME("its name holds a control character, a slash or a backslash; have it renamed"),
        /** Its name is not valid in the character set of names, so nothing can open it by that name. */
        UNREADABLE_NAME("its name is not valid UTF-8, so it cannot be opened; have it renamed"),
        /** It lies in the spool of another server. */
        ELSEWHERE("it lies in the spool of another server, which imports it"),
        /** It was listed earlier, but was not there when it was to be fetched; the next look is still to come. */
        NOT_OPENED("it was listed several times, but could not be opened; it is looked at again later");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** The reason as a clause that follows the name of the file and a colon. */
        public String text() {
            return text;
        }

        /** Whether a person may want to know of it: the file is neither settled nor passed over by wish of the job. */
        public boolean isNotable() {
            return this != ALREADY_TAKEN && this != NOT_NEWEST;
        }
    }
}
