package io.muster.jobs.contactimport;

/** What a run may do to contacts. */
public enum ImportMode {
    /** Matching rows update, others create. */
    UPSERT,
    /** Matching rows are skipped. */
    CREATE_ONLY,
    /** Rows that match nobody are skipped. */
    UPDATE_ONLY
}
