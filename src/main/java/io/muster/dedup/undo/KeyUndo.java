package io.muster.dedup.undo;

import io.muster.dedup.ClaimLedger;
import io.muster.dedup.DirectoryIdentity;
import io.muster.dedup.KeyedContact;
import io.muster.dedup.LockRetry;
import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.KeyMove;
import io.muster.dedup.undo.ContactVerdict.Delete;
import io.muster.dedup.undo.ContactVerdict.Restore;
import io.muster.dedup.undo.Kept.Part;
import io.muster.directory.ContactField;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import io.muster.directory.Profile;
import io.muster.directory.StoredContact;
import io.muster.load.JournalBlock.Handover;
import io.muster.support.Ids;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Moves the keys of one block back: contacts that go give theirs up, contacts that get values back hold the keys of those
 * again. A key goes back to the contact that owned it before the run as long as the owner is the one that the run left.
 *
 * <p>A reference that another contact has taken since stays with that contact; then the value is not put back.
 */
final class KeyUndo {

    private static final Set<IdentityRule.State> ANY_STATE =
            Set.of(IdentityRule.State.PENDING, IdentityRule.State.ACTIVE);

    private final DirectoryIdentity identity;
    private final ClaimLedger claims;
    private final Ids ids;
    private final Consumer<Kept> kept;
    private final Map<IdentityKey, Handover> handovers = new HashMap<>();

    KeyUndo(
            DirectoryIdentity identity,
            ClaimLedger claims,
            Collection<Handover> handovers,
            Ids ids,
            Consumer<Kept> kept) {
        this.identity = identity;
        this.claims = claims;
        this.ids = ids;
        this.kept = kept;
        handovers.forEach(handover -> this.handovers.put(handover.key(), handover));
    }

    /** The holders of one key who come and go. */
    private record Turn(SortedSet<Long> leaving, SortedSet<Long> joining) {

        static Turn none() {
            return new Turn(new TreeSet<>(), new TreeSet<>());
        }
    }

    /**
     * Moves the keys.
     *
     * @param restores by contact; one whose reference is taken is replaced
     * @param putBacks by contact; one whose reference is taken is left out
     * @return contacts that own other keys than before
     */
    Set<Long> apply(Collection<Delete> deletes, SortedMap<Long, Restore> restores, SortedMap<Long, PutBack> putBacks) {
        SortedMap<IdentityKey, Turn> turns = turns(deletes, restores.values(), putBacks.values());
        Map<IdentityKey, Long> owners = claims.lockOwners(identity.directory(), new TreeSet<>(turns.keySet()));
        while (giveWay(turns, owners, restores, putBacks)) {
            turns = turns(deletes, restores.values(), putBacks.values());
            owners = claims.lockOwners(identity.directory(), new TreeSet<>(turns.keySet()));
        }

        ClaimLedger.Outcome outcome = claims.apply(
                identity.directory(),
                turns.entrySet().stream()
                        .map(turn -> move(turn.getKey(), turn.getValue()))
                        .toList(),
                exclusiveRules());
        if (outcome.refused() != null) {
            throw new LockRetry.Stale("A reference was taken meanwhile");
        }

        return outcome.reowned();
    }

    private Set<Integer> exclusiveRules() {
        return identity.referenceRules(ANY_STATE);
    }

    private SortedMap<IdentityKey, Turn> turns(
            Collection<Delete> deletes, Collection<Restore> restores, Collection<PutBack> putBacks) {
        SortedMap<IdentityKey, Turn> turns = new TreeMap<>();
        handovers.keySet().forEach(key -> turns.put(key, Turn.none()));
        deletes.forEach(delete -> identity.keys(delete.now())
                .forEach(key -> turn(turns, key).leaving().add(delete.now().number())));
        putBacks.forEach(back -> identity.keys(back.contact())
                .forEach(key -> turn(turns, key).joining().add(back.contact().number())));
        for (Restore restore : restores) {
            if (restore.changesValues()) {
                long number = restore.now().number();
                Set<IdentityKey> before = identity.keys(restore.now());
                Set<IdentityKey> after = identity.keys(with(restore.now(), restore.values()));
                before.stream()
                        .filter(key -> !after.contains(key))
                        .forEach(key -> turn(turns, key).leaving().add(number));
                after.stream()
                        .filter(key -> !before.contains(key))
                        .forEach(key -> turn(turns, key).joining().add(number));
            }
        }

        return turns;
    }

    private static Turn turn(Map<IdentityKey, Turn> turns, IdentityKey key) {
        return turns.computeIfAbsent(key, absent -> Turn.none());
    }

    static KeyedContact with(KeyedContact contact, Profile values) {
        StoredContact stored = contact.stored();
        return new KeyedContact(
                new StoredContact(
                        stored.number(),
                        stored.version(),
                        stored.createdAt(),
                        stored.modifiedAt(),
                        values,
                        stored.lineage()),
                contact.aliases(),
                contact.contentKeys());
    }

    private KeyMove move(IdentityKey key, Turn turn) {
        Handover handover = handovers.get(key);
        return handover == null
                ? new KeyMove(key, turn.leaving(), turn.joining(), KeyOwner.NOBODY, Set.of())
                : new KeyMove(key, turn.leaving(), turn.joining(), handover.ownerBefore(), Set.of(handover.owner()));
    }

    /** Leaves references with those who have taken them since; whether there were any. */
    private boolean giveWay(
            Map<IdentityKey, Turn> turns,
            Map<IdentityKey, Long> owners,
            SortedMap<Long, Restore> restores,
            SortedMap<Long, PutBack> putBacks) {
        Set<Integer> exclusive = exclusiveRules();
        Map<Long, Long> taken = new TreeMap<>();
        turns.forEach((key, turn) -> {
            long owner = owners.getOrDefault(key, KeyOwner.NOBODY);
            boolean free = owner == KeyOwner.NOBODY || turn.leaving().contains(owner);
            if (exclusive.contains(key.rule())) {
                turn.joining().stream()
                        .skip(free ? 1 : 0)
                        .forEach(number ->
                                taken.put(number, free ? turn.joining().getFirst() : owner));
            }
        });
        taken.forEach((number, owner) -> {
            restores.computeIfPresent(number, (same, restore) -> keepReference(restore, owner));
            if (putBacks.remove(number) != null) {
                kept.accept(Kept.contact(number, "deleted by the run, and its reference belongs to " + holder(owner)));
            }
        });
        return !taken.isEmpty();
    }

    private Restore keepReference(Restore restore, long owner) {
        kept.accept(new Kept(
                restore.now().number(),
                Part.VALUE,
                ContactField.EXT_REF.key(),
                "the reference belongs to " + holder(owner)));
        Map<ContactField, String> fields = new HashMap<>(restore.values().fields());
        String reference = restore.now().profile().field(ContactField.EXT_REF);
        if (reference == null) {
            fields.remove(ContactField.EXT_REF);
        } else {
            fields.put(ContactField.EXT_REF, reference);
        }

        return restore.with(new Profile(
                fields, restore.values().embedded(), restore.values().unsubscribed()));
    }

    /** The contacts that owned keys before the run which it made them give up. */
    Set<Long> ownersBefore() {
        return handovers.values().stream().map(Handover::ownerBefore).collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Tells of keys that their owner before the run holds but does not own.
     *
     * @param contacts the owners before the run, as far as they are there, after the undo
     */
    void tellOfKeys(Map<Long, KeyedContact> contacts) {
        for (Handover handover : handovers.values()) {
            long before = handover.ownerBefore();
            KeyedContact contact = contacts.get(before);
            if (contact != null && identity.keys(contact).contains(handover.key())) {
                long owner = claims.owner(identity.directory(), handover.key());
                if (owner != before) {
                    kept.accept(
                            new Kept(before, Part.KEY, "key " + fields(handover.key()), "owned by " + holder(owner)));
                }
            }
        }
    }

    private String fields(IdentityKey key) {
        return identity.rules().stream()
                .filter(rule -> rule.id() == key.rule())
                .findFirst()
                .map(rule -> String.join(",", rule.fields()))
                .orElse("content");
    }

    private String holder(long owner) {
        return KeyOwner.isRun(owner)
                ? "the run " + ids.run(KeyOwner.run(owner))
                : ids.contact(identity.directory(), owner) + " now";
    }
}
