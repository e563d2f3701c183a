package io.muster.dedup.resolve;

import io.muster.dedup.rules.KeyMove;
import io.muster.dedup.rules.Ownership;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import io.muster.load.KeyChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who holds which key while a file is resolved: the directory's claims, overlaid by what earlier rows did.
 *
 * <p>A key that nobody held goes to the first contact that gains it and travels with that contact's net write. As soon
 * as a key is given up, or a second contact holds its value, it is <em>contended</em>: from then on it is settled here
 * and written as a {@link KeyChange}.
 */
final class HeldKeys implements AutoCloseable {

    private static final int AT_ONCE = 4_000;

    private final DirectoryView view;
    private final KeyTable fresh;
    private final Map<IdentityKey, Contended> contended = new HashMap<>();

    /** A key with more than one holder in its history. */
    private static final class Contended implements Ownership.Shadows {

        private final long ownerBefore;
        private final List<Long> shadowsBefore;
        private long owner;
        private final TreeSet<Long> shadows = new TreeSet<>(Ownership.OLDEST_FIRST);
        private final TreeSet<Long> met = new TreeSet<>(Ownership.OLDEST_FIRST);

        private Contended(long ownerBefore, List<Long> shadowsBefore, long owner) {
            this.ownerBefore = ownerBefore;
            this.shadowsBefore = shadowsBefore;
            this.owner = owner;
            this.shadows.addAll(shadowsBefore);
            this.met.addAll(shadowsBefore);
            if (KeyOwner.isContact(owner)) {
                this.met.add(owner);
            }
        }

        private Contended(KeyChange change) {
            this.ownerBefore = change.ownerBefore();
            this.shadowsBefore = change.shadowsBefore();
            this.owner = change.owner();
            this.shadows.addAll(change.shadows());
            this.met.addAll(change.met());
        }

        KeyChange change(IdentityKey key) {
            return new KeyChange(key, ownerBefore, shadowsBefore, owner, List.copyOf(shadows), List.copyOf(met));
        }

        void apply(KeyMove move) {
            Ownership.Next next = Ownership.next(owner, this, move, false);
            owner = next.owner();
            shadows.removeAll(next.unshadowed());
            shadows.addAll(next.shadowed());
            met.addAll(move.joining());
            // It has met them already, unless the survey went on with a later view in which they hold the key that rows
            // gave to another before: the load takes it from that one, so it must not let these go alone.
            met.addAll(move.leaving());
        }

        @Override
        public boolean have(long contact) {
            return shadows.contains(contact);
        }

        @Override
        public long oldestBut(Set<Long> leaving) {
            for (long shadow : shadows) {
                if (!leaving.contains(shadow)) {
                    return shadow;
                }
            }

            return KeyOwner.NOBODY;
        }
    }

    /** What is to be done to a contact whose fresh key became contended: it must not claim it itself any more. */
    interface FreshOwner {

        /** Takes the key out of the claims of the contact's net write. */
        void withdraw(long ref, IdentityKey key);
    }

    HeldKeys(DirectoryView view, KeyMemory memory) {
        this.view = view;
        this.fresh = new KeyTable(memory);
    }

    /** The owner of a key now, see {@link KeyOwner}. */
    long owner(IdentityKey key) {
        if (!contended.isEmpty()) {
            Contended state = contended.get(key);
            if (state != null) {
                return state.owner;
            }
        }

        long ref = fresh.get(key);
        return ref != 0 ? ref : view.owner(key);
    }

    /**
     * A contact gains the value of a key.
     *
     * @return whether the contact is to claim the key with its own net write
     */
    boolean gain(IdentityKey key, long ref, FreshOwner freshOwner) {
        Contended state = contended.get(key);
        if (state == null) {
            Ownership.Gain gain = Ownership.gain(owner(key), ref, false);
            if (gain == Ownership.Gain.OWNS) {
                fresh.put(key, ref);
                return true;
            }

            if (gain == Ownership.Gain.HAS) {
                return false;
            }

            state = contend(key, freshOwner);
        }

        state.apply(KeyMove.joining(key, ref));
        return false;
    }

    /** A contact gives the value of a key up; the oldest other holder owns it from now on. */
    void release(IdentityKey key, long ref, FreshOwner freshOwner) {
        Contended state = contended.get(key);
        (state == null ? contend(key, freshOwner) : state).apply(KeyMove.leaving(key, ref));
    }

    /** Everything that changes hands. */
    Collection<KeyChange> changes() {
        List<KeyChange> changes = new ArrayList<>(contended.size());
        contended.forEach((key, state) -> {
            KeyChange change = state.change(key);
            boolean moved =
                    state.owner != state.ownerBefore || !change.shadows().equals(state.shadowsBefore);
            if (moved || state.met.size() > 1) {
                changes.add(change);
            }
        });
        return changes;
    }

    /** How many keys are contended. */
    int contendedCount() {
        return contended.size();
    }

    /** Everything that is contended, whether it changes hands or not. */
    List<KeyChange> contended() {
        return contended.entrySet().stream()
                .map(entry -> entry.getValue().change(entry.getKey()))
                .toList();
    }

    /**
     * Takes over what was contended.
     *
     * @return whether the view still says of all that what it said then; else this is useless
     */
    boolean goOn(List<KeyChange> before) {
        for (int from = 0; from < before.size(); from += AT_ONCE) {
            List<KeyChange> some = before.subList(from, Math.min(before.size(), from + AT_ONCE));
            view.prepare(List.of(), some.stream().map(KeyChange::key).toList());
            for (KeyChange change : some) {
                if (view.owner(change.key()) != change.ownerBefore()
                        || !shadows(change.key(), change.ownerBefore()).equals(change.shadowsBefore())) {
                    return false;
                }

                contended.put(change.key(), new Contended(change));
            }
        }

        return true;
    }

    /** Takes over a key that a contact was the first to gain. */
    void goOn(IdentityKey key, long ref) {
        fresh.put(key, ref);
    }

    private List<Long> shadows(IdentityKey key, long owner) {
        return owner == KeyOwner.NOBODY ? List.of() : view.shadows(key);
    }

    private Contended contend(IdentityKey key, FreshOwner freshOwner) {
        long ref = fresh.get(key);
        Contended state;
        if (ref != 0) {
            state = new Contended(0, List.of(), ref);
            freshOwner.withdraw(ref, key);
        } else {
            long owner = view.owner(key);
            state = new Contended(owner, shadows(key, owner), owner);
        }

        contended.put(key, state);
        return state;
    }

    @Override
    public void close() {
        fresh.close();
    }
}
