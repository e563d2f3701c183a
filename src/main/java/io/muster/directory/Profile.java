package io.muster.directory;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a person: fields, embedded data and the opt-out from the directory.
 *
 * @param fields the values that are not blank
 * @param embedded embedded data in code point order of the names, in the directory's spelling, without blank values
 * @param unsubscribed whether the contact opted out of the whole directory
 */
public record Profile(Map<ContactField, String> fields, SortedMap<String, String> embedded, boolean unsubscribed)
        implements FieldValues {

    /** Copies what it is given. */
    public Profile {
        EnumMap<ContactField, String> copy = new EnumMap<>(ContactField.class);
        copy.putAll(fields);
        fields = Collections.unmodifiableMap(copy);
        SortedMap<String, String> sorted = new TreeMap<>(CodePointOrder.INSTANCE);
        sorted.putAll(embedded);
        embedded = Collections.unmodifiableSortedMap(sorted);
    }

    @Override
    public @Nullable String field(ContactField field) {
        return fields.get(field);
    }

    @Override
    public @Nullable String embedded(String name) {
        return embedded.get(name);
    }
}
