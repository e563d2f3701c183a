package io.muster.dedup;

import io.muster.directory.IdentityKey;
import io.muster.directory.Profile;
import io.muster.directory.StoredContact;
import java.util.List;
import java.util.Set;

/**
 * A contact as the database holds it, with everything its keys are made of.
 *
 * @param stored its row
 * @param aliases references that merges have given it
 * @param contentKeys keys of rows without any usable rule
 */
public record KeyedContact(StoredContact stored, List<String> aliases, Set<IdentityKey> contentKeys) {

    /** Copies what it is given. */
    public KeyedContact {
        aliases = List.copyOf(aliases);
        contentKeys = Set.copyOf(contentKeys);
    }

    /** Its number in the directory. */
    public long number() {
        return stored.number();
    }

    /** Its version. */
    public int version() {
        return stored.version();
    }

    /** Its values. */
    public Profile profile() {
        return stored.profile();
    }
}
