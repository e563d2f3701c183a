package io.muster.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.Evidence;
import io.muster.dedup.merge.MergeRecord;
import io.muster.dedup.merge.MergeRun;
import io.muster.directory.Directory;
import io.muster.support.Ids;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** The answers of {@code duplicates} with public ids. */
final class DuplicatesAnswer {

    private DuplicatesAnswer() {}

    /** A rule and the contacts that share its key. */
    record Shared(List<String> rule, List<String> contacts) {

        static List<Shared> of(Ids ids, int directory, List<Evidence> evidence) {
            return evidence.stream()
                    .map(one -> new Shared(one.rule(), DuplicatesAnswer.contacts(ids, directory, one.contacts())))
                    .toList();
        }
    }

    /** A group that may be merged. */
    record Group(String survivor, List<String> contacts, List<Shared> because) {

        static List<Group> of(Ids ids, int directory, List<Duplicates.Group> groups) {
            return groups.stream()
                    .map(group -> new Group(
                            DuplicatesAnswer.contact(
                                    ids, directory, group.contacts().getFirst()),
                            DuplicatesAnswer.contacts(ids, directory, group.contacts()),
                            Shared.of(ids, directory, group.evidence())))
                    .toList();
        }
    }

    /** How much there is. */
    record Counts(long groups, long contacts, long absorbed, long tooLarge, long contactsTooLarge, long keptApart) {}

    /** What {@code preview} answers. */
    record Preview(String directory, Counts counts, int maxGroup, List<Group> groups, List<Group> tooLarge) {

        static Preview of(Ids ids, Directory directory, Duplicates.Preview preview) {
            return new Preview(
                    directory.id(),
                    new Counts(
                            preview.groups(),
                            preview.contacts(),
                            preview.contacts() - preview.groups(),
                            preview.tooLarge(),
                            preview.contactsTooLarge(),
                            preview.keptApart()),
                    preview.maxGroup(),
                    Group.of(ids, directory.number(), preview.shown()),
                    Group.of(ids, directory.number(), preview.shownTooLarge()));
        }
    }

    /** One merge that was made. */
    record Merged(String merge, String survivor, List<String> absorbed) {

        static Merged of(Ids ids, int directory, MergeRun.Step step) {
            return new Merged(
                    ids.merge(step.id()),
                    DuplicatesAnswer.contact(ids, directory, step.survivor()),
                    DuplicatesAnswer.contacts(ids, directory, step.absorbed()));
        }
    }

    /** How much was done. */
    record Done(long groups, long contacts, long absorbed, long tooLarge, long keptApart) {}

    /** What {@code merge} answers. */
    record Merge(String directory, String run, Done counts, List<Merged> groups) {}

    /** A recorded merge. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Recorded(
            String merge,
            String survivor,
            int absorbed,
            MergeRecord.State state,
            String merged,
            @Nullable String undone,
            List<Shared> because,
            List<String> kept) {

        static Recorded of(Ids ids, MergeRecord merge) {
            Long undone = merge.undoneAt();
            return new Recorded(
                    ids.merge(merge.id()),
                    DuplicatesAnswer.contact(ids, merge.directory(), merge.survivor()),
                    merge.absorbed(),
                    merge.state(),
                    Instant.ofEpochMilli(merge.mergedAt()).toString(),
                    undone == null ? null : Instant.ofEpochMilli(undone).toString(),
                    Shared.of(ids, merge.directory(), merge.evidence()),
                    merge.kept());
        }
    }

    /** A contact before a merge. */
    record Before(String contact, SortedMap<String, String> values) {}

    /** What {@code show} answers. */
    record Explained(Recorded merge, List<Before> before) {

        static Explained of(Duplicates.Explanation explanation, Ids ids) {
            return new Explained(
                    Recorded.of(ids, explanation.merge()),
                    explanation.before().stream()
                            .map(before -> new Before(
                                    DuplicatesAnswer.contact(
                                            ids, explanation.merge().directory(), before.number()),
                                    before.values()))
                            .toList());
        }
    }

    static String contact(Ids ids, int directory, long number) {
        return ids.contact(directory, number);
    }

    static List<String> contacts(Ids ids, int directory, List<Long> numbers) {
        return numbers.stream()
                .map(number -> DuplicatesAnswer.contact(ids, directory, number))
                .toList();
    }

    static String rules(List<Shared> because) {
        return String.join(
                "; ",
                because.stream()
                        .map(shared -> String.join(",", shared.rule()))
                        .distinct()
                        .toList());
    }
}
