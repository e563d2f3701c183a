package io.muster.dedup.merge;

import io.muster.directory.Profile;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A group to be looked at, with what a merge would make of it.
 *
 * @param group the contact asked about alone when none may be merged with it
 * @param after the values that the oldest of them would have
 * @param aliases the references that would lead to it besides its own
 * @param lists by contact, the lists that each is on
 * @param apart whether others share a key with it and are kept apart from it
 */
public record Reviewed(
        PossibleGroup group, Profile after, Set<String> aliases, Map<Long, List<OnList>> lists, boolean apart) {

    /** A list that a contact is on. */
    public record OnList(int list, boolean optedOut) {}

    /** Copies what it is given. */
    public Reviewed {
        aliases = Set.copyOf(aliases);
        lists = Map.copyOf(lists);
    }
}
