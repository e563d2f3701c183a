package io.muster.app;

/** What came of a transaction that a caller gave. */
public sealed interface TransactionOutcome {

    /** It is recorded under that id, {@code CTR_…}. */
    record Created(String id) implements TransactionOutcome {}

    /**
     * It is not recorded.
     *
     * @param code why, for programs
     * @param message why, for people
     */
    record Refused(String code, String message) implements TransactionOutcome {}
}
