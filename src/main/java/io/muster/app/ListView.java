package io.muster.app;

import io.muster.directory.Directory;
import io.muster.directory.MailingList;
import io.muster.directory.store.MailingLists;
import java.time.Instant;

/**
 * A list as it is shown everywhere, in this order of keys.
 *
 * @param directory the id of its directory
 * @param members contacts on it
 * @param unsubscribed those of them who opted out of it
 */
public record ListView(String id, String name, String directory, long members, long unsubscribed, Instant created) {

    static ListView of(Directory directory, MailingList list, MailingLists.Size size) {
        return new ListView(
                list.id(),
                list.name(),
                directory.id(),
                size.members(),
                size.unsubscribed(),
                Instant.ofEpochMilli(list.createdAt()));
    }
}
