package io.muster.dedup;

import io.muster.directory.ContactField;
import io.muster.directory.Profile;
import java.util.List;
import java.util.Set;

/**
 * A contact as the database holds it, with everything its keys are made of.
 *
 * @param number its number in the directory
 * @param profile its values
 * @param createdAt epoch milliseconds
 * @param modifiedAt epoch milliseconds
 * @param version moves with every change
 * @param aliases references that merges have given it
 * @param contentKeys keys of rows without any usable rule
 */
public record StoredContact(
        long number,
        Profile profile,
        long createdAt,
        long modifiedAt,
        int version,
        List<String> aliases,
        Set<IdentityKey> contentKeys) {

    /** Copies what it is given. */
    public StoredContact {
        aliases = List.copyOf(aliases);
        contentKeys = Set.copyOf(contentKeys);
    }

    /** Whether the reference leads to this contact, as its own or as an alias. */
    public boolean answersTo(String reference) {
        return reference.equals(profile.field(ContactField.EXT_REF)) || aliases.contains(reference);
    }
}
