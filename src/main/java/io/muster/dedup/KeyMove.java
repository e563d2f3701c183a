package io.muster.dedup;

import java.util.ArrayList;
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

    /** The moves of one contact that held the one set of keys and is to hold the other. */
    public static List<KeyMove> of(long number, Set<IdentityKey> before, Set<IdentityKey> after) {
        SortedSet<Long> contact = new TreeSet<>(List.of(number));
        SortedSet<Long> nobody = new TreeSet<>();
        List<KeyMove> moves = new ArrayList<>();
        for (IdentityKey key : before) {
            if (!after.contains(key)) {
                moves.add(new KeyMove(key, contact, nobody, null, Set.of()));
            }
        }

        for (IdentityKey key : after) {
            if (!before.contains(key)) {
                moves.add(new KeyMove(key, nobody, contact, null, Set.of()));
            }
        }

        return moves;
    }
}
