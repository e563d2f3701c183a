package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.ResolveTask;

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
    EVENTS_ONLY;

    /** What becomes of rows that match nobody. */
    ResolveTask.Unmatched unmatched() {
        return switch (this) {
            case UPSERT, CREATE_ONLY -> ResolveTask.Unmatched.CREATE;
            case UPDATE_ONLY -> ResolveTask.Unmatched.SKIP;
            case EVENTS_ONLY -> ResolveTask.Unmatched.REJECT;
        };
    }

    /** What becomes of rows that match a contact. */
    ResolveTask.Matched matched() {
        return switch (this) {
            case UPSERT, UPDATE_ONLY -> ResolveTask.Matched.UPDATE;
            case CREATE_ONLY -> ResolveTask.Matched.SKIP;
            case EVENTS_ONLY -> ResolveTask.Matched.RECORD;
        };
    }
}
