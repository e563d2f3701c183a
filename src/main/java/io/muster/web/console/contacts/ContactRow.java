package io.muster.web.console.contacts;

import io.muster.directory.Contact;
import io.muster.directory.ContactField;
import io.muster.directory.Profile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A contact in a list.
 *
 * @param name what it is called: its name, else its id
 * @param optedOut whether it opted out of the directory
 */
record ContactRow(String id, String name, String email, String phone, String reference, boolean optedOut) {

    static ContactRow of(Contact contact) {
        Profile profile = contact.profile();
        return new ContactRow(
                contact.id(),
                name(contact.id(), profile.field(ContactField.FIRST_NAME), profile.field(ContactField.LAST_NAME)),
                text(profile.field(ContactField.EMAIL)),
                text(profile.field(ContactField.PHONE)),
                text(profile.field(ContactField.EXT_REF)),
                profile.unsubscribed());
    }

    /** First and last name; the id where there is neither. */
    static String name(String id, @Nullable String first, @Nullable String last) {
        String name =
                Stream.of(text(first), text(last)).filter(one -> !one.isBlank()).collect(Collectors.joining(" "));
        return name.isEmpty() ? id : name;
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
