package io.muster.app;

import java.util.List;

/**
 * What the undo of an import would do.
 *
 * @param of the id of the import
 * @param preview always true: nothing was changed
 * @param deleted contacts that would go
 * @param restored contacts that would get something back
 * @param kept what would not be as it was before the import
 */
public record UndoForecast(String kind, String of, boolean preview, long deleted, long restored, List<KeptThing> kept) {

    /** Copies the list. */
    public UndoForecast {
        kept = List.copyOf(kept);
    }
}
