package io.muster.dedup;

import io.muster.directory.ContactField;

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

    /** Contacts with this value of a field, compared without case; the reference exactly. */
    record Field(ContactField field, String text) implements ContactQuery {}

    /** Contacts with this value of embedded data, name and value compared without case. */
    record Embedded(String name, String text) implements ContactQuery {}

    /** Contacts of whose values, embedded data included, one contains this text, compared without case. */
    record Anywhere(String text) implements ContactQuery {}
}
