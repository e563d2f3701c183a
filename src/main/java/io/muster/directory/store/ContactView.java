package io.muster.directory.store;

import io.muster.directory.Contact;
import io.muster.directory.ContactField;
import io.muster.directory.MailingList;
import io.muster.directory.Profile;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A contact as it is shown everywhere, in this order of keys; absent values are null.
 *
 * @param lists ids of the lists it is on, in the order of their making
 * @param aliases references it took over by merges, oldest first
 * @param creationDate ISO 8601, UTC, milliseconds
 * @param lastModified ISO 8601, UTC, milliseconds
 */
public record ContactView(
        String contactId,
        @Nullable String firstName,
        @Nullable String lastName,
        @Nullable String email,
        @Nullable String phone,
        @Nullable String extRef,
        @Nullable String language,
        boolean unsubscribed,
        SortedMap<String, String> embeddedData,
        List<String> lists,
        List<String> aliases,
        String creationDate,
        String lastModified) {

    /** A contact without its lists and aliases. */
    public static ContactView alone(Contact contact) {
        return of(contact, List.of(), List.of());
    }

    /** The view of a contact. */
    static ContactView of(Contact contact, List<MailingList> lists, List<String> aliases) {
        Profile profile = contact.profile();
        return new ContactView(
                contact.id(),
                profile.field(ContactField.FIRST_NAME),
                profile.field(ContactField.LAST_NAME),
                profile.field(ContactField.EMAIL),
                profile.field(ContactField.PHONE),
                profile.field(ContactField.EXT_REF),
                profile.field(ContactField.LANGUAGE),
                profile.unsubscribed(),
                profile.embedded(),
                lists.stream().map(MailingList::id).toList(),
                List.copyOf(aliases),
                UtcTime.of(contact.createdAt()),
                UtcTime.of(contact.modifiedAt()));
    }
}
