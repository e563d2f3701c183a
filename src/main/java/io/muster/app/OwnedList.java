package io.muster.app;

import io.muster.directory.MailingList;
import io.muster.directory.store.MailingLists;
import org.jspecify.annotations.Nullable;

/**
 * A list with whose it is.
 *
 * @param owner as its maker said, or who made it; null for one of nobody
 * @param modifiedAt when it was made or renamed, in epoch milliseconds
 * @param members contacts on it
 */
public record OwnedList(MailingList list, @Nullable String owner, long modifiedAt, long members) {

    static OwnedList of(MailingLists.Owned owned, long members) {
        return new OwnedList(owned.list(), owned.owner(), owned.modifiedAt(), members);
    }
}
