package io.muster.dedup;

import io.muster.dedup.rules.KeyDifference;
import io.muster.directory.IdentityKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What happens to the holders of one key.
 *
 * @param key the key
 * @param leaving contacts that held it and no longer do
 * @param joining contacts that hold it from now on and did not
 * @param preferred who owns it in case it holds it and the owner leaves or yields; null for the lowest number
 * @param yielding owners that let {@code preferred} own the key though they keep the value
 */
public record KeyMove(
        IdentityKey key,
        SortedSet<Long> leaving,
        SortedSet<Long> joining,
        @Nullable Long preferred,
        Set<Long> yielding) {

    /** A contact gives up these keys. */
    static List<KeyMove> leaving(long number, Collection<IdentityKey> keys) {
        return of(number, new KeyDifference(List.copyOf(keys), List.of()));
    }

    /** A contact gains these keys. */
    static List<KeyMove> joining(long number, Collection<IdentityKey> keys) {
        return of(number, new KeyDifference(List.of(), List.copyOf(keys)));
    }

    /** The moves of one contact. */
    static List<KeyMove> of(long number, KeyDifference difference) {
        SortedSet<Long> contact = new TreeSet<>(List.of(number));
        SortedSet<Long> nobody = new TreeSet<>();
        List<KeyMove> moves = new ArrayList<>();
        difference.released().forEach(key -> moves.add(new KeyMove(key, contact, nobody, null, Set.of())));
        difference.gained().forEach(key -> moves.add(new KeyMove(key, nobody, contact, null, Set.of())));
        return moves;
    }
}
