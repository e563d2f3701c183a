package io.muster.dedup.merge;

import io.muster.dedup.KeyedContact;
import java.util.List;

/**
 * Contacts that are not merged with each other since a person said so.
 *
 * @param mark which decision it was
 * @param since epoch milliseconds
 * @param contacts those of them that are still there
 */
public record KeptApart(long mark, long since, List<KeyedContact> contacts) {

    /** Copies the list. */
    public KeptApart {
        contacts = List.copyOf(contacts);
    }
}
