package io.muster.dedup.merge;

import io.muster.dedup.ContactRows;
import io.muster.dedup.DirectoryIdentity;
import io.muster.dedup.IdentityReader;
import io.muster.directory.Actor;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Existing contacts that are the same person: shown before anything happens, merged group by group, explained and
 * taken back. Safe beside imports, edits and other merges.
 */
public final class Duplicates {

    private final DataSource dataSource;
    private final PlatformTransactionManager manager;
    private final InstantSource clock;
    private final Ids ids;
    private final JdbcClient jdbc;
    private final IdentityReader identities;
    private final MergeJournal journal;

    /**
     * A group as it stands now.
     *
     * @param contacts numbers of its contacts, lowest first; the first one would survive
     * @param evidence what connects them
     */
    public record Group(List<Long> contacts, List<Evidence> evidence) {}

    /**
     * What a merge would do.
     *
     * @param groups groups that would become one contact each
     * @param contacts contacts in those groups
     * @param tooLarge groups that are above the directory's limit and are left alone
     * @param contactsTooLarge contacts in those
     * @param keptApart how often contacts with the same key stay apart because an undo, or protected references, say so
     * @param taken keys that runs have taken: what the runs are going to write is in no group
     * @param maxGroup the limit
     * @param shown some of the groups to merge
     * @param shownTooLarge some of those too large
     */
    public record Preview(
            long groups,
            long contacts,
            long tooLarge,
            long contactsTooLarge,
            long keptApart,
            long taken,
            int maxGroup,
            List<Group> shown,
            List<Group> shownTooLarge) {}

    /**
     * One merge with the contacts before it.
     *
     * @param merge the merge
     * @param before each contact of the group as it was, the survivor first
     */
    public record Explanation(MergeRecord merge, List<Before> before) {}

    /**
     * A contact before a merge.
     *
     * @param number its number
     * @param values its values by field key, embedded data as {@code embedded.NAME}
     */
    public record Before(long number, SortedMap<String, String> values) {}

    /**
     * @param dataSource the store of record; large answers are streamed from it
     * @param manager its transactions
     * @param clock tells when something happened
     * @param ids the public ids of the installation
     */
    public Duplicates(DataSource dataSource, PlatformTransactionManager manager, InstantSource clock, Ids ids) {
        this.dataSource = dataSource;
        this.manager = manager;
        this.clock = clock;
        this.ids = ids;
        jdbc = JdbcClient.create(dataSource);
        identities = new IdentityReader(jdbc);
        journal = new MergeJournal(jdbc);
    }

    /**
     * What a merge would do now.
     *
     * @param limit how many groups of each kind to show
     */
    public Preview preview(int directory, MergeScope scope, int limit) {
        DirectoryIdentity identity = identities.read(directory);
        DuplicateScan.Found found = new DuplicateScan(dataSource).scan(identity, scope);
        Groups groups = found.groups();
        int maxGroup = identity.settings().maxGroup();
        long fit = 0;
        long contacts = 0;
        long contactsTooLarge = 0;
        List<Group> shown = new ArrayList<>();
        List<Group> shownTooLarge = new ArrayList<>();
        for (int group = 0; group < groups.size(); group++) {
            if (groups.members(group) <= maxGroup) {
                fit++;
                contacts += groups.members(group);
                if (shown.size() < limit) {
                    shown.add(describe(identity, scope, groups.numbers(group)));
                }
            } else {
                contactsTooLarge += groups.members(group);
                if (shownTooLarge.size() < limit) {
                    shownTooLarge.add(new Group(groups.numbers(group), List.of()));
                }
            }
        }

        return new Preview(
                fit,
                contacts,
                groups.size() - fit,
                contactsTooLarge,
                found.leftOut(),
                found.taken(),
                maxGroup,
                shown,
                shownTooLarge);
    }

    /** A merge of everything the rules connect; nothing happens before {@link MergeRun#mergeNext(int)}. */
    public MergeRun start(int directory, MergeScope scope) {
        return new MergeRun(
                directory, scope, identities, new DuplicateScan(dataSource), new GroupMerge(jdbc, manager, clock, ids));
    }

    /**
     * Takes a merge back. Doing it again answers the same and changes nothing.
     *
     * @throws Refusal when there is no such merge, or contacts have gone or changed so that it cannot be done
     */
    public MergeRecord undo(long merge, Actor actor) {
        return new MergeUndo(jdbc, manager, clock, ids).undo(merge, actor);
    }

    /**
     * What taking a merge back would do now; nothing is changed.
     *
     * @throws Refusal as {@link #undo} does
     */
    public UndoneMerge previewUndo(long merge) {
        return new MergeUndo(jdbc, manager, clock, ids).preview(merge);
    }

    /** Merges of a directory before that id, newest first. */
    public List<MergeRecord> list(int directory, long before, int limit) {
        return journal.page(directory, before, limit);
    }

    /** Merges into a contact, newest first. */
    public List<MergeRecord> into(int directory, long survivor) {
        return journal.into(directory, survivor);
    }

    /**
     * What connected the contacts and what they were before.
     *
     * @throws Refusal when there is no such merge
     */
    public Explanation show(long merge) {
        MergeRecord record = journal.read(merge)
                .orElseThrow(() -> Refusal.notFound(
                        "UNKNOWN_MERGE", "Cannot show " + ids.merge(merge) + ": there is no such merge."));
        MergeJournal.Images images = journal.images(record);
        List<Before> before = new ArrayList<>();
        before.add(before(images.survivor()));
        images.absorbed().forEach(image -> before.add(before(image)));
        return new Explanation(record, before);
    }

    /** The contact that stands for one that a merge took; empty when no merge did. */
    public OptionalLong survivorOf(int directory, long number) {
        OptionalLong survivor = OptionalLong.empty();
        Long merge = journal.absorbing(directory, number);
        while (merge != null) {
            long next = journal.read(merge).orElseThrow().survivor();
            survivor = OptionalLong.of(next);
            merge = journal.absorbing(directory, next);
        }

        return survivor;
    }

    private Group describe(DirectoryIdentity identity, MergeScope scope, List<Long> numbers) {
        SharedKeys shared = new SharedKeys(identity, scope, new ContactRows(jdbc).read(identity.directory(), numbers));
        return new Group(numbers, shared.evidence(numbers));
    }

    private static Before before(MergeImage image) {
        SortedMap<String, String> values = new TreeMap<>(image.fields());
        image.embedded().forEach((name, value) -> values.put("embedded." + name, value));
        return new Before(image.number(), values);
    }
}
