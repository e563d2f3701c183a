package io.muster.load;

import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A key that changes hands or is held by several contacts. Contacts are given as references: a number of at least 1
 * for a contact that exists, {@code -1 - n} for the n-th new contact of the survey.
 *
 * @param key the key
 * @param ownerBefore the owner that the survey found, see {@link KeyOwner}
 * @param shadowsBefore the other holders that the survey found, ascending
 * @param owner the owner from now on
 * @param shadows the other holders from now on
 * @param met everybody who held the key in between: their rows depend on one another and stay together
 */
public record KeyChange(
        IdentityKey key, long ownerBefore, List<Long> shadowsBefore, long owner, List<Long> shadows, List<Long> met) {

    /** Copies what it is given. */
    public KeyChange {
        shadowsBefore = List.copyOf(shadowsBefore);
        shadows = List.copyOf(shadows);
        met = List.copyOf(met);
    }

    /** The contacts that hold or own the key otherwise than before, as references. */
    Set<Long> moved() {
        Set<Long> moved = new TreeSet<>(shadows);
        shadowsBefore.forEach(ref -> toggle(moved, ref));
        if (owner != ownerBefore) {
            moved.add(owner);
            moved.add(ownerBefore);
            moved.removeIf(ref -> !KeyOwner.isContact(ref));
        }

        return moved;
    }

    private static void toggle(Set<Long> some, Long one) {
        if (!some.remove(one)) {
            some.add(one);
        }
    }

    /** All contacts it speaks of; whatever happens to one of them happens to all. */
    public Set<Long> refs() {
        Set<Long> refs = new TreeSet<>(shadows);
        refs.addAll(shadowsBefore);
        refs.addAll(met);
        refs.add(owner);
        refs.add(ownerBefore);
        refs.removeIf(ref -> !KeyOwner.isContact(ref));
        return refs;
    }
}
