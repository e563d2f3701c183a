package io.muster.dedup.merge;

import io.muster.dedup.ClaimLedger;
import io.muster.dedup.ContactRows;
import io.muster.dedup.DirectoryIdentity;
import io.muster.dedup.IdentityReader;
import io.muster.dedup.KeyedContact;
import io.muster.dedup.LockRetry;
import io.muster.dedup.TestMarks;
import io.muster.dedup.merge.MergeImage.Member;
import io.muster.dedup.merge.MergeJournal.Part;
import io.muster.dedup.rules.KeyMove;
import io.muster.directory.Actor;
import io.muster.directory.IdentityKey;
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
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Makes one contact of one group, in one transaction. What connects the group is looked up again behind the locks: a
 * contact that has changed since the group was found is merged only if it still belongs.
 */
final class GroupMerge {

    private final InstantSource clock;
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
    private final Ids ids;

    /** A merge that was made. */
    record Merged(long merge, long survivor, List<Long> absorbed) {}

    GroupMerge(JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock, Ids ids) {
        this.clock = clock;
        this.ids = ids;
        audit = new Audit(jdbc, clock);
        transactions = new LockRetry(manager);
        identities = new IdentityReader(jdbc);
        contacts = new ContactRows(jdbc);
        claims = new ClaimLedger(jdbc, clock);
        apart = new KeepApart(jdbc);
        attachments = new Attachments(jdbc);
        tests = new TestMarks(jdbc);
        journal = new MergeJournal(jdbc);
        changes = new ChangeStream(jdbc);
    }

    /** Merges those of the contacts that belong together; empty when none do any more. */
    Optional<Merged> merge(int directory, MergeScope scope, List<Long> numbers) {
        return transactions.inTransaction(status -> {
            DirectoryIdentity identity = identities.readShared(directory);
            SortedMap<Long, KeyedContact> present = contacts.read(directory, numbers);
            if (present.size() < 2) {
                return Optional.empty();
            }

            Map<Long, Set<Long>> marks = apart.of(directory, present.keySet());
            SharedKeys shared = new SharedKeys(identity, scope, present);
            Groups groups = shared.groups(marks);
            int limit = identity.settings().maxGroup();
            for (int group = 0; group < groups.size(); group++) {
                if (groups.members(group) <= limit) {
                    List<Long> members = groups.numbers(group);
                    SortedMap<Long, KeyedContact> together = new TreeMap<>();
                    members.forEach(number -> together.put(number, Objects.requireNonNull(present.get(number))));
                    return Optional.of(merge(identity, together, shared.evidence(members), marks));
                }
            }

            return Optional.empty();
        });
    }

    /**
     * Merges exactly these contacts, as somebody has seen them. Asked for again, it answers as the first time.
     *
     * @param seen the contacts with the versions that were seen
     * @throws Refusal when one of them has changed since, or when they do not belong together
     */
    Merged mergeSeen(int directory, MergeScope scope, SortedMap<Long, Integer> seen, Actor actor) {
        return transactions.inTransaction(status -> {
            DirectoryIdentity identity = identities.readShared(directory);
            SortedMap<Long, KeyedContact> present = contacts.read(directory, seen.keySet());
            Optional<Merged> made = present.size() < seen.size() ? made(directory, seen.keySet()) : Optional.empty();
            return made.orElseGet(() -> mergeSeen(identity, scope, seen, present, actor));
        });
    }

    private Merged mergeSeen(
            DirectoryIdentity identity,
            MergeScope scope,
            SortedMap<Long, Integer> seen,
            SortedMap<Long, KeyedContact> present,
            Actor actor) {
        List<Long> numbers = List.copyOf(seen.keySet());
        List<Long> changed = numbers.stream()
                .filter(number -> !Objects.equals(version(present.get(number)), seen.get(number)))
                .toList();
        if (!changed.isEmpty()) {
            throw Refusal.conflict(
                    "CONTACTS_CHANGED",
                    "Cannot merge the contacts: " + named(identity, changed)
                            + (changed.size() == 1 ? " was" : " were")
                            + " changed since they were shown. Look at them again; nothing was merged.");
        }

        if (numbers.size() > identity.settings().maxGroup()) {
            throw Refusal.conflict(
                    "GROUP_TOO_LARGE",
                    "Cannot merge the contacts: %d are more than the %d that the directory allows in a group."
                                    .formatted(
                                            numbers.size(), identity.settings().maxGroup())
                            + " Leave some out, or raise that limit.");
        }

        Map<Long, Set<Long>> marks = apart.of(identity.directory(), numbers);
        SharedKeys shared = new SharedKeys(identity, scope, present);
        Groups groups = shared.groups(marks);
        if (groups.size() != 1 || groups.members(0) != numbers.size()) {
            throw Refusal.conflict(
                    "NOT_DUPLICATES",
                    "Cannot merge the contacts: " + named(identity, numbers)
                            + " do not share a key any more, or are kept apart. Look at them again; nothing was merged.");
        }

        Merged merged = merge(identity, present, shared.evidence(numbers), marks);
        audit.enter(
                actor,
                "merge",
                AuditSubject.merge(identity.directory(), merged.merge()),
                Map.of("contacts", numbers.size()));
        return merged;
    }

    private static @Nullable Integer version(@Nullable KeyedContact contact) {
        return contact == null ? null : contact.version();
    }

    private String named(DirectoryIdentity identity, List<Long> numbers) {
        return numbers.stream()
                .map(number -> ids.contact(identity.directory(), number))
                .collect(Collectors.joining(", "));
    }

    /** The merge that has made one of all of them, and stands. */
    private Optional<Merged> made(int directory, Collection<Long> numbers) {
        List<Long> absorbed = new ArrayList<>(numbers);
        long survivor = absorbed.removeFirst();
        Set<Long> merges = new HashSet<>();
        for (long number : absorbed) {
            Long merge = journal.absorbing(directory, number);
            merges.add(merge == null ? 0L : merge);
        }

        return merges.size() > 1
                ? Optional.empty()
                : journal.read(merges.iterator().next())
                        .filter(merge -> merge.survivor() == survivor && merge.absorbed() == absorbed.size())
                        .map(merge -> new Merged(merge.id(), survivor, absorbed));
    }

    private Merged merge(
            DirectoryIdentity identity,
            SortedMap<Long, KeyedContact> group,
            List<Evidence> evidence,
            Map<Long, Set<Long>> marks) {
        int directory = identity.directory();
        KeyedContact survivor = Objects.requireNonNull(group.get(group.firstKey()));
        List<KeyedContact> absorbed = new ArrayList<>(group.values());
        absorbed.removeFirst();
        MergedValues merged = MergedValues.of(survivor, group.values());
        Set<IdentityKey> content = new HashSet<>();
        group.values().forEach(contact -> content.addAll(contact.contentKeys()));
        long now = clock.millis();
        KeyedContact result = new KeyedContact(
                new StoredContact(
                        survivor.number(),
                        survivor.version() + 1,
                        survivor.stored().createdAt(),
                        now,
                        merged.values(),
                        merged.lineage()),
                List.copyOf(merged.aliases()),
                content);

        Keys keys = moveKeys(identity, group, result);
        contacts.lockUnchanged(directory, group.values());
        Map<Long, Attachments.Of> hanging = attachments.read(directory, group.keySet(), survivor.number());
        List<Member> memberships = memberships(group.values(), hanging);
        Set<Long> allMarks = new HashSet<>();
        marks.values().forEach(allMarks::addAll);

        long merge = journal.record(directory, survivor.number(), absorbed.size(), evidence, now);
        for (KeyedContact contact : group.values()) {
            journal.image(
                    directory,
                    merge,
                    contact.number() == survivor.number() ? Part.SURVIVOR : Part.ABSORBED,
                    MergeImage.of(
                            contact,
                            keys.owned().getOrDefault(contact.number(), Set.of()),
                            Objects.requireNonNull(hanging.get(contact.number())),
                            marks.getOrDefault(contact.number(), Set.of())));
        }

        journal.image(
                directory,
                merge,
                Part.RESULT,
                MergeImage.of(
                        result, Set.of(), new Attachments.Of(List.of(), List.of(), List.of(), memberships), allMarks));
        contacts.update(directory, survivor, merged.values(), merged.lineage(), now);
        Set<Long> reserved = new HashSet<>();
        for (KeyedContact contact : absorbed) {
            move(directory, contact, Objects.requireNonNull(hanging.get(contact.number())), survivor.number());
            if (attachments.moveReservations(directory, contact.number(), survivor.number())) {
                reserved.add(survivor.number());
            }
        }

        List<Long> gone = absorbed.stream().map(KeyedContact::number).toList();
        if (attachments.takeResets(directory, gone, survivor.number(), merge)) {
            reserved.add(survivor.number());
        }

        tests.merged(directory, survivor.number(), group.keySet(), merge);
        for (String alias : merged.aliases()) {
            attachments.insertAlias(directory, survivor.number(), alias, merge, now);
        }

        memberships.forEach(member -> attachments.writeMembership(directory, survivor.number(), member));
        apart.forget(directory, gone);
        apart.mark(directory, survivor.number(), allMarks, now);
        changes.note(directory, () -> changes(survivor.number(), hanging, memberships, keys.reowned(), reserved), now);
        return new Merged(merge, survivor.number(), gone);
    }

    /** Those absorbed are gone, the survivor has what was theirs, and others may own keys that nobody of the group holds now. */
    private static ContactChanges changes(
            long survivor,
            Map<Long, Attachments.Of> hanging,
            List<Member> memberships,
            Set<Long> reowned,
            Set<Long> reserved) {
        ContactChanges changes = new ContactChanges().add(survivor, Set.of(ChangeKind.VALUES, ChangeKind.KEYS));
        reserved.forEach(number -> changes.add(number, Set.of(ChangeKind.TOUCHPOINTS)));
        hanging.forEach((number, had) -> {
            if (number != survivor) {
                changes.add(number, Set.of(ChangeKind.GONE));
                changes.add(survivor, had.kindsOfEvents());
            } else if (!had.memberships().equals(memberships)) {
                changes.add(survivor, Set.of(ChangeKind.LISTS));
            }
        });
        reowned.stream()
                .filter(number -> !hanging.containsKey(number))
                .forEach(number -> changes.add(number, Set.of(ChangeKind.KEYS)));
        return changes;
    }

    /**
     * What moving the keys did.
     *
     * @param owned who owned which key before
     * @param reowned contacts that own other keys than before
     */
    private record Keys(Map<Long, Set<IdentityKey>> owned, Set<Long> reowned) {}

    /** Gives the survivor every key of the result. */
    private Keys moveKeys(DirectoryIdentity identity, SortedMap<Long, KeyedContact> group, KeyedContact result) {
        Map<IdentityKey, SortedSet<Long>> before = new TreeMap<>();
        group.values()
                .forEach(contact -> identity.keys(contact)
                        .forEach(key -> before.computeIfAbsent(key, absent -> new TreeSet<>())
                                .add(contact.number())));
        SortedSet<IdentityKey> after = identity.keys(result);
        SortedSet<IdentityKey> all = new TreeSet<>(before.keySet());
        all.addAll(after);

        Map<Long, Set<IdentityKey>> owned = new HashMap<>();
        claims.lockOwners(identity.directory(), all)
                .forEach((key, owner) ->
                        owned.computeIfAbsent(owner, absent -> new HashSet<>()).add(key));
        List<KeyMove> moves = new ArrayList<>();
        for (IdentityKey key : all) {
            SortedSet<Long> leaving = new TreeSet<>(before.getOrDefault(key, new TreeSet<>()));
            SortedSet<Long> joining = new TreeSet<>();
            if (after.contains(key) && !leaving.remove(result.number())) {
                joining.add(result.number());
            }

            if (!leaving.isEmpty() || !joining.isEmpty()) {
                moves.add(new KeyMove(key, leaving, joining, result.number(), Set.of()));
            }
        }

        // Every reference moves within the group, so that no rule of the reference alone can be broken.
        Set<Long> reowned = claims.apply(identity.directory(), moves, Set.of()).reowned();
        return new Keys(owned, reowned);
    }

    private void move(int directory, KeyedContact contact, Attachments.Of hanging, long survivor) {
        contacts.delete(directory, contact);
        attachments.deleteAliases(directory, contact.number());
        contact.contentKeys()
                .forEach(key -> attachments.moveContentKey(directory, key.bytes(), contact.number(), survivor));
        hanging.memberships()
                .forEach(member -> attachments.deleteMembership(directory, contact.number(), member.list()));
        attachments.moveEvents(EventKind.TRANSACTION, directory, hanging.transactions(), contact.number(), survivor);
        attachments.moveEvents(EventKind.TOUCHPOINT, directory, hanging.touchpoints(), contact.number(), survivor);
        attachments.moveResponses(directory, hanging.responses(), contact.number(), survivor);
    }

    /**
     * One membership per list: opted out if any was, since the first was, the newest embedded data by name, joined when the
     * first did.
     */
    private static List<Member> memberships(Collection<KeyedContact> group, Map<Long, Attachments.Of> hanging) {
        SortedMap<Integer, Member> united = new TreeMap<>();
        for (KeyedContact contact : MergedValues.byAge(group)) {
            for (Member member :
                    Objects.requireNonNull(hanging.get(contact.number())).memberships()) {
                united.merge(member.list(), member, GroupMerge::unite);
            }
        }

        return List.copyOf(united.values());
    }

    private static Member unite(Member older, Member newer) {
        Map<String, String> embedded = new TreeMap<>(older.embedded());
        embedded.putAll(newer.embedded());
        return new Member(
                older.list(),
                older.unsubscribed() || newer.unsubscribed(),
                embedded,
                Math.min(older.joinedAt(), newer.joinedAt()),
                Stream.of(older, newer)
                        .flatMap(member -> Stream.ofNullable(member.optedOutAt()))
                        .min(Comparator.naturalOrder())
                        .orElse(null));
    }
}
