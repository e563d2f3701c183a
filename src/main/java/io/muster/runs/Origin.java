package io.muster.runs;

/** Where the answer to a request came from. */
public enum Origin {
    /** A run of this process, begun for this request. */
    OWN,
    /** A run that was queued or under way already. */
    JOINED
}
