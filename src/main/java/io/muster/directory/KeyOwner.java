package io.muster.directory;

/**
 * Who owns a key, as one number, so that a lookup allocates nothing: nobody, a contact, or a run that has taken the key
 * for a contact it has not written yet. A claim stores the same number.
 *
 * <p>A contact is its number, at least 1. A survey also knows new contacts, which have no number yet; it refers to
 * them by small negative numbers. A run is a very low number, far below all of those.
 */
public final class KeyOwner {

    /** Nobody owns the key. */
    public static final long NOBODY = 0;

    private static final long RUN_0 = Long.MIN_VALUE;
    private static final long RUN_LIMIT = -(1L << 61);

    private KeyOwner() {}

    /** The owner of a key that a run has taken; run numbers are below 3 · 2<sup>61</sup>. */
    public static long ofRun(long run) {
        return RUN_0 + run;
    }

    /** Whether a run has taken the key. */
    public static boolean isRun(long owner) {
        return owner < RUN_LIMIT;
    }

    /** The run that has taken the key. */
    public static long run(long owner) {
        return owner - RUN_0;
    }

    /** Whether a contact owns the key, one with a number or a new one of a survey. */
    public static boolean isContact(long owner) {
        return owner != NOBODY && !isRun(owner);
    }
}
