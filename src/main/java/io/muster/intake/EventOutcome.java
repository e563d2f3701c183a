package io.muster.intake;

/** What came of an event. */
public enum EventOutcome {
    /** It is a touchpoint of the contact. */
    RECORDED,
    /** It had been recorded before. */
    REPEATED,
    /** The directory does not know the reference, or its signature is missing or wrong where it is needed. */
    UNKNOWN,
    /** It came without a reference, or with a placeholder. */
    NO_REFERENCE,
    /** Its intercept is not linked to a directory. */
    UNLINKED,
    /** Its project or intercept is not in force, or not of this installation. */
    NOT_IN_FORCE;

    /** Whether the directory knows the contact. */
    public boolean isKnown() {
        return this == RECORDED || this == REPEATED;
    }

    /** How it is counted. */
    String word() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
