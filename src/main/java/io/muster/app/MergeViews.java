package io.muster.app;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.Evidence;
import io.muster.dedup.merge.MergeRecord;
import io.muster.dedup.merge.UndoneMerge;
import io.muster.directory.Directory;
import io.muster.jobs.Run;
import io.muster.jobs.merge.MergeReport;
import io.muster.support.Ids;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Duplicates and merges as they are shown everywhere, with public ids, each in this order of keys. */
public final class MergeViews {

    private MergeViews() {}

    /** A rule and the contacts that share its key. */
    public record Shared(List<String> rule, List<String> contacts) {

        private static List<Shared> of(Ids ids, int directory, List<Evidence> evidence) {
            return evidence.stream()
                    .map(one -> new Shared(one.rule(), MergeViews.contacts(ids, directory, one.contacts())))
                    .toList();
        }
    }

    /** A group that may be merged; the survivor is its oldest contact. */
    public record Group(String survivor, List<String> contacts, List<Shared> because) {

        private static List<Group> of(Ids ids, int directory, List<Duplicates.Group> groups) {
            return groups.stream()
                    .map(group -> {
                        List<String> contacts = MergeViews.contacts(ids, directory, group.contacts());
                        return new Group(contacts.getFirst(), contacts, Shared.of(ids, directory, group.evidence()));
                    })
                    .toList();
        }
    }

    /**
     * What a merge would do.
     *
     * @param taken keys that runs have taken: what those runs are going to write is in no group
     */
    public record Counts(
            long groups,
            long contacts,
            long absorbed,
            long tooLarge,
            long contactsTooLarge,
            long keptApart,
            long taken) {}

    /**
     * What a merge would do, with some of its groups.
     *
     * @param maxGroup size above which a group is left alone
     */
    public record Preview(String directory, Counts counts, int maxGroup, List<Group> groups, List<Group> tooLarge) {

        static Preview of(Ids ids, Directory directory, Duplicates.Preview preview) {
            return new Preview(
                    directory.id(),
                    new Counts(
                            preview.groups(),
                            preview.contacts(),
                            preview.contacts() - preview.groups(),
                            preview.tooLarge(),
                            preview.contactsTooLarge(),
                            preview.keptApart(),
                            preview.taken()),
                    preview.maxGroup(),
                    Group.of(ids, directory.number(), preview.shown()),
                    Group.of(ids, directory.number(), preview.shownTooLarge()));
        }
    }

    /** One merge that was made. */
    public record Merged(String merge, String survivor, List<String> absorbed) {}

    /** How much was merged. */
    public record Done(long groups, long contacts, long absorbed, long tooLarge, long keptApart) {}

    /** What a run has merged, with the first of its groups. */
    public record Merge(String directory, String run, Done counts, List<Merged> groups) {

        /** What the report of a run says. */
        public static Merge of(Ids ids, Directory directory, Run run, MergeReport report) {
            return new Merge(
                    directory.id(),
                    run.id(),
                    new Done(
                            report.merges(),
                            report.merges() + report.absorbed(),
                            report.absorbed(),
                            report.tooLarge(),
                            report.keptApart()),
                    report.first().stream()
                            .map(step -> new Merged(
                                    ids.merge(step.id()),
                                    ids.contact(directory.number(), step.survivor()),
                                    MergeViews.contacts(ids, directory.number(), step.absorbed())))
                            .toList());
        }
    }

    /**
     * A recorded merge.
     *
     * @param absorbed how many contacts the survivor took in
     * @param undone when it was taken back; null while it stands
     * @param kept after an undo: values that had been changed since and were left as they are
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Recorded(
            String merge,
            String survivor,
            int absorbed,
            MergeRecord.State state,
            Instant merged,
            @Nullable Instant undone,
            List<Shared> because,
            List<String> kept) {

        static Recorded of(Ids ids, MergeRecord merge) {
            Long undone = merge.undoneAt();
            return new Recorded(
                    ids.merge(merge.id()),
                    ids.contact(merge.directory(), merge.survivor()),
                    merge.absorbed(),
                    merge.state(),
                    Instant.ofEpochMilli(merge.mergedAt()),
                    undone == null ? null : Instant.ofEpochMilli(undone),
                    Shared.of(ids, merge.directory(), merge.evidence()),
                    merge.kept());
        }
    }

    /**
     * What taking a merge back would do.
     *
     * @param merge as it would be afterwards
     * @param restored the contacts that would be there again
     */
    public record Undoing(
            Recorded merge,
            List<String> restored,
            long transactions,
            long touchpoints,
            long responses,
            long memberships) {

        static Undoing of(Ids ids, UndoneMerge undone) {
            return new Undoing(
                    Recorded.of(ids, undone.merge()),
                    contacts(ids, undone.merge().directory(), undone.restored()),
                    undone.transactions(),
                    undone.touchpoints(),
                    undone.responses(),
                    undone.memberships());
        }
    }

    /** A contact before a merge. */
    public record Before(String contact, SortedMap<String, String> values) {}

    /** A merge with the contacts before it, the survivor first. */
    public record Explained(Recorded merge, List<Before> before) {

        static Explained of(Ids ids, Duplicates.Explanation explanation) {
            int directory = explanation.merge().directory();
            return new Explained(
                    Recorded.of(ids, explanation.merge()),
                    explanation.before().stream()
                            .map(before -> new Before(ids.contact(directory, before.number()), before.values()))
                            .toList());
        }
    }

    private static List<String> contacts(Ids ids, int directory, List<Long> numbers) {
        return numbers.stream().map(number -> ids.contact(directory, number)).toList();
    }
}
