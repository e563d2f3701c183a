package io.muster.dedup;

import io.muster.directory.ContactField;
import io.muster.directory.FieldPolicy;
import io.muster.directory.Profile;
import java.util.EnumMap;
import java.util.Map;

/**
 * One record that asks to be created or to change the contact it is recognised as. The values have passed the
 * verdict on fields; a blank value is one that was given as blank, a field that is missing was not given at all.
 *
 * @param fields values by field
 * @param embedded embedded data by name, in any spelling
 * @param optOut what the record says of the opt-out from the directory
 */
public record IncomingContact(Map<ContactField, String> fields, Map<String, String> embedded, OptOut optOut) {

    /** What is said of an opt-out. */
    public enum OptOut {
        /** Nothing. */
        UNSAID,
        /** The contact opts out. */
        OUT,
        /** The contact is asked again: an opt-out is lifted. */
        LIFTED
    }

    /** Copies what it is given. */
    public IncomingContact {
        fields = Map.copyOf(fields);
        embedded = Map.copyOf(embedded);
    }

    /** A record with all the values of a profile. */
    public static IncomingContact of(Profile profile) {
        return new IncomingContact(
                profile.fields(), profile.embedded(), profile.unsubscribed() ? OptOut.OUT : OptOut.UNSAID);
    }

    /** The values as those of a contact of its own, without the blank ones. */
    Profile alone(DirectoryIdentity identity) {
        EnumMap<ContactField, String> given = new EnumMap<>(ContactField.class);
        fields.forEach((field, value) -> {
            if (!identity.isBlank(value)) {
                given.put(field, value);
            }
        });
        Map<String, String> data = ByName.sorted(Map.of());
        embedded.forEach((name, value) -> {
            if (!identity.isBlank(value)) {
                data.put(name, value);
            }
        });
        return new Profile(given, ByName.sorted(data), optOut == OptOut.OUT);
    }

    /** What the contact becomes under the directory's policies. */
    Profile appliedTo(StoredContact contact, DirectoryIdentity identity) {
        Profile existing = contact.profile();
        EnumMap<ContactField, String> values = new EnumMap<>(ContactField.class);
        values.putAll(existing.fields());
        fields.forEach((field, value) -> {
            if (field != ContactField.EXT_REF || !identity.isAlias(contact, value)) {
                apply(values, field, value, identity.policy(field), identity);
            }
        });
        Map<String, String> data = ByName.sorted(existing.embedded());
        embedded.forEach((name, value) -> apply(data, name, value, identity.policy(name), identity));
        boolean unsubscribed = switch (optOut) {
            case UNSAID -> existing.unsubscribed();
            case OUT -> true;
            case LIFTED -> false;
        };
        return new Profile(values, ByName.sorted(data), unsubscribed);
    }

    private static <K> void apply(
            Map<K, String> values, K key, String value, FieldPolicy policy, DirectoryIdentity identity) {
        boolean blank = identity.isBlank(value);
        switch (policy) {
            case OVERWRITE -> {
                if (!blank) {
                    values.put(key, value);
                }
            }
            case FILL_IF_EMPTY -> {
                if (!blank) {
                    values.putIfAbsent(key, value);
                }
            }
            case KEEP -> {}
            case CLEAR_ON_BLANK -> {
                if (blank) {
                    values.remove(key);
                } else {
                    values.put(key, value);
                }
            }
        }
    }
}
