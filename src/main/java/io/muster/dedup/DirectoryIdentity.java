package io.muster.dedup;

import io.muster.dedup.rules.Change;
import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.KeyDifference;
import io.muster.dedup.rules.KeyMaker;
import io.muster.dedup.rules.Match;
import io.muster.dedup.rules.NullTokens;
import io.muster.dedup.rules.Policies;
import io.muster.directory.ContactField;
import io.muster.directory.DirectorySettings;
import io.muster.directory.FieldValues;
import io.muster.directory.IdentityKey;
import io.muster.directory.OptOut;
import io.muster.directory.Profile;
import io.muster.support.Fold;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rules of identity as one directory has them at one moment, for single contacts. Not safe for use by several
 * threads.
 */
public final class DirectoryIdentity {

    private final int directory;
    private final DirectorySettings settings;
    private final List<IdentityRule> rules;
    private final KeyMaker keys;
    private final NullTokens nullTokens;
    private final Match match;
    private final Change underPolicies;
    private final Change toTheLetter;

    /** @param rules those that match and those that wait for their keys */
    public DirectoryIdentity(int directory, DirectorySettings settings, List<IdentityRule> rules) {
        this.directory = directory;
        this.settings = settings;
        this.rules = List.copyOf(rules);
        // Names of embedded data are compared folded, so that their spelling in the directory does not matter here.
        this.keys = new KeyMaker(rules, Fold::fold, settings.placeholders());
        this.nullTokens = new NullTokens(settings.nullTokens());
        this.match = new Match(rules, settings.protectReference());
        this.underPolicies = new Change(new Policies(settings.policies(), Map.of()), keys);
        this.toTheLetter = new Change(Policies.toTheLetter(), keys);
    }

    /** The directory's number. */
    public int directory() {
        return directory;
    }

    /** The settings at that moment. */
    public DirectorySettings settings() {
        return settings;
    }

    /** The rules in order, those that wait for activation among them. */
    public List<IdentityRule> rules() {
        return rules;
    }

    /** Every key the contact holds: by its values, by its aliases and by content. */
    public SortedSet<IdentityKey> keys(KeyedContact contact) {
        SortedSet<IdentityKey> held = new TreeSet<>(contact.contentKeys());
        Profile values = contact.profile();
        held.addAll(keys.held(new Folded(values, values.embedded()), contact.aliases()));
        return held;
    }

    /** Every key that values make. */
    SortedSet<IdentityKey> keys(Profile values) {
        return keys.held(new Folded(values, values.embedded()), List.of());
    }

    /** The keys the contact gives up and gains when its values become these. */
    KeyDifference difference(KeyedContact contact, Profile after) {
        Profile before = contact.profile();
        return KeyDifference.between(
                keys, new Folded(before, before.embedded()), new Folded(after, after.embedded()), contact.aliases());
    }

    /** The key of a record under the rule at this place; null when the rule is skipped. */
    @Nullable
    IdentityKey key(int place, GivenRecord record) {
        return keys.key(place, new Folded(record, record.embedded()));
    }

    /** The contact after the record, under the directory's policies. */
    Profile updated(KeyedContact contact, GivenRecord record, OptOut optOut) {
        return underPolicies.updated(contact.profile(), contact.aliases(), record, optOut);
    }

    /** The contact after a change to the letter; that may give it an alias as its own reference. */
    Profile changed(KeyedContact contact, ContactChange change) {
        return toTheLetter.updated(contact.profile(), List.of(), GivenRecord.of(this, change), change.optOut());
    }

    /** The ids of the rules of the reference alone in one of these states. */
    public Set<Integer> referenceRules(Set<IdentityRule.State> states) {
        Set<Integer> ids = new HashSet<>();
        for (IdentityRule rule : rules) {
            if (rule.ofReferenceAlone() && states.contains(rule.state())) {
                ids.add(rule.id());
            }
        }

        return ids;
    }

    /** Which contact a record matches. */
    Match match() {
        return match;
    }

    /** What counts as blank. */
    NullTokens nullTokens() {
        return nullTokens;
    }

    /** Values whose embedded data is found by the folded name. */
    private static final class Folded implements FieldValues {

        private final FieldValues values;
        private final Map<String, String> data;
        private @Nullable Map<String, String> embedded;

        Folded(FieldValues values, Map<String, String> data) {
            this.values = values;
            this.data = data;
        }

        @Override
        public @Nullable CharSequence field(ContactField field) {
            return values.field(field);
        }

        @Override
        public @Nullable String embedded(String name) {
            Map<String, String> byFoldedName = embedded;
            if (byFoldedName == null) {
                byFoldedName = new HashMap<>();
                for (Map.Entry<String, String> entry : data.entrySet()) {
                    byFoldedName.put(Fold.fold(entry.getKey()), entry.getValue());
                }

                embedded = byFoldedName;
            }

            return byFoldedName.get(name);
        }
    }
}
