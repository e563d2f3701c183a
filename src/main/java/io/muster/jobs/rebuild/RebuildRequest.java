package io.muster.jobs.rebuild;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A request for a rebuild; stored as JSON with its run.
 *
 * @param directory the directory's number
 * @param kind what it covers
 * @param segments numeric ids of the segments asked for with {@link RebuildKind#ALONE}; empty else
 * @param freshness which moment will do
 * @param cause who or what asks, for the history; at most 255 characters
 */
public record RebuildRequest(
        int directory, RebuildKind kind, SortedSet<Long> segments, Freshness freshness, String cause) {

    /** Which moment will do. */
    public enum Freshness {
        /** That of a rebuild that is running already. */
        RUNNING,
        /** One after the request was made: what was written before must count. */
        FROM_NOW
    }

    /** Copies the segments. */
    public RebuildRequest {
        segments = Collections.unmodifiableSortedSet(new TreeSet<>(segments));
    }

    /** All segments over all contacts, or those of a rebuild that runs already. */
    public static RebuildRequest full(int directory, String cause) {
        return new RebuildRequest(directory, RebuildKind.FULL, Collections.emptySortedSet(), Freshness.RUNNING, cause);
    }

    /** All segments, where possible over the contacts that changed. */
    public static RebuildRequest incremental(int directory, String cause) {
        return new RebuildRequest(
                directory, RebuildKind.INCREMENTAL, Collections.emptySortedSet(), Freshness.RUNNING, cause);
    }

    /** Some segments over all contacts. */
    public static RebuildRequest alone(int directory, Collection<Long> segments, String cause) {
        return new RebuildRequest(directory, RebuildKind.ALONE, new TreeSet<>(segments), Freshness.RUNNING, cause);
    }

    /** Whether what it asks for covers all that another one asks for; which moment is read is another question. */
    public boolean covers(RebuildRequest other) {
        return switch (kind) {
            case FULL -> true;
            case INCREMENTAL -> other.kind == RebuildKind.INCREMENTAL;
            case ALONE -> other.kind == RebuildKind.ALONE && segments.containsAll(other.segments);
        };
    }

    /** Whether it asks for the same segments over the same contacts. */
    public boolean isSameAs(RebuildRequest other) {
        return kind == other.kind && segments.equals(other.segments);
    }

    /** The same, from a moment after now. */
    public RebuildRequest fromNow() {
        return new RebuildRequest(directory, kind, segments, Freshness.FROM_NOW, cause);
    }
}
