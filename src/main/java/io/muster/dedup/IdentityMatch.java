package io.muster.dedup;

import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.ContactField;
import io.muster.directory.IdentityKey;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Whom a record was recognised as.
 *
 * @param contact the contact; null when nobody matched
 * @param seen the keys that were looked up, with their owner at that moment
 */
record IdentityMatch(@Nullable KeyedContact contact, Map<IdentityKey, OptionalLong> seen) {

    /** Tries the active rules in order; the first that finds a contact decides. */
    static IdentityMatch of(DirectoryIdentity identity, GivenRecord values, ClaimLedger claims, ContactRows contacts) {
        Map<IdentityKey, OptionalLong> seen = new HashMap<>();
        for (int place = 0; place < identity.rules().size(); place++) {
            IdentityRule rule = identity.rules().get(place);
            IdentityKey key = rule.state() == IdentityRule.State.ACTIVE ? identity.key(place, values) : null;
            if (key == null) {
                continue;
            }

            Long owner = claims.owner(identity.directory(), key);
            seen.put(key, owner == null ? OptionalLong.empty() : OptionalLong.of(owner));
            if (owner == null) {
                continue;
            }

            KeyedContact contact = contacts.read(identity.directory(), owner).orElse(null);
            // Whoever gives a key up moves the contact's version: owner still the same means the values belong to it.
            if (contact == null || !owner.equals(claims.owner(identity.directory(), key))) {
                throw new LockRetry.Stale("The key was given up meanwhile");
            }

            if (!isProtected(identity, rule, values, contact)) {
                return new IdentityMatch(contact, seen);
            }
        }

        return new IdentityMatch(null, seen);
    }

    /** Whether the contact holds another reference than the record and is therefore left alone by weaker rules. */
    private static boolean isProtected(
            DirectoryIdentity identity, IdentityRule rule, GivenRecord values, KeyedContact contact) {
        String reference = values.field(ContactField.EXT_REF);
        return identity.settings().protectReference()
                && !rule.ofReferenceAlone()
                && reference != null
                && contact.profile().field(ContactField.EXT_REF) != null
                && !contact.answersTo(reference);
    }
}
