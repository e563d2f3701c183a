package io.muster.dedup.rules;

import io.muster.directory.ContactField;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.FieldPolicy;
import io.muster.directory.IdentityKey;
import io.muster.directory.Membership;
import io.muster.directory.OptOut;
import io.muster.directory.Profile;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a record makes of a contact: the policies decide field by field, embedded data is merged name by name, and a
 * reference that leads to the contact by a merge never replaces its own. Not safe for use by several threads.
 */
public final class Change {

    private final Policies policies;
    private final KeyMaker keys;

    /** What becomes of the value a contact has. */
    enum Effect {
        STAYS,
        REPLACED,
        CLEARED
    }

    /** @param keys tells which references mean the same */
    public Change(Policies policies, KeyMaker keys) {
        this.policies = policies;
        this.keys = keys;
    }

    /** A contact of its own, as the record describes it. */
    public static Profile created(IncomingRecord record, OptOut optOut) {
        return record.profile(optOut.after(false));
    }

    /**
     * An existing contact after the record; the very profile it was given, and nothing allocated, when the record
     * changes nothing.
     *
     * @param aliases references that merges have given the contact
     * @param optOut what is said of the opt-out from the directory
     */
    public Profile updated(Profile before, Collection<String> aliases, IncomingRecord record, OptOut optOut) {
        @Nullable String @Nullable [] values = null;
        for (int i = 0; i < ContactField.ALL.size(); i++) {
            ContactField field = ContactField.ALL.get(i);
            String held = before.field(field);
            IncomingRecord.Said said = record.says(field);
            boolean changes = switch (effect(policies.of(field), held != null, said)) {
                case STAYS -> false;
                case CLEARED -> held != null;
                case REPLACED ->
                    (held == null || !record.isValue(field, held))
                            && !(field == ContactField.EXT_REF && leadsHere(aliases, record.value(field)));
            };
            if (changes) {
                values = values == null ? before.values() : values;
                values[i] = said == IncomingRecord.Said.VALUE ? record.value(field) : null;
            }
        }

        String embedded = embedded(before.embeddedJson(), record);
        boolean unsubscribed = optOut.after(before.unsubscribed());
        return values == null
                        && unsubscribed == before.unsubscribed()
                        && Objects.equals(embedded, before.embeddedJson())
                ? before
                : Profile.stored(values == null ? before.values() : values, unsubscribed, embedded);
    }

    /**
     * A contact's membership after it joins a list, or joins it again.
     *
     * @param before null when it is no member
     * @param embedded embedded data of the membership that is not blank
     * @param optOut what is said of the opt-out from the list
     * @param now epoch milliseconds
     */
    public static Membership joined(
            @Nullable Membership before, Map<String, String> embedded, OptOut optOut, long now) {
        if (before == null) {
            boolean out = optOut.after(false);
            return new Membership(out, EmbeddedJson.write(embedded), now, out ? now : null);
        }

        String data = before.embedded();
        if (!embedded.isEmpty()) {
            SortedMap<String, String> merged = EmbeddedJson.read(data);
            merged.putAll(embedded);
            data = EmbeddedJson.write(merged);
        }

        boolean out = optOut.after(before.unsubscribed());
        Long since = before.unsubscribed() ? before.optedOutAt() : Long.valueOf(now);
        return new Membership(out, data, before.joinedAt(), out ? since : null);
    }

    /** The one reading of the policies. */
    static Effect effect(FieldPolicy policy, boolean held, IncomingRecord.Said said) {
        return switch (said) {
            case NOTHING -> Effect.STAYS;
            case BLANK -> policy == FieldPolicy.CLEAR_ON_BLANK ? Effect.CLEARED : Effect.STAYS;
            case VALUE ->
                switch (policy) {
                    case OVERWRITE, CLEAR_ON_BLANK -> Effect.REPLACED;
                    case FILL_IF_EMPTY -> held ? Effect.STAYS : Effect.REPLACED;
                    case KEEP -> Effect.STAYS;
                };
        };
    }

    private @Nullable String embedded(@Nullable String before, IncomingRecord record) {
        // The usual case of a file that comes every night: the record says exactly what is stored.
        if (policies.overwriteEmbedded() && record.isEmbedded(before)) {
            return before;
        }

        SortedMap<String, String> given = record.embedded();
        Collection<String> blank = record.blankEmbedded();
        if (given.isEmpty() && blank.isEmpty()) {
            return before;
        }

        SortedMap<String, String> merged = EmbeddedJson.read(before);
        given.forEach((name, value) -> {
            if (effect(policies.of(name), merged.containsKey(name), IncomingRecord.Said.VALUE) == Effect.REPLACED) {
                merged.put(name, value);
            }
        });
        blank.forEach(name -> {
            if (effect(policies.of(name), merged.containsKey(name), IncomingRecord.Said.BLANK) == Effect.CLEARED) {
                merged.remove(name);
            }
        });
        return EmbeddedJson.write(merged);
    }

    /** Whether a reference is one that a merge absorbed, or means the same under a rule. */
    private boolean leadsHere(Collection<String> aliases, String reference) {
        if (aliases.isEmpty() || aliases.contains(reference)) {
            return !aliases.isEmpty();
        }

        for (int place = 0; place < keys.size(); place++) {
            IdentityKey key = keys.referenceKey(place, reference);
            if (key != null && keys.occupiedBy(aliases, key)) {
                return true;
            }
        }

        return false;
    }
}
