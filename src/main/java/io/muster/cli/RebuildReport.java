package io.muster.cli;

import io.muster.directory.Directory;
import io.muster.jobs.rebuild.Rebuild;
import io.muster.runs.Origin;
import io.muster.runs.RebuildAnswer;
import io.muster.segment.publish.Built;
import io.muster.support.Ids;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A rebuild as commands answer it.
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
record RebuildReport(
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
    record Segment(String id, String name, long version, long count, long added, long removed, String state) {

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

    static RebuildReport of(Directory directory, RebuildAnswer answer, Ids ids) {
        Rebuild rebuild = answer.rebuild();
        return new RebuildReport(
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

    String text() {
        TextTable table = new TextTable("ID", "NAME", "COUNT", "ADDED", "REMOVED", "");
        segments.forEach(segment -> table.row(
                segment.id(),
                segment.name(),
                segment.count(),
                segment.added(),
                segment.removed(),
                segment.state().equals("held") ? "held" : ""));
        return "%sVersion %d%s: %d segments over %,d contacts in %.1f s, as of %s\n"
                .formatted(
                        segments.isEmpty() ? "" : table,
                        version,
                        joined ? " (joined)" : "",
                        segments.size(),
                        contacts,
                        seconds,
                        asOf);
    }

    /** What was not published, as the one line that failed work leaves on standard error. */
    Optional<String> heldNote() {
        List<Segment> held = segments.stream()
                .filter(segment -> segment.state().equals("held"))
                .toList();
        return held.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "Cannot publish all of version %d: held back, since their size jumped or they use one that"
                                        .formatted(version)
                                + " did: "
                                + held.stream()
                                        .map(segment -> "'%s' (%s, %,d members)"
                                                .formatted(segment.name(), segment.id(), segment.count()))
                                        .collect(Collectors.joining(", "))
                                + ". Look at them, then 'muster segments publish', or correct the cause and rebuild.");
    }
}
