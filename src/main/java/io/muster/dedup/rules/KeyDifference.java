package io.muster.dedup.rules;

import io.muster.directory.FieldValues;
import io.muster.directory.IdentityKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The keys that a contact gives up and gains by a change of its values. Keys that its aliases occupy stay with it.
 *
 * @param released keys it no longer holds
 * @param gained keys it holds from now on
 */
public record KeyDifference(List<IdentityKey> released, List<IdentityKey> gained) {

    /** No key moves. */
    public static final KeyDifference NONE = new KeyDifference(List.of(), List.of());

    /** The difference under all rules of the maker. */
    public static KeyDifference between(
            KeyMaker keys, FieldValues before, FieldValues after, Collection<String> aliases) {
        List<IdentityKey> released = new ArrayList<>();
        List<IdentityKey> gained = new ArrayList<>();
        for (int place = 0; place < keys.size(); place++) {
            IdentityKey held = keys.key(place, before);
            IdentityKey wanted = keys.key(place, after);
            if (held != null && !held.equals(wanted) && !keys.occupiedBy(aliases, held)) {
                released.add(held);
            }

            if (wanted != null && !wanted.equals(held) && !keys.occupiedBy(aliases, wanted)) {
                gained.add(wanted);
            }
        }

        return new KeyDifference(released, gained);
    }
}
