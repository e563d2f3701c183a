package io.muster.dedup.merge;

import io.muster.dedup.DirectoryIdentity;
import io.muster.dedup.IdentityReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A merge of all duplicates of a directory, some groups at a time. What is done is done: after a crash a new run finds
 * what is left. Because the values of merged contacts can make new keys, groups are looked for again until there are
 * none. Not safe for use by several threads; several runs may work beside each other.
 */
public final class MergeRun {

    private final int directory;
    private final MergeScope scope;
    private final IdentityReader identities;
    private final DuplicateScan scan;
    private final GroupMerge merge;

    private @Nullable Groups groups;
    private int next;
    private int maxGroup;
    private long merges;
    private long absorbed;
    private long mergesOfPass;
    private final Set<Long> leftAlone = new HashSet<>();
    private long keptApart;
    private long taken;

    /**
     * What was done so far.
     *
     * @param merges groups that became one contact
     * @param absorbed contacts that went into another
     * @param ahead groups of the present pass not looked at yet
     * @param tooLarge groups left alone for their size
     * @param keptApart how often contacts with the same key were kept apart
     * @param taken keys that runs have taken: what the runs are going to write is left alone
     */
    public record Progress(long merges, long absorbed, long ahead, long tooLarge, long keptApart, long taken) {}

    /**
     * One group that became one contact.
     *
     * @param id the merge's numeric id
     * @param survivor number of the contact that is left
     * @param absorbed numbers of those it took in
     */
    public record Step(long id, long survivor, List<Long> absorbed) {}

    MergeRun(int directory, MergeScope scope, IdentityReader identities, DuplicateScan scan, GroupMerge merge) {
        this.directory = directory;
        this.scope = scope;
        this.identities = identities;
        this.scan = scan;
        this.merge = merge;
    }

    /**
     * Merges some groups, each in a transaction of its own.
     *
     * @param limit how many groups to look at
     * @return the merges made; empty when nothing is left
     */
    public List<Step> mergeNext(int limit) {
        List<Step> steps = new ArrayList<>();
        int looked = 0;
        while (looked < limit) {
            Groups found = groups;
            if (found == null) {
                found = look();
            }

            if (next == found.size()) {
                if (mergesOfPass == 0) {
                    return steps;
                }

                groups = null;
                continue;
            }

            int group = next++;
            if (found.members(group) > maxGroup) {
                leftAlone.add(found.numbers(group).getFirst());
                continue;
            }

            looked++;
            mergeGroup(found.numbers(group), steps);
        }

        return steps;
    }

    /** How far it has come. */
    public Progress progress() {
        Groups found = groups;
        return new Progress(
                merges, absorbed, found == null ? 0 : found.size() - next, leftAlone.size(), keptApart, taken);
    }

    private Groups look() {
        DirectoryIdentity identity = identities.read(directory);
        DuplicateScan.Found found = scan.scan(identity, scope);
        maxGroup = identity.settings().maxGroup();
        keptApart = found.leftOut();
        taken = found.taken();
        leftAlone.clear();
        groups = found.groups();
        next = 0;
        mergesOfPass = 0;
        return found.groups();
    }

    private void mergeGroup(List<Long> numbers, List<Step> steps) {
        List<Long> left = new ArrayList<>(numbers);
        while (left.size() > 1) {
            GroupMerge.Merged step = merge.merge(directory, scope, left).orElse(null);
            if (step == null) {
                return;
            }

            steps.add(new Step(step.merge(), step.survivor(), step.absorbed()));
            merges++;
            mergesOfPass++;
            absorbed += step.absorbed().size();
            left.removeAll(step.absorbed());
        }
    }
}
