package io.muster.app;

import io.muster.jobs.ImportDrafts.Draft;
import io.muster.jobs.contactimport.FileHead;
import org.jspecify.annotations.Nullable;

/**
 * An import that somebody prepares.
 *
 * @param directory the id of its directory
 * @param corrects the run whose rejected rows it corrects; null for none
 * @param forecast its dry run; null while there is none
 * @param run the run that imports it; null while there is none
 * @param repeats the run that imported the same content last; null for none
 * @param elsewhere the server that has the file; null when this one has it
 */
public record DraftView(
        Draft draft,
        DraftChoices choices,
        FileHead head,
        String directory,
        @Nullable String corrects,
        @Nullable String forecast,
        @Nullable String run,
        @Nullable String repeats,
        @Nullable Elsewhere elsewhere) {

    /**
     * Where the file lies.
     *
     * @param living whether that server runs
     */
    public record Elsewhere(String server, boolean living) {}
}
