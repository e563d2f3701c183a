package io.muster.dedup.rules;

import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What happens to the holders of one key.
 *
 * @param key the key
 * @param leaving contacts that held it and no longer do
 * @param joining contacts that hold it from now on and did not, the oldest first
 * @param preferred who owns it in case it holds it and the owner leaves or yields; {@link KeyOwner#NOBODY} for the oldest
 * @param yielding owners that let {@code preferred} own the key though they keep the value
 */
public record KeyMove(
        IdentityKey key, SortedSet<Long> leaving, SortedSet<Long> joining, long preferred, Set<Long> yielding) {

    /** A contact gives a key up. */
    public static KeyMove leaving(IdentityKey key, long contact) {
        return new KeyMove(key, only(contact), nobody(), KeyOwner.NOBODY, Set.of());
    }

    /** A contact gains a key. */
    public static KeyMove joining(IdentityKey key, long contact) {
        return new KeyMove(key, nobody(), only(contact), KeyOwner.NOBODY, Set.of());
    }

    /** A contact gives keys up. */
    public static List<KeyMove> leaving(Collection<IdentityKey> keys, long contact) {
        return of(new KeyDifference(List.copyOf(keys), List.of()), contact);
    }

    /** A contact gains keys. */
    public static List<KeyMove> joining(Collection<IdentityKey> keys, long contact) {
        return of(new KeyDifference(List.of(), List.copyOf(keys)), contact);
    }

    /** A contact gives keys up and gains others. */
    public static List<KeyMove> of(KeyDifference difference, long contact) {
        List<KeyMove> moves = new ArrayList<>();
        difference.released().forEach(key -> moves.add(leaving(key, contact)));
        difference.gained().forEach(key -> moves.add(joining(key, contact)));
        return moves;
    }

    private static SortedSet<Long> only(long contact) {
        SortedSet<Long> contacts = nobody();
        contacts.add(contact);
        return contacts;
    }

    private static SortedSet<Long> nobody() {
        return new TreeSet<>(Ownership.OLDEST_FIRST);
    }
}
