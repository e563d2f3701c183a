package io.muster.load;

/** What a second record of the same key does when it says something else. */
public enum RepeatedEvent {
    /** Nothing: what was recorded first stays, and the run warns. */
    KEEP,
    /** It replaces the first when it is newer. */
    AMEND
}
