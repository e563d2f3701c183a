package io.muster.dedup.undo;

import io.muster.dedup.ClaimLedger;
import io.muster.dedup.ContactRows;
import io.muster.dedup.DirectoryIdentity;
import io.muster.dedup.IdentityReader;
import io.muster.dedup.KeyedContact;
import io.muster.dedup.LockRetry;
import io.muster.dedup.merge.LaterMerges;
import io.muster.dedup.undo.ContactVerdict.Delete;
import io.muster.dedup.undo.ContactVerdict.Leave;
import io.muster.dedup.undo.ContactVerdict.Restore;
import io.muster.directory.Lineage;
import io.muster.directory.Membership;
import io.muster.directory.StoredContact;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeStream;
import io.muster.directory.changes.ContactChanges;
import io.muster.load.ContactImage;
import io.muster.load.ContactTraces;
import io.muster.load.EventKind;
import io.muster.load.JournalBlock;
import io.muster.load.JournalEntry;
import io.muster.support.Ids;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Takes back what one block of an import did, in the running transaction, safe beside imports, edits, merges and deletions.
 * Blocks are taken back in the reverse of their order. What somebody changed since the run stays and is told of.
 *
 * <p>A block that was taken back already does no harm: nothing of it is still as the run left it.
 */
public final class RunUndo {

    private static final int AT_A_TIME = 1_000;

    private static final Set<ChangeKind> ALL_BUT_GONE = EnumSet.complementOf(EnumSet.of(ChangeKind.GONE));

    private final InstantSource clock;
    private final Ids ids;
    private final IdentityReader identities;
    private final ContactRows contacts;
    private final ContactTraces traces;
    private final ClaimLedger claims;
    private final LaterMerges merges;
    private final HangingRows hanging;
    private final PutBackRows putBackRows;
    private final ChangeStream changes;

    /**
     * @param jdbc the store of record
     * @param clock tells when contacts changed
     * @param ids the public ids of the installation
     */
    public RunUndo(JdbcClient jdbc, InstantSource clock, Ids ids) {
        this.clock = clock;
        this.ids = ids;
        identities = new IdentityReader(jdbc);
        contacts = new ContactRows(jdbc);
        traces = new ContactTraces(jdbc);
        claims = new ClaimLedger(jdbc, clock);
        merges = new LaterMerges(jdbc);
        hanging = new HangingRows(jdbc);
        putBackRows = new PutBackRows(jdbc, hanging);
        changes = new ChangeStream(jdbc);
    }

    /** Numbers in portions that a statement bears. */
    static List<List<Long>> parts(Collection<Long> numbers) {
        List<Long> all = List.copyOf(numbers);
        List<List<Long>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += AT_A_TIME) {
            parts.add(all.subList(from, Math.min(all.size(), from + AT_A_TIME)));
        }

        return parts;
    }

    /**
     * Takes a block back.
     *
     * @param run the undone run
     * @param list the list that its contacts joined; 0 for none
     * @param earlier values of the block's contacts that were kept when later rounds were taken back
     * @throws LockRetry.Stale when somebody else changed the same contacts meanwhile; the transaction must be done again
     */
    public UndoneBlock undo(int directory, long run, int list, JournalBlock block, Set<Kept.Thing> earlier) {
        return new Block(identities.readShared(directory), run, list, block, earlier).undo();
    }

    private final class Block {

        private final int directory;
        private final long run;
        private final int list;
        private final Set<Kept.Thing> earlier;
        private final SortedMap<Long, JournalEntry> entries = new TreeMap<>();
        private final List<Kept> kept = new ArrayList<>();
        private final KeyUndo keys;
        private final SortedMap<Long, Delete> deletes = new TreeMap<>();
        private final SortedMap<Long, Restore> restores = new TreeMap<>();
        private final SortedMap<Long, PutBack> putBacks = new TreeMap<>();
        private final Map<Long, ContactImage> images = new HashMap<>();

        Block(DirectoryIdentity identity, long run, int list, JournalBlock block, Set<Kept.Thing> earlier) {
            this.directory = identity.directory();
            this.run = run;
            this.list = list;
            this.earlier = earlier;
            block.entries().stream()
                    .filter(JournalEntry::changesAnything)
                    .forEach(entry -> entries.put(entry.number(), entry));
            block.deleted().forEach(image -> images.put(image.number(), image));
            this.keys = new KeyUndo(identity, claims, block.handovers(), ids, kept::add);
        }

        UndoneBlock undo() {
            SortedMap<Long, KeyedContact> present = new TreeMap<>();
            parts(entries.keySet()).forEach(part -> present.putAll(contacts.read(directory, part)));
            Map<Long, HangingRows.Of> rows = hanging.read(directory, present.keySet());
            judge(present, rows);

            Set<Long> reowned = keys.apply(deletes.values(), restores, putBacks);
            lock();
            if (!hanging.read(directory, present.keySet()).equals(rows)) {
                throw new LockRetry.Stale("Something that hangs on a contact was changed meanwhile");
            }

            long now = clock.millis();
            parts(deletes.keySet()).forEach(part -> {
                contacts.deleteLocked(directory, part);
                traces.remove(directory, part);
            });
            restores.values().forEach(restore -> restore(restore, now));
            // Last: the run may have recorded their events for others.
            putBacks.values().forEach(back -> putBackRows.write(directory, back.image(), ids, kept::add));
            writeMemberships();
            keys.tellOfKeys(contacts.read(directory, keys.ownersBefore()));
            changes.note(directory, () -> changes(reowned), now);
            long restored =
                    restores.values().stream().filter(Restore::changesAnything).count();
            return new UndoneBlock(deletes.size(), (int) restored + putBacks.size(), kept);
        }

        private void judge(SortedMap<Long, KeyedContact> present, Map<Long, HangingRows.Of> rows) {
            Map<Long, LaterMerges.Part> merged = merged(present);
            Judge judge = new Judge(directory, run, list, ids, earlier, kept::add);
            entries.forEach((number, entry) -> {
                StoredContact before = entry.before();
                ContactImage image = images.get(number);
                if (before != null && image != null && !present.containsKey(number) && !merged.containsKey(number)) {
                    putBacks.put(number, PutBack.of(before, image));
                    return;
                }

                Judge.Present contact = new Judge.Present(
                        present.get(number), rows.getOrDefault(number, HangingRows.Of.NOTHING), merged.get(number));
                switch (judge.judge(entry, contact)) {
                    case Delete delete -> deletes.put(number, delete);
                    case Restore restore -> restores.put(number, restore);
                    case Leave ignored -> {
                        // What it is told of, the judge has told.
                    }
                }
            });
        }

        /** The merges since the run that made contacts of it into others, or others into them. */
        private Map<Long, LaterMerges.Part> merged(SortedMap<Long, KeyedContact> present) {
            Map<Long, LaterMerges.Part> merged = new HashMap<>();
            for (List<Long> part : parts(entries.keySet())) {
                List<Long> gone = new ArrayList<>();
                Map<Long, Integer> there = new HashMap<>();
                for (long number : part) {
                    KeyedContact contact = present.get(number);
                    int left = entry(number).versionLeft();
                    if (contact == null) {
                        gone.add(number);
                    } else if (contact.version() != left) {
                        there.put(number, left);
                    }
                }

                merged.putAll(merges.absorbing(directory, gone));
                merged.putAll(merges.into(directory, there));
            }

            return merged;
        }

        private JournalEntry entry(long number) {
            return Objects.requireNonNull(entries.get(number));
        }

        private void lock() {
            SortedMap<Long, KeyedContact> written = new TreeMap<>();
            deletes.forEach((number, delete) -> written.put(number, delete.now()));
            restores.forEach((number, restore) -> written.put(number, restore.now()));
            for (List<Long> part : parts(written.keySet())) {
                contacts.lockUnchanged(
                        directory,
                        part.stream()
                                .map(number -> Objects.requireNonNull(written.get(number)))
                                .toList());
            }
        }

        private void restore(Restore restore, long now) {
            StoredContact stored = restore.now().stored();
            Lineage lineage = restore.lineage();
            if (restore.changesRow() || !lineage.equals(stored.lineage())) {
                // Where values come from is no value: it moves no time.
                long modifiedAt = restore.changesRow() ? now : stored.modifiedAt();
                contacts.update(directory, restore.now(), restore.values(), lineage, modifiedAt);
            }

            hanging.remove(directory, stored.number(), restore.events());
            hanging.putBack(directory, restore.replaced());
        }

        private void writeMemberships() {
            List<Long> left = new ArrayList<>();
            Map<Long, Membership> given = new TreeMap<>();
            restores.forEach((number, restore) -> {
                Membership membership = restore.membership();
                if (restore.listed() && membership == null) {
                    left.add(number);
                } else if (restore.listed() && membership != null) {
                    given.put(number, membership);
                }
            });
            hanging.deleteMemberships(directory, list, left);
            if (!given.isEmpty() && !hanging.shareList(directory, list)) {
                throw new LockRetry.Stale("The list was deleted meanwhile");
            }

            given.forEach((number, membership) -> hanging.writeMembership(directory, list, number, membership));
        }

        private ContactChanges changes(Set<Long> reowned) {
            ContactChanges noted = new ContactChanges();
            deletes.keySet().forEach(number -> noted.add(number, Set.of(ChangeKind.GONE)));
            restores.forEach((number, restore) -> noted.add(number, kinds(restore)));
            putBacks.keySet().forEach(number -> noted.add(number, ALL_BUT_GONE));
            reowned.stream()
                    .filter(number -> !deletes.containsKey(number))
                    .forEach(number -> noted.add(number, Set.of(ChangeKind.KEYS)));
            return noted;
        }

        private static Set<ChangeKind> kinds(Restore restore) {
            EnumSet<ChangeKind> kinds = EnumSet.noneOf(ChangeKind.class);
            if (restore.changesRow()) {
                kinds.add(ChangeKind.VALUES);
            }

            if (restore.changesValues()) {
                kinds.add(ChangeKind.KEYS);
            }

            if (restore.listed()) {
                kinds.add(ChangeKind.LISTS);
            }

            restore.events().forEach(event -> kinds.add(changed(event.kind())));
            restore.replaced().forEach(event -> kinds.add(changed(event.kind())));
            return kinds;
        }

        private static ChangeKind changed(EventKind kind) {
            return kind == EventKind.TRANSACTION ? ChangeKind.TRANSACTIONS : ChangeKind.TOUCHPOINTS;
        }
    }
}
