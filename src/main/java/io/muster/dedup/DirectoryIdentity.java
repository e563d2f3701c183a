package io.muster.dedup;

import io.muster.directory.ContactField;
import io.muster.directory.DirectorySettings;
import io.muster.directory.FieldPolicy;
import io.muster.directory.FieldValues;
import io.muster.directory.Profile;
import io.muster.support.Fold;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How one directory recognises contacts at one moment: its rules in order and the settings that touch identity. Not
 * safe for use by several threads.
 */
public final class DirectoryIdentity {

    private final int directory;
    private final DirectorySettings settings;
    private final List<IdentityRule> rules;
    private final KeyMaker keys;
    private final Map<String, FieldPolicy> policies = new HashMap<>();
    private final Set<String> nullTokens = new HashSet<>();

    DirectoryIdentity(int directory, DirectorySettings settings, List<IdentityRule> rules) {
        this.directory = directory;
        this.settings = settings;
        this.rules = List.copyOf(rules);
        // Names of embedded data are compared folded, so that their spelling in the directory does not matter here.
        this.keys = new KeyMaker(rules, Fold::fold, settings.placeholders());
        settings.policies().forEach((target, policy) -> policies.put(comparableTarget(target), policy));
        settings.nullTokens().forEach(token -> nullTokens.add(Fold.fold(Fold.trim(token))));
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
    public SortedSet<IdentityKey> keys(StoredContact contact) {
        return keys(contact, contact.profile());
    }

    /** Every key the contact holds once its values are these. */
    public SortedSet<IdentityKey> keys(StoredContact contact, Profile values) {
        SortedSet<IdentityKey> held = keys(values, contact.aliases());
        held.addAll(contact.contentKeys());
        return held;
    }

    /** Every key that values and references of merged contacts make. */
    public SortedSet<IdentityKey> keys(Profile values, Collection<String> aliases) {
        SortedSet<IdentityKey> held = new TreeSet<>();
        FieldValues folded = new Folded(values);
        for (int place = 0; place < rules.size(); place++) {
            IdentityKey key = keys.key(place, folded);
            if (key != null) {
                held.add(key);
            }

            for (String alias : aliases) {
                IdentityKey absorbed = keys.referenceKey(place, alias);
                if (absorbed != null) {
                    held.add(absorbed);
                }
            }
        }

        return held;
    }

    /** The key of the values under the rule at this place; null when the rule is skipped. */
    public @Nullable IdentityKey key(int place, Profile values) {
        return keys.key(place, new Folded(values));
    }

    /**
     * Whether the reference leads to the contact by a merge only: such a reference never replaces the contact's own.
     */
    public boolean isAlias(StoredContact contact, String reference) {
        if (reference.equals(contact.profile().field(ContactField.EXT_REF))) {
            return false;
        }

        for (String alias : contact.aliases()) {
            if (alias.equals(reference)) {
                return true;
            }

            for (int place = 0; place < rules.size(); place++) {
                IdentityKey key = keys.referenceKey(place, alias);
                if (key != null && key.equals(keys.referenceKey(place, reference))) {
                    return true;
                }
            }
        }

        return false;
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

    /** What an incoming value of the field does to an existing one. */
    FieldPolicy policy(ContactField field) {
        return policies.getOrDefault(field.key(), FieldPolicy.OVERWRITE);
    }

    /** What an incoming value of embedded data does to an existing one. */
    FieldPolicy policy(String embedded) {
        return policies.getOrDefault(RuleField.EMBEDDED_PREFIX + Fold.fold(embedded), FieldPolicy.OVERWRITE);
    }

    /** Whether an incoming value counts as blank. */
    boolean isBlank(String value) {
        String trimmed = Fold.trim(value);
        return trimmed.isEmpty() || (!nullTokens.isEmpty() && nullTokens.contains(Fold.fold(trimmed)));
    }

    private static String comparableTarget(String target) {
        return target.startsWith(RuleField.EMBEDDED_PREFIX)
                ? RuleField.EMBEDDED_PREFIX + Fold.fold(target.substring(RuleField.EMBEDDED_PREFIX.length()))
                : target;
    }

    /** Values whose embedded data is found by the folded name. */
    private static final class Folded implements FieldValues {

        private final Profile values;
        private @Nullable Map<String, String> embedded;

        Folded(Profile values) {
            this.values = values;
        }

        @Override
        public @Nullable String field(ContactField field) {
            return values.field(field);
        }

        @Override
        public @Nullable String embedded(String name) {
            Map<String, String> byFoldedName = embedded;
            if (byFoldedName == null) {
                byFoldedName = new HashMap<>();
                for (Map.Entry<String, String> entry : values.embedded().entrySet()) {
                    byFoldedName.put(Fold.fold(entry.getKey()), entry.getValue());
                }

                embedded = byFoldedName;
            }

            return byFoldedName.get(name);
        }
    }
}
