package io.muster.dedup.merge;

import io.muster.dedup.KeyedContact;
import io.muster.dedup.rules.IdentityRule;
import java.util.List;

/**
 * Contacts that may be the same person.
 *
 * @param contacts the oldest first; of a group that is too large, some
 * @param because what they share
 * @param tooLarge whether they are more than a group may have, so that they are not merged
 */
public record PossibleGroup(List<KeyedContact> contacts, List<Shared> because, boolean tooLarge) {

    /**
     * What some of the contacts share.
     *
     * @param values of the fields of the rule, as one of the contacts has them
     * @param contacts their numbers
     */
    public record Shared(IdentityRule rule, List<String> values, List<Long> contacts) {

        /** Copies the lists. */
        public Shared {
            values = List.copyOf(values);
            contacts = List.copyOf(contacts);
        }
    }

    /** Copies the lists. */
    public PossibleGroup {
        contacts = List.copyOf(contacts);
        because = List.copyOf(because);
    }
}
