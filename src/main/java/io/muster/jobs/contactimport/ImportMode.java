package io.muster.jobs.contactimport;

/** What a run may do to contacts. */
public enum ImportMode {
    /** Matching rows update, others create. */
    UPSERT,
    /** Matching rows are skipped. */
    CREATE_ONLY,
    /** Rows that match no contact are skipped. */
    UPDATE_ONLY,
    /**
     * Rows only record transactions and touchpoints for the contacts they name or are recognised as; no contact is made
     * or changed, and rows that match no contact are rejected.
     */
    EVENTS_ONLY
}
