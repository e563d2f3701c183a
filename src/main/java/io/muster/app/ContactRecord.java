package io.muster.app;

import io.muster.directory.Contact;
import io.muster.directory.store.ContactLists;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of a contact by itself.
 *
 * @param optedOutAt when it opted out of the directory, in epoch milliseconds; null when it did not, or nobody knows
 * @param lists those that it is on, in the order of their making
 */
public record ContactRecord(Contact contact, @Nullable Long optedOutAt, List<OnList> lists) {

    /** Copies what it is given. */
    public ContactRecord {
        lists = List.copyOf(lists);
    }

    /**
     * A list that the contact is on.
     *
     * @param owner whose it is; null for nobody's
     */
    public record OnList(ContactLists.Entry entry, @Nullable String owner) {}
}
