package io.muster.app;

import io.muster.jobs.RunStatus;
import java.util.List;

/**
 * What the undo of an import has done.
 *
 * @param run the undo's id
 * @param of the id of the import that was taken back
 * @param deleted contacts that the import had made and that are gone
 * @param restored contacts that were there before and got something back
 * @param kept what the import changed and what is not as it was before
 */
public record UndoAnswer(
        String run, String kind, String of, RunStatus status, long deleted, long restored, List<KeptThing> kept) {

    /** Copies the list. */
    public UndoAnswer {
        kept = List.copyOf(kept);
    }
}
