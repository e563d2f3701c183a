package io.muster.dedup;

import io.muster.dedup.rules.Match;
import io.muster.directory.ContactField;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Holders of keys as one record that is being matched meets them, without locks; remembers what it answered. */
final class SeenHolders implements Match.Holders {

    private final int directory;
    private final ClaimLedger claims;
    private final ContactRows contacts;
    private final Map<IdentityKey, Long> owners = new HashMap<>();
    private final Map<Long, KeyedContact> read = new HashMap<>();

    SeenHolders(int directory, ClaimLedger claims, ContactRows contacts) {
        this.directory = directory;
        this.claims = claims;
        this.contacts = contacts;
    }

    @Override
    public long owner(IdentityKey key) {
        long owner = claims.owner(directory, key);
        owners.put(key, owner);
        if (KeyOwner.isContact(owner)) {
            KeyedContact contact = contacts.read(directory, owner).orElse(null);
            // Giving a key up moves the contact's version: owner still the same means the values belong to it.
            if (contact == null || owner != claims.owner(directory, key)) {
                throw new LockRetry.Stale("The key was given up meanwhile");
            }

            read.put(owner, contact);
        }

        return owner;
    }

    @Override
    public @Nullable String reference(long contact) {
        return contact(contact).profile().field(ContactField.EXT_REF);
    }

    @Override
    public List<String> aliases(long contact) {
        return contact(contact).aliases();
    }

    /** A contact that was answered as an owner. */
    KeyedContact contact(long number) {
        return Objects.requireNonNull(read.get(number));
    }

    /** Whoever took a key since it was looked up may be the one the record has to match. */
    void requireSame(ClaimLedger.Owned owned) {
        if (owners.getOrDefault(owned.key(), owned.owner()) != owned.owner()) {
            throw new LockRetry.Stale("The key was taken meanwhile");
        }
    }
}
