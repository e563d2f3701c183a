package io.muster.directory;

/** What a record says of an opt-out. */
public enum OptOut {
    /** Nothing, or nothing that has an effect. */
    UNSAID,
    /** The contact opts out. */
    OUT,
    /** The contact is asked again: an opt-out is lifted. */
    LIFTED;

    /** Whether a contact is opted out after the record, given whether it was before. */
    public boolean after(boolean before) {
        return this == UNSAID ? before : this == OUT;
    }
}
