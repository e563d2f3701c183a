package io.muster.jobs;

import java.util.Arrays;
import java.util.Optional;

/** What a run does. */
public enum RunKind {
    /** Imports one delivery into a directory. */
    CONTACT_IMPORT("contact-import", "fetch"),
    /** Computes the members of segments. */
    SEGMENT_REBUILD("segment-rebuild", "plan"),
    /** Makes one contact of each group of duplicates. */
    MERGE("merge", "merge"),
    /** Gives every contact its keys under pending rules. */
    RE_KEY("re-key", "rekey"),
    /** Deletes a directory with all that belongs to it. */
    DELETION("deletion", "delete"),
    /** Takes an import back. */
    UNDO("undo", "undo"),
    /** Publishes the snapshots of a directory's projects. */
    SNAPSHOT("snapshot", "table"),
    /** Says which contacts may be contacted, and reserves them. */
    ELIGIBILITY("eligibility", "judge"),

    /** Writes records into a file elsewhere. */
    FILE_OUT("file-out", "extract");

    private final String key;
    private final String firstStep;

    RunKind(String key, String firstStep) {
        this.key = key;
        this.firstStep = firstStep;
    }

    /** The kind's name in the database, in commands and in answers. */
    public String key() {
        return key;
    }

    /** The step that a run of this kind begins with. */
    public String firstStep() {
        return firstStep;
    }

    /** The kind of that name. */
    public static Optional<RunKind> of(String key) {
        return Arrays.stream(values()).filter(kind -> kind.key.equals(key)).findFirst();
    }
}
