package io.muster.dedup;

/** What contacts can be searched by. */
public sealed interface ContactQuery {

    /** The text that was asked for. */
    String text();

    /** Contacts with this mailbox, compared without case, the domain in ASCII form. */
    record Email(String text) implements ContactQuery {}

    /** The contact with this reference, or that took it over by a merge; compared exactly. */
    record Reference(String text) implements ContactQuery {}

    /** Contacts with this phone number, read as an import reads it. */
    record Phone(String text) implements ContactQuery {}

    /** Contacts whose first or last name contains every word, compared without case. */
    record Name(String text) implements ContactQuery {}
}
