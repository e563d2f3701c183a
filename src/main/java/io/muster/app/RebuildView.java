package io.muster.app;

import io.muster.directory.Directory;
import io.muster.jobs.rebuild.Rebuild;
import io.muster.runs.Origin;
import io.muster.runs.RebuildAnswer;
import io.muster.segment.publish.Built;
import io.muster.support.Ids;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * A rebuild as it is shown everywhere, in this order of keys.
 *
 * @param directory the id of the directory
 * @param run the id of its run
 * @param version the version that it built
 * @param status completed, or held where something was held back
 * @param joined whether it was under way already when it was asked for
 * @param asOf the moment of contacts, lists and events that it read
 * @param contacts contacts read
 * @param seconds time it took
 */
public record RebuildView(
        String directory,
        String run,
        long version,
        String kind,
        String status,
        boolean joined,
        Instant asOf,
        long contacts,
        double seconds,
        List<Segment> segments) {

    /**
     * One segment.
     *
     * @param count members in the version that was built
     * @param added members who joined
     * @param removed members who left
     * @param state published, or held: readers see the version before
     */
    public record Segment(String id, String name, long version, long count, long added, long removed, String state) {

        static Segment of(Built built, Ids ids) {
            return new Segment(
                    ids.segment(built.segment()),
                    built.name(),
                    built.version(),
                    built.members(),
                    built.added(),
                    built.removed(),
                    built.isHeld() ? "held" : "published");
        }
    }

    /** The view of what a request resulted in. */
    public static RebuildView of(Directory directory, RebuildAnswer answer, Ids ids) {
        Rebuild rebuild = answer.rebuild();
        return new RebuildView(
                directory.id(),
                rebuild.run().id(),
                rebuild.version(),
                rebuild.kind().name().toLowerCase(Locale.ROOT),
                answer.isHeld() ? "held" : "completed",
                answer.origin() == Origin.JOINED,
                Instant.ofEpochMilli(rebuild.run().moment()),
                rebuild.contacts(),
                rebuild.run().workedMillis() / 1000.0,
                answer.segments().stream().map(built -> Segment.of(built, ids)).toList());
    }
}
