package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.ResolveTask;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

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

    /** The mode as people write it, such as {@code create-only}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The mode that people write so; empty for none. */
    public static Optional<ImportMode> of(String word) {
        return Arrays.stream(values()).filter(mode -> mode.word().equals(word)).findFirst();
    }

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
