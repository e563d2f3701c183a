package io.muster.dedup;

import io.muster.directory.ContactField;
import io.muster.directory.Profile;
import io.muster.support.Fold;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What somebody who names a contact wants changed. Policies do not apply; a blank value changes nothing, clearing is
 * asked for by name.
 *
 * @param fields new values by field
 * @param embedded new embedded data by name, in any spelling
 * @param clearedFields fields that become empty
 * @param clearedEmbedded names of embedded data that goes, in any spelling
 * @param optOut what becomes of the opt-out from the directory
 */
public record ContactChange(
        Map<ContactField, String> fields,
        Map<String, String> embedded,
        Set<ContactField> clearedFields,
        Set<String> clearedEmbedded,
        IncomingContact.OptOut optOut) {

    /** Copies what it is given. */
    public ContactChange {
        fields = Map.copyOf(fields);
        embedded = Map.copyOf(embedded);
        clearedFields = Set.copyOf(clearedFields);
        clearedEmbedded = Set.copyOf(clearedEmbedded);
    }

    /** New values only. */
    public static ContactChange of(Map<ContactField, String> fields, Map<String, String> embedded) {
        return new ContactChange(fields, embedded, Set.of(), Set.of(), IncomingContact.OptOut.UNSAID);
    }

    /** Fields that become empty. */
    public static ContactChange clearing(Set<ContactField> fields) {
        return new ContactChange(Map.of(), Map.of(), fields, Set.of(), IncomingContact.OptOut.UNSAID);
    }

    /** The opt-out from the directory. */
    public static ContactChange of(IncomingContact.OptOut optOut) {
        return new ContactChange(Map.of(), Map.of(), Set.of(), Set.of(), optOut);
    }

    /** What a contact with these values becomes. */
    Profile appliedTo(Profile existing) {
        EnumMap<ContactField, String> values = new EnumMap<>(ContactField.class);
        values.putAll(existing.fields());
        clearedFields.forEach(values::remove);
        fields.forEach((field, value) -> {
            if (!Fold.trim(value).isEmpty()) {
                values.put(field, value);
            }
        });
        Map<String, String> data = ByName.sorted(existing.embedded());
        Set<String> cleared = new TreeSet<>();
        clearedEmbedded.forEach(name -> cleared.add(Fold.fold(name)));
        data.keySet().removeIf(name -> cleared.contains(Fold.fold(name)));
        embedded.forEach((name, value) -> {
            if (!Fold.trim(value).isEmpty()) {
                data.put(name, value);
            }
        });
        boolean unsubscribed = switch (optOut) {
            case UNSAID -> existing.unsubscribed();
            case OUT -> true;
            case LIFTED -> false;
        };
        return new Profile(values, ByName.sorted(data), unsubscribed);
    }
}
