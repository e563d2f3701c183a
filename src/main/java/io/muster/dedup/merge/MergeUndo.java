package io.muster.dedup.merge;

import io.muster.dedup.ClaimLedger;
import io.muster.dedup.ContactRows;
import io.muster.dedup.DirectoryIdentity;
import io.muster.dedup.IdentityReader;
import io.muster.dedup.KeyedContact;
import io.muster.dedup.LockRetry;
import io.muster.dedup.TestMarks;
import io.muster.dedup.merge.MergeImage.Member;
import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.KeyMove;
import io.muster.directory.Actor;
import io.muster.directory.ContactField;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import io.muster.directory.Lineage;
import io.muster.directory.Profile;
import io.muster.directory.StoredContact;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeStream;
import io.muster.directory.changes.ContactChanges;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.load.EventKind;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;

/**
 * Takes a merge back: the absorbed contacts stand again as they were, with their ids, values, lists, transactions,
 * touchpoints, responses, aliases and keys. On the survivor, what is still as the merge left it goes back to what it was before; what has been
 * changed since stays. From then on the contacts are kept apart.
 */
final class MergeUndo {

    private static final Set<IdentityRule.State> ACTIVE = Set.of(IdentityRule.State.ACTIVE);

    private final InstantSource clock;
    private final Ids ids;
    private final LockRetry transactions;
    private final IdentityReader identities;
    private final ContactRows contacts;
    private final ClaimLedger claims;
    private final KeepApart apart;
    private final Attachments attachments;
    private final TestMarks tests;
    private final MergeJournal journal;
    private final ChangeStream changes;
    private final Audit audit;

    MergeUndo(JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock, Ids ids) {
        this.clock = clock;
        this.ids = ids;
        transactions = new LockRetry(manager);
        identities = new IdentityReader(jdbc);
        contacts = new ContactRows(jdbc);
        claims = new ClaimLedger(jdbc, clock);
        apart = new KeepApart(jdbc);
        attachments = new Attachments(jdbc);
        tests = new TestMarks(jdbc);
        journal = new MergeJournal(jdbc);
        changes = new ChangeStream(jdbc);
        audit = new Audit(jdbc, clock);
    }

    MergeRecord undo(long id, Actor actor) {
        return transactions.inTransaction(status -> {
            MergeRecord merge = journal.lock(id)
                    .orElseThrow(() -> Refusal.notFound(
                            "UNKNOWN_MERGE",
                            "Cannot undo " + ids.merge(id) + ": there is no such merge. Look up its id."));
            return merge.state() == MergeRecord.State.UNDONE ? merge : undo(status, merge, actor);
        });
    }

    /** Does all of it and takes it back, so that what is said is what would happen. */
    UndoneMerge preview(long id) {
        return transactions.inTransaction(status -> {
            status.setRollbackOnly();
            MergeRecord merge = journal.read(id)
                    .orElseThrow(() -> Refusal.notFound(
                            "UNKNOWN_MERGE",
                            "Cannot undo " + ids.merge(id) + ": there is no such merge. Look up its id."));
            List<MergeImage> absorbed = journal.images(merge).absorbed();
            MergeRecord after = merge.state() == MergeRecord.State.UNDONE
                    ? merge
                    : undo(status, merge, Actor.commandLine("preview"));
            return new UndoneMerge(
                    after,
                    absorbed.stream().map(MergeImage::number).toList(),
                    absorbed.stream()
                            .mapToLong(one -> one.transactions().size())
                            .sum(),
                    absorbed.stream().mapToLong(one -> one.touchpoints().size()).sum(),
                    absorbed.stream().mapToLong(one -> one.responses().size()).sum(),
                    absorbed.stream().mapToLong(one -> one.memberships().size()).sum());
        });
    }

    private MergeRecord undo(TransactionStatus status, MergeRecord merge, Actor actor) {
        int directory = merge.directory();
        DirectoryIdentity identity = identities.readShared(directory);
        requireLast(merge);
        KeyedContact current = contacts.read(directory, merge.survivor()).orElseThrow(() -> survivorGone(merge));
        MergeJournal.Images images = journal.images(merge);
        List<String> kept = new ArrayList<>();
        KeyedContact survivor = parted(current, images, kept);
        List<KeyedContact> restored =
                images.absorbed().stream().map(MergeImage::restored).toList();

        ClaimLedger.Outcome keys = claims.apply(
                directory, moves(identity, current, survivor, restored, images), identity.referenceRules(ACTIVE));
        ClaimLedger.Owned refused = keys.refused();
        if (refused != null) {
            status.setRollbackOnly();
            throw Refusal.conflict(
                    "REFERENCE_TAKEN",
                    "Cannot undo " + ids.merge(merge.id())
                            + ": an external reference it would give back belongs to "
                            + holder(directory, refused.owner()));
        }

        long now = clock.millis();
        contacts.update(
                directory, current, survivor.profile(), survivor.stored().lineage(), now);
        restored.forEach(contact -> contacts.insert(directory, contact.stored()));
        partMemberships(directory, merge.survivor(), images, kept);
        Set<Long> reserved = new HashSet<>();
        for (MergeImage image : images.absorbed()) {
            giveBack(merge, image, now);
            if (attachments.giveReservationsBack(directory, merge.survivor(), image.number())) {
                reserved.addAll(List.of(merge.survivor(), image.number()));
            }
        }

        if (attachments.dropResets(directory, merge.survivor(), merge.id())) {
            reserved.add(merge.survivor());
        }

        tests.parted(directory, merge.survivor(), merge.id());
        takeAliases(merge, current, survivor);
        apart.unmark(
                directory,
                merge.survivor(),
                minus(images.result().apart(), images.survivor().apart()));
        apart.mark(directory, merge.survivor(), List.of(merge.id()), now);
        journal.undone(merge.id(), kept, now);
        audit.enter(
                actor,
                "merge.undo",
                AuditSubject.merge(directory, merge.id()),
                Map.of("contacts", images.absorbed().size() + 1));
        changes.note(directory, () -> changes(merge.survivor(), images, keys.reowned(), reserved), now);
        return journal.read(merge.id()).orElseThrow();
    }

    /** The survivor gives back what it may still have of theirs. */
    private static ContactChanges changes(
            long survivor, MergeJournal.Images images, Set<Long> reowned, Set<Long> reserved) {
        ContactChanges changes = new ContactChanges().add(survivor, Set.of(ChangeKind.VALUES, ChangeKind.KEYS));
        reserved.forEach(number -> changes.add(number, Set.of(ChangeKind.TOUCHPOINTS)));
        if (!images.result().memberships().equals(images.survivor().memberships())) {
            changes.add(survivor, Set.of(ChangeKind.LISTS));
        }

        reowned.forEach(number -> changes.add(number, Set.of(ChangeKind.KEYS)));
        for (MergeImage image : images.absorbed()) {
            Set<ChangeKind> events = new Attachments.Of(
                            image.transactionKeys(), image.touchpointKeys(), image.responses(), List.of())
                    .kindsOfEvents();
            changes.add(survivor, events);
            changes.add(image.number(), events);
            changes.add(image.number(), Set.of(ChangeKind.VALUES, ChangeKind.KEYS));
            if (!image.memberships().isEmpty()) {
                changes.add(image.number(), Set.of(ChangeKind.LISTS));
            }
        }

        return changes;
    }

    private String holder(int directory, long owner) {
        return KeyOwner.isRun(owner)
                ? "the run " + ids.run(KeyOwner.run(owner)) + ", which has not ended. Undo when it has ended."
                : ids.contact(directory, owner) + " now. Change the reference of that contact first.";
    }

    /** Merges into the same contact come off in the reverse order, or a value of a contact put back would remain. */
    private void requireLast(MergeRecord merge) {
        Long later = journal.laterInto(merge);
        if (later != null) {
            throw undoFirst(merge, later);
        }
    }

    private Refusal survivorGone(MergeRecord merge) {
        Long absorbing = journal.absorbing(merge.directory(), merge.survivor());
        return absorbing == null
                ? Refusal.conflict(
                        "CONTACT_GONE",
                        "Cannot undo " + ids.merge(merge.id())
                                + ": the contact it made has been deleted. Create the contacts anew if they are needed.")
                : undoFirst(merge, absorbing);
    }

    private Refusal undoFirst(MergeRecord merge, long later) {
        return Refusal.conflict(
                        "MERGED_AGAIN",
                        "Cannot undo " + ids.merge(merge.id())
                                + ": its contact was merged again by "
                                + ids.merge(later) + ". Undo that merge first.")
                .with("merge", ids.merge(later));
    }

    /** The survivor without what the merge gave it. */
    private static KeyedContact parted(KeyedContact current, MergeJournal.Images images, List<String> kept) {
        Profile before = images.survivor().profile();
        Profile after = images.result().profile();
        Profile now = current.profile();
        EnumMap<ContactField, String> fields = new EnumMap<>(ContactField.class);
        for (ContactField field : ContactField.values()) {
            String value = part(field.key(), before.field(field), after.field(field), now.field(field), kept);
            if (value != null) {
                fields.put(field, value);
            }
        }

        boolean unsubscribed = now.unsubscribed() == after.unsubscribed() ? before.unsubscribed() : now.unsubscribed();
        Set<String> aliases = new TreeSet<>(current.aliases());
        aliases.removeAll(minus(images.result().aliases(), images.survivor().aliases()));
        Set<IdentityKey> content = new HashSet<>(current.contentKeys());
        images.absorbed().forEach(image -> content.removeAll(image.restored().contentKeys()));
        Profile profile = new Profile(
                fields, part("embedded.", before.embedded(), after.embedded(), now.embedded(), kept), unsubscribed);
        return new KeyedContact(
                new StoredContact(
                        current.number(),
                        current.version(),
                        current.stored().createdAt(),
                        current.stored().modifiedAt(),
                        profile,
                        lineage(current.stored(), images, profile)),
                List.copyOf(aliases),
                content);
    }

    /** What nobody has set since the merge comes again from where it came from before the merge. */
    private static Lineage lineage(StoredContact current, MergeJournal.Images images, Profile parted) {
        StoredContact before = images.survivor().restored().stored();
        StoredContact after = images.result().restored().stored();
        if (current.lineage().equals(after.lineage())) {
            return before.lineage();
        }

        return Lineage.goneBack(Lineage.State.of(before), Lineage.State.of(after), Lineage.State.of(current), parted);
    }

    private static Map<String, String> part(
            String prefix,
            Map<String, String> before,
            Map<String, String> after,
            Map<String, String> now,
            List<String> kept) {
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        names.addAll(now.keySet());
        Map<String, String> parted = new HashMap<>();
        for (String name : names) {
            String value = part(prefix + name, before.get(name), after.get(name), now.get(name), kept);
            if (value != null) {
                parted.put(name, value);
            }
        }

        return parted;
    }

    private static @Nullable String part(
            String name, @Nullable String before, @Nullable String after, @Nullable String now, List<String> kept) {
        if (Objects.equals(now, after)) {
            return before;
        }

        kept.add(name);
        return now;
    }

    private List<KeyMove> moves(
            DirectoryIdentity identity,
            KeyedContact current,
            KeyedContact survivor,
            List<KeyedContact> restored,
            MergeJournal.Images images) {
        SortedSet<IdentityKey> before = identity.keys(current);
        SortedMap<IdentityKey, SortedSet<Long>> after = new TreeMap<>();
        identity.keys(survivor)
                .forEach(key ->
                        after.computeIfAbsent(key, absent -> new TreeSet<>()).add(survivor.number()));
        restored.forEach(contact -> identity.keys(contact)
                .forEach(key ->
                        after.computeIfAbsent(key, absent -> new TreeSet<>()).add(contact.number())));
        Map<IdentityKey, Long> owners = new HashMap<>();
        images.survivor()
                .ownedKeys()
                .forEach(key -> owners.put(key, images.survivor().number()));
        images.absorbed().forEach(image -> image.ownedKeys().forEach(key -> owners.put(key, image.number())));

        SortedSet<IdentityKey> all = new TreeSet<>(before);
        all.addAll(after.keySet());
        List<KeyMove> moves = new ArrayList<>();
        for (IdentityKey key : all) {
            SortedSet<Long> leaving = new TreeSet<>();
            SortedSet<Long> joining = new TreeSet<>(after.getOrDefault(key, new TreeSet<>()));
            if (before.contains(key) && !joining.remove(survivor.number())) {
                leaving.add(survivor.number());
            }

            if (!leaving.isEmpty() || !joining.isEmpty()) {
                moves.add(new KeyMove(
                        key, leaving, joining, owners.getOrDefault(key, KeyOwner.NOBODY), Set.of(survivor.number())));
            }
        }

        return moves;
    }

    private void partMemberships(int directory, long survivor, MergeJournal.Images images, List<String> kept) {
        Map<Integer, Member> before = byList(images.survivor().memberships());
        Map<Integer, Member> after = byList(images.result().memberships());
        Map<Integer, Member> now =
                byList(attachments.memberships(directory, List.of(survivor)).getOrDefault(survivor, List.of()));
        now.forEach((list, member) -> {
            Member given = after.get(list);
            if (given == null) {
                return;
            }

            Member own = before.get(list);
            if (own == null) {
                if (member.equals(given)) {
                    attachments.deleteMembership(directory, survivor, list);
                } else {
                    kept.add("list " + ids.list(list));
                }

                return;
            }

            Member ofOptOut = member.unsubscribed() == given.unsubscribed() ? own : member;
            attachments.writeMembership(
                    directory,
                    survivor,
                    new Member(
                            list,
                            ofOptOut.unsubscribed(),
                            part(
                                    "list " + ids.list(list) + " ",
                                    own.embedded(),
                                    given.embedded(),
                                    member.embedded(),
                                    kept),
                            own.joinedAt(),
                            ofOptOut.optedOutAt()));
        });
    }

    private void giveBack(MergeRecord merge, MergeImage image, long now) {
        int directory = merge.directory();
        Set<Integer> lists = attachments.lists(directory);
        for (Member member : image.memberships()) {
            if (lists.contains(member.list())) {
                attachments.writeMembership(directory, image.number(), member);
            }
        }

        attachments.moveEvents(
                EventKind.TRANSACTION, directory, image.transactionKeys(), merge.survivor(), image.number());
        attachments.moveEvents(
                EventKind.TOUCHPOINT, directory, image.touchpointKeys(), merge.survivor(), image.number());
        attachments.moveResponses(directory, image.responses(), merge.survivor(), image.number());
        image.aliases().forEach(alias -> attachments.insertAlias(directory, image.number(), alias, merge.id(), now));
        image.restored()
                .contentKeys()
                .forEach(key -> attachments.moveContentKey(directory, key.bytes(), merge.survivor(), image.number()));
        // What a person has taken back since does not come again.
        apart.mark(
                directory,
                image.number(),
                apart.kept(directory, image.apart()).stream()
                        .map(KeepApart.Kept::mark)
                        .toList(),
                now);
        apart.mark(directory, image.number(), List.of(merge.id()), now);
    }

    private void takeAliases(MergeRecord merge, KeyedContact current, KeyedContact survivor) {
        for (String alias : minus(current.aliases(), survivor.aliases())) {
            attachments.deleteAlias(merge.directory(), merge.survivor(), alias);
        }
    }

    private static Map<Integer, Member> byList(List<Member> memberships) {
        Map<Integer, Member> byList = new TreeMap<>();
        memberships.forEach(member -> byList.put(member.list(), member));
        return byList;
    }

    private static <T> Set<T> minus(List<T> all, List<T> some) {
        Set<T> rest = new HashSet<>(all);
        some.forEach(rest::remove);
        return rest;
    }
}
