package io.muster.dedup.merge;

import java.util.List;

/**
 * What taking a merge back does.
 *
 * @param merge as it is afterwards, with what stays on the survivor since it was changed later
 * @param restored numbers of the contacts that are there again
 * @param transactions that go back to them
 * @param touchpoints that go back to them
 * @param responses that go back to them
 * @param memberships of lists that they have again
 */
public record UndoneMerge(
        MergeRecord merge, List<Long> restored, long transactions, long touchpoints, long responses, long memberships) {

    /** Copies the list. */
    public UndoneMerge {
        restored = List.copyOf(restored);
    }
}
