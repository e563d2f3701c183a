package io.muster.dedup.rules;

import io.muster.directory.ContactField;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which contact a record matches. Rules are tried in order, a rule with a blank field is skipped, and the first rule that
 * finds an owner decides: later rules are not looked at. A contact that holds another reference than the record is left
 * alone by rules other than those of the reference, where the directory protects references. Allocates nothing; safe
 * for use by several threads.
 */
public final class Match {

    private final List<IdentityRule> rules;
    private final boolean[] active;
    private final boolean[] ofReference;
    private final boolean protectReference;

    /** The directory as the rules see it: who owns keys, and the references that lead to a contact. */
    public interface Holders {

        /** The owner of a key, see {@link KeyOwner}. */
        long owner(IdentityKey key);

        /** The contact's own reference; null when it has none. */
        @Nullable
        String reference(long contact);

        /** References that merges have given the contact. */
        Collection<String> aliases(long contact);

        /** Told which rule has found the contact, by its place. */
        default void foundBy(int place) {}
    }

    /**
     * @param rules the rules in order; those that are not active match nothing
     * @param protectReference whether a contact holding another reference is left alone by weaker rules
     */
    public Match(List<IdentityRule> rules, boolean protectReference) {
        this.rules = List.copyOf(rules);
        this.protectReference = protectReference;
        active = new boolean[rules.size()];
        ofReference = new boolean[rules.size()];
        for (int place = 0; place < active.length; place++) {
            active[place] = rules.get(place).state() == IdentityRule.State.ACTIVE;
            ofReference[place] = rules.get(place).ofReferenceAlone();
        }
    }

    /**
     * The contact that the record matches, {@link KeyOwner#NOBODY}, or a run: the record may be the contact that the run
     * is going to write, so that nothing can be said before the run has ended.
     */
    public long find(IncomingRecord record, Holders holders) {
        for (int place = 0; place < active.length; place++) {
            IdentityKey key = active[place] ? record.key(place) : null;
            long owner = key == null ? KeyOwner.NOBODY : holders.owner(key);
            if (owner != KeyOwner.NOBODY && (KeyOwner.isRun(owner) || !isProtected(place, record, owner, holders))) {
                holders.foundBy(place);
                return owner;
            }
        }

        return KeyOwner.NOBODY;
    }

    /** Whether every rule is skipped: nothing but its content can say who the record is about. */
    public boolean isUnrecognisable(IncomingRecord record) {
        for (int place = 0; place < active.length; place++) {
            if (active[place] && record.key(place) != null) {
                return false;
            }
        }

        return true;
    }

    /** Whether a key under the rule of this id has one holder only, active or not. */
    public boolean isExclusive(int rule) {
        for (int place = 0; place < ofReference.length; place++) {
            if (ofReference[place] && rules.get(place).id() == rule) {
                return true;
            }
        }

        return false;
    }

    private boolean isProtected(int place, IncomingRecord record, long contact, Holders holders) {
        if (!protectReference || ofReference[place] || record.says(ContactField.EXT_REF) != IncomingRecord.Said.VALUE) {
            return false;
        }

        String own = holders.reference(contact);
        return own != null
                && !record.isValue(ContactField.EXT_REF, own)
                && !holders.aliases(contact).contains(record.value(ContactField.EXT_REF));
    }
}
