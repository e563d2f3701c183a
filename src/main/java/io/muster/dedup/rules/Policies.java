package io.muster.dedup.rules;

import io.muster.directory.ContactField;
import io.muster.directory.FieldPolicy;
import io.muster.support.Fold;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** The policy of every field: the directory's, overridden by the job's. Safe for use by several threads. */
public final class Policies {

    private final EnumMap<ContactField, FieldPolicy> fields = new EnumMap<>(ContactField.class);
    private final Map<String, FieldPolicy> embedded = new HashMap<>();
    private final FieldPolicy others;

    /** Policies by target ({@code email}, {@code embedded.NAME}); the second map overrides the first. */
    public Policies(Map<String, FieldPolicy> directory, Map<String, FieldPolicy> job) {
        others = FieldPolicy.OVERWRITE;
        directory.forEach(this::set);
        job.forEach(this::set);
    }

    private Policies(FieldPolicy others) {
        this.others = others;
    }

    /** The policy of a person who names a contact and its fields: every value replaces, every blank clears. */
    public static Policies toTheLetter() {
        return new Policies(FieldPolicy.CLEAR_ON_BLANK);
    }

    private void set(String target, FieldPolicy policy) {
        if (target.startsWith(RuleField.EMBEDDED_PREFIX)) {
            embedded.put(Fold.fold(target.substring(RuleField.EMBEDDED_PREFIX.length())), policy);
        } else {
            ContactField.byKey(target).ifPresent(field -> fields.put(field, policy));
        }
    }

    FieldPolicy of(ContactField field) {
        return fields.getOrDefault(field, others);
    }

    FieldPolicy of(String embeddedName) {
        return embedded.isEmpty() ? others : embedded.getOrDefault(Fold.fold(embeddedName), others);
    }

    /** Whether embedded data is overwritten throughout. */
    boolean overwriteEmbedded() {
        return embedded.isEmpty() && others == FieldPolicy.OVERWRITE;
    }
}
