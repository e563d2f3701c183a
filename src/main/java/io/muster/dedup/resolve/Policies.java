package io.muster.dedup.resolve;

import io.muster.directory.ContactField;
import io.muster.directory.FieldPolicy;
import io.muster.support.Fold;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The policy of every field: the directory's, overridden by the job's. */
public final class Policies {

    private static final String EMBEDDED = "embedded.";

    private final EnumMap<ContactField, FieldPolicy> fields = new EnumMap<>(ContactField.class);
    private final Map<String, FieldPolicy> embedded = new HashMap<>();

    /** Policies by target ({@code email}, {@code embedded.NAME}); the second map overrides the first. */
    public Policies(Map<String, FieldPolicy> directory, Map<String, FieldPolicy> job) {
        directory.forEach(this::set);
        job.forEach(this::set);
    }

    private void set(String target, FieldPolicy policy) {
        if (target.startsWith(EMBEDDED)) {
            embedded.put(Fold.fold(target.substring(EMBEDDED.length())), policy);
        } else {
            ContactField.byKey(target).ifPresent(field -> fields.put(field, policy));
        }
    }

    FieldPolicy of(ContactField field) {
        return fields.getOrDefault(field, FieldPolicy.OVERWRITE);
    }

    FieldPolicy of(String embeddedName) {
        return embedded.isEmpty()
                ? FieldPolicy.OVERWRITE
                : embedded.getOrDefault(Fold.fold(embeddedName), FieldPolicy.OVERWRITE);
    }

    /** Whether embedded data is overwritten throughout. */
    boolean overwritesEmbedded() {
        return embedded.isEmpty();
    }

    /** The value a contact ends with. */
    static @Nullable String apply(
            FieldPolicy policy, @Nullable String old, @Nullable String incoming, boolean presentButBlank) {
        return switch (policy) {
            case OVERWRITE -> incoming == null ? old : incoming;
            case FILL_IF_EMPTY -> old == null ? incoming : old;
            case KEEP -> old;
            case CLEAR_ON_BLANK -> incoming == null ? (presentButBlank ? null : old) : incoming;
        };
    }
}
