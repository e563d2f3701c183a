package io.muster.automation;

import java.time.Instant;
import java.util.List;

/**
 * What a rebuild of segments came to.
 *
 * @param directory the directory's name
 * @param version the version that was built
 * @param contacts contacts read
 * @param segments segments built
 * @param held names of those held back since their size jumped, or one that they use did
 */
public record RebuildSummary(
        String directory,
        long version,
        long contacts,
        int segments,
        List<String> held,
        Instant started,
        Instant ended) {

    /** Copies the names. */
    public RebuildSummary {
        held = List.copyOf(held);
    }
}
