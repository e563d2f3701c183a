package io.muster.jobs.merge;

import io.muster.dedup.merge.MergeRun;
import java.util.ArrayList;
import java.util.List;

/**
 * Findings of a merge; stored as JSON with its run after each portion of groups.
 *
 * @param merges groups that became one contact, over all attempts
 * @param absorbed contacts that went into another
 * @param tooLarge groups left alone for their size
 * @param keptApart how often contacts with the same key were kept apart
 * @param first the first merges made, at most {@link #LISTED}; the journal of merges has all
 */
public record MergeReport(long merges, long absorbed, long tooLarge, long keptApart, List<MergeRun.Step> first) {

    /** The most merges that are listed one by one. */
    public static final int LISTED = 1_000;

    /** Nothing merged. */
    public static final MergeReport NONE = new MergeReport(0, 0, 0, 0, List.of());

    /** Copies the merges. */
    public MergeReport {
        first = List.copyOf(first);
    }

    /** With further merges, which left the present pass like this. */
    MergeReport with(List<MergeRun.Step> further, MergeRun.Progress progress) {
        List<MergeRun.Step> listed = new ArrayList<>(first);
        further.stream().limit((long) LISTED - listed.size()).forEach(listed::add);
        long more = further.stream().mapToLong(step -> step.absorbed().size()).sum();
        return new MergeReport(
                merges + further.size(), absorbed + more, progress.tooLarge(), progress.keptApart(), listed);
    }
}
