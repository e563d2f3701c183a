package io.muster.runs;

import io.muster.jobs.rebuild.Rebuild;
import io.muster.segment.publish.Built;
import java.util.List;

/**
 * What a request for a rebuild resulted in.
 *
 * @param rebuild the rebuild that answers it
 * @param origin whether it was begun for this request or was under way already
 * @param segments result for each segment; one that was changed meanwhile was built again, in a later version
 */
public record RebuildAnswer(Rebuild rebuild, Origin origin, List<Built> segments) {

    /** Whether something was held back. */
    public boolean isHeld() {
        return segments.stream().anyMatch(Built::isHeld);
    }
}
