package io.muster.intercept.decide;

/** What an intercept does where its contact cannot be looked up, or is not found. */
public enum Fallback {
    /** It is hidden: the usual answer. */
    HIDE,
    /** It is shown. */
    SHOW
}
