package io.muster.frequency.rules;

/** What a question about contact frequency is asked for. */
public enum FrequencyUse {
    /** An intercept on a website or in an application; rules on lists do not apply. */
    INTERCEPT,
    /** A mail or a text message; rules on lists hold for the members of the list. */
    MESSAGE
}
