package io.muster.runs;

import io.muster.jobs.rebuild.Rebuild;
import io.muster.segment.publish.Built;
import java.util.List;

/**
 * What a wish for a rebuild came to.
 *
 * @param rebuild the rebuild that answers it
 * @param share whether it was begun for this wish or was under way already
 * @param segments what became of each segment; one that was changed meanwhile was built again, in a later version
 */
public record RebuildAnswer(Rebuild rebuild, Share share, List<Built> segments) {

    /** Who worked on it. */
    public enum Share {
        /** This process, for this wish. */
        OWN,
        /** Somebody else, for an earlier wish. */
        JOINED
    }

    /** Whether something was held back. */
    public boolean isHeld() {
        return segments.stream().anyMatch(Built::isHeld);
    }
}
