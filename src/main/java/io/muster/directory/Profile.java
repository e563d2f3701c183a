package io.muster.directory;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a person: fields, embedded data and the opt-out from the directory. Blank values are absent. Embedded
 * data is kept as the text that is stored, which is equal for equal data, and read when it is first asked for; its names
 * are in the directory's spelling. Immutable; safe for use by several threads.
 */
public final class Profile implements FieldValues {

    private final @Nullable String[] values;
    private final boolean unsubscribed;
    private final @Nullable String embeddedJson;
    // Read more than once at worst: the result is the same.
    private @Nullable SortedMap<String, String> embedded;

    private Profile(@Nullable String[] values, boolean unsubscribed, @Nullable String embeddedJson) {
        this.values = values;
        this.unsubscribed = unsubscribed;
        this.embeddedJson = embeddedJson;
    }

    /**
     * A profile of these values.
     *
     * @param fields the values that are not blank
     * @param embedded embedded data without blank values
     * @param unsubscribed whether the contact opted out of the whole directory
     */
    public Profile(Map<ContactField, String> fields, Map<String, String> embedded, boolean unsubscribed) {
        this(inOrder(fields), unsubscribed, EmbeddedJson.write(embedded));
    }

    /**
     * A profile as it is stored.
     *
     * @param values the fields in the order of {@link ContactField}, null for blank ones; kept, not copied
     * @param unsubscribed whether the contact opted out of the whole directory
     * @param embeddedJson embedded data as it is stored ({@link EmbeddedJson}); null when there is none
     */
    public static Profile stored(@Nullable String[] values, boolean unsubscribed, @Nullable String embeddedJson) {
        return new Profile(values, unsubscribed, embeddedJson);
    }

    private static @Nullable String[] inOrder(Map<ContactField, String> fields) {
        @Nullable String[] values = new String[ContactField.ALL.size()];
        fields.forEach((field, value) -> values[field.place()] = value);
        return values;
    }

    @Override
    public @Nullable String field(ContactField field) {
        return values[field.place()];
    }

    @Override
    public @Nullable String embedded(String name) {
        return embeddedJson == null ? null : embedded().get(name);
    }

    /** A copy of the values in the order of {@link ContactField}, null for blank ones. */
    public @Nullable String[] values() {
        return values.clone();
    }

    /** The values that are not blank. */
    public Map<ContactField, String> fields() {
        EnumMap<ContactField, String> fields = new EnumMap<>(ContactField.class);
        for (ContactField field : ContactField.ALL) {
            String value = values[field.place()];
            if (value != null) {
                fields.put(field, value);
            }
        }

        return Collections.unmodifiableMap(fields);
    }

    /** Embedded data in code point order of the names. */
    public SortedMap<String, String> embedded() {
        SortedMap<String, String> read = embedded;
        if (read == null) {
            read = Collections.unmodifiableSortedMap(EmbeddedJson.read(embeddedJson));
            embedded = read;
        }

        return read;
    }

    /** Embedded data as it is stored; null when there is none. */
    public @Nullable String embeddedJson() {
        return embeddedJson;
    }

    /** Whether the contact opted out of the whole directory. */
    public boolean unsubscribed() {
        return unsubscribed;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Profile profile
                        && unsubscribed == profile.unsubscribed
                        && Arrays.equals(values, profile.values)
                        && Objects.equals(embeddedJson, profile.embeddedJson));
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(values) + Objects.hashCode(embeddedJson);
    }

    @Override
    public String toString() {
        return "Profile" + fields() + (embeddedJson == null ? "" : embeddedJson) + (unsubscribed ? " opted out" : "");
    }
}
