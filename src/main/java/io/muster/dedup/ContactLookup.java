package io.muster.dedup;

import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/** Says whom a record with a reference would be recognised as: without locks, and without a trace. */
public final class ContactLookup {

    private final LockRetry transactions;
    private final IdentityReader identities;
    private final ContactRows contacts;
    private final ClaimLedger claims;

    /** Whom a record would be recognised as. */
    public enum Standing {
        /** A contact that its reference leads to, as its own one or as one that a merge has given it. */
        KNOWN,
        /** A contact that another rule recognises, and that its reference does not lead to. */
        ANOTHER,
        /** Perhaps one that a run is going to write. */
        IN_WORK,
        /** Nobody. */
        NOBODY,
        /** Nobody, and once it is a contact, its reference would not lead there either: the directory takes it for blank. */
        UNRECOGNISABLE
    }

    /**
     * @param jdbc the store of record
     * @param manager its transactions
     */
    public ContactLookup(JdbcClient jdbc, PlatformTransactionManager manager) {
        transactions = new LockRetry(manager);
        identities = new IdentityReader(jdbc);
        contacts = new ContactRows(jdbc);
        claims = new ClaimLedger(jdbc, InstantSource.system());
    }

    /** Whom a record would be recognised as now. */
    public Standing of(int directory, IncomingContact record) {
        return transactions.inTransaction(status -> of(identities.read(directory), record));
    }

    private Standing of(DirectoryIdentity identity, IncomingContact record) {
        GivenRecord given = GivenRecord.of(identity, record);
        SeenHolders seen = new SeenHolders(identity.directory(), claims, contacts);
        List<IdentityKey> references = references(identity, given);
        if (references.isEmpty()) {
            return Standing.UNRECOGNISABLE;
        }

        Standing found = standing(identity.match().find(given, seen), Standing.ANOTHER);
        // Asked after the others: a contact that is made meanwhile has its reference as soon as anything else.
        return references.stream()
                .map(reference -> standing(seen.owner(reference), Standing.KNOWN))
                .filter(standing -> standing != Standing.NOBODY)
                .findFirst()
                .orElse(found);
    }

    private static Standing standing(long owner, Standing ofContact) {
        return owner == KeyOwner.NOBODY ? Standing.NOBODY : KeyOwner.isRun(owner) ? Standing.IN_WORK : ofContact;
    }

    /** The keys of the record under active rules of the reference alone. */
    private static List<IdentityKey> references(DirectoryIdentity identity, GivenRecord given) {
        List<IdentityKey> keys = new ArrayList<>();
        List<IdentityRule> rules = identity.rules();
        for (int place = 0; place < rules.size(); place++) {
            IdentityRule rule = rules.get(place);
            IdentityKey key = rule.ofReferenceAlone() && rule.state() == IdentityRule.State.ACTIVE
                    ? identity.key(place, given)
                    : null;
            if (key != null) {
                keys.add(key);
            }
        }

        return keys;
    }
}
