package io.muster.dedup.merge;

import java.util.List;

/**
 * Contacts of a group that share the key of one rule.
 *
 * @param rule the rule's fields as written
 * @param contacts the numbers of the contacts, lowest first
 */
public record Evidence(List<String> rule, List<Long> contacts) {

    /** Copies what it is given. */
    public Evidence {
        rule = List.copyOf(rule);
        contacts = List.copyOf(contacts);
    }
}
