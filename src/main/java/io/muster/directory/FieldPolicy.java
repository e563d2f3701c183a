package io.muster.directory;

/** What an incoming value does to the value an existing contact has. */
public enum FieldPolicy {
    /** A value replaces, a blank leaves; the default. */
    OVERWRITE,
    /** A value is taken only where the contact has none. */
    FILL_IF_EMPTY,
    /** An existing contact keeps what it has, even nothing. */
    KEEP,
    /** A value replaces, a blank clears. */
    CLEAR_ON_BLANK
}
