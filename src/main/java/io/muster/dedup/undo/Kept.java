package io.muster.dedup.undo;

import java.time.Instant;

/**
 * Something that the undo of a run left other than it was before the run.
 *
 * @param number the contact's number; 0 for what belongs to no contact
 * @param part what it is
 * @param field its name: a field's key, {@code embedded.NAME}, {@code unsubscribed}, or as {@link Part} says
 * @param reason why, as the end of a sentence; holds no values of contacts
 */
public record Kept(long number, Part part, String field, String reason) {

    /** What can be kept. */
    public enum Part {
        /** The contact as a whole, with all that hangs on it: {@code contact}. */
        CONTACT,
        /** One of its values. */
        VALUE,
        /** Who owns a key: {@code key FIELDS}. */
        KEY,
        /** A membership or a list: {@code list CG_…}. */
        LIST,
        /**
         * A transaction, touchpoint or response, such as {@code transaction TIME}; of several of one moment the second is {@code transaction TIME (2)}.
         */
        EVENT
    }

    /** A thing of a contact, by its name. */
    public record Thing(long number, String field) {}

    /** @param before how many of the contact's events have the same kind and moment and come before this one */
    static Kept event(long number, String word, long happenedAt, long before, String reason) {
        String field = word + " " + Instant.ofEpochMilli(happenedAt);
        return new Kept(number, Part.EVENT, before == 0 ? field : field + " (" + (before + 1) + ")", reason);
    }

    static Kept contact(long number, String reason) {
        return new Kept(number, Part.CONTACT, "contact", reason);
    }
}
