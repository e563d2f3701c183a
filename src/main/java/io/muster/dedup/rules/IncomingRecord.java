package io.muster.dedup.rules;

import io.muster.directory.ContactField;
import io.muster.directory.IdentityKey;
import io.muster.directory.Profile;
import java.util.Collection;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * One incoming record as the rules see it: whether a field is given, whether it equals what is stored, and what its keys
 * are. Values have passed the verdict on fields. The rules ask for a value as text only where a contact takes it, so
 * that a record in bytes can answer most questions without decoding anything.
 */
public interface IncomingRecord {

    /** What a record says of a field. */
    enum Said {
        /** The record does not have the field. */
        NOTHING,
        /** The record has the field, and it is blank. */
        BLANK,
        /** The record gives a value. */
        VALUE
    }

    /** What the record says of a field. */
    Said says(ContactField field);

    /** The value the record gives a field; asked only where there is one. */
    String value(ContactField field);

    /** Whether the value the record gives a field is exactly this one; asked only where there is one. */
    default boolean isValue(ContactField field, String stored) {
        return value(field).equals(stored);
    }

    /** Embedded data that is not blank, by the directory's spelling of the names. */
    SortedMap<String, String> embedded();

    /** Names of embedded data that the record has and that are blank, in the directory's spelling. */
    Collection<String> blankEmbedded();

    /** {@link #embedded} as it would be stored; null when empty. */
    @Nullable
    String embeddedJson();

    /** Whether {@link #embedded} is exactly what is stored. */
    default boolean isEmbedded(@Nullable String stored) {
        return Objects.equals(stored, embeddedJson());
    }

    /** A contact of its own, as the record describes it. */
    default Profile profile(boolean unsubscribed) {
        @Nullable String[] values = new String[ContactField.ALL.size()];
        for (int i = 0; i < values.length; i++) {
            ContactField field = ContactField.ALL.get(i);
            values[i] = says(field) == Said.VALUE ? value(field) : null;
        }

        return Profile.stored(values, unsubscribed, embeddedJson());
    }

    /** The record's key under the rule at this place in the order; null where the rule is skipped. */
    @Nullable
    IdentityKey key(int place);
}
