package io.muster.jobs.rebuild;

import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * A rebuild as the ledger has it. Times are epoch milliseconds.
 *
 * @param version its number, which is the version of everything it builds
 * @param segments numeric ids of the segments asked for; empty for all
 * @param cause who or what asked for it
 * @param status how it stands; {@link RebuildStatus#DEAD} as soon as its heartbeat is overdue
 * @param reason why it has not completed; null else
 * @param epoch how often a process took it over
 * @param asOf the moment it reads; null until it has fixed one
 * @param contacts contacts read, as far as known
 * @param share how far it has come, 0 to 1
 * @param workedMillis time worked, over all attempts
 */
public record Rebuild(
        int directory,
        long version,
        RebuildKind kind,
        SortedSet<Long> segments,
        String cause,
        RebuildStatus status,
        @Nullable String reason,
        int epoch,
        @Nullable Long asOf,
        long started,
        @Nullable Long ended,
        long contacts,
        double share,
        long workedMillis) {

    /** Whether it covers all that is wished for; which moment it reads is another question. */
    public boolean covers(RebuildRequest request) {
        return switch (kind) {
            case FULL -> true;
            case INCREMENTAL -> request.kind() == RebuildKind.INCREMENTAL;
            case ALONE -> request.kind() == RebuildKind.ALONE && segments.containsAll(request.segments());
        };
    }

    /** Whether it was asked for by the same wish. */
    public boolean isSameAs(RebuildRequest request) {
        return kind == request.kind() && segments.equals(request.segments());
    }
}
