package io.muster.dedup;

import io.muster.directory.ContactField;
import io.muster.directory.OptOut;
import io.muster.directory.Profile;
import java.util.Map;

/**
 * One record that creates a contact or changes the one it is recognised as. The values have passed the verdict on
 * fields; a blank value was given as blank, a field that is missing was not given at all.
 *
 * @param fields values by field
 * @param embedded embedded data by name, in any spelling
 * @param optOut what the record says of the opt-out from the directory
 */
public record IncomingContact(Map<ContactField, String> fields, Map<String, String> embedded, OptOut optOut) {

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
}
