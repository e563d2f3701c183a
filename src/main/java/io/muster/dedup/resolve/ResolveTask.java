package io.muster.dedup.resolve;

import io.muster.dedup.rules.IdentityRule;
import java.util.List;

/**
 * What a survey is told.
 *
 * @param run the numeric id of the run
 * @param rules the directory's rules in order, pending ones too
 * @param unmatched what becomes of rows that match nobody
 * @param matched what becomes of rows that match a contact
 * @param keyTaken what happens to rows of which another run has taken a key
 * @param hasList whether contacts join a list
 * @param protectReference whether a contact holding another reference is left alone by weaker rules
 * @param maxRowsPerKey greatest number of rows that may share one key; 0 for no limit
 * @param events how transactions and touchpoints are told apart
 * @param asOf epoch milliseconds of the run
 */
public record ResolveTask(
        long run,
        List<IdentityRule> rules,
        Unmatched unmatched,
        Matched matched,
        KeyTaken keyTaken,
        boolean hasList,
        boolean protectReference,
        int maxRowsPerKey,
        EventRules events,
        long asOf) {

    /** What becomes of rows that match nobody. */
    public enum Unmatched {
        /** They make a contact. */
        CREATE,
        /** They are left out. */
        SKIP,
        /** They are rejected. */
        REJECT
    }

    /** What becomes of rows that match a contact. */
    public enum Matched {
        /** They change it. */
        UPDATE,
        /** What they record is recorded for it; the contact itself stays as it is. */
        RECORD,
        /** They are left out. */
        SKIP
    }

    /** What happens to rows of which another run has taken a key. */
    public enum KeyTaken {
        /** They stay open for the next round. */
        DEFER,
        /** They are rejected. */
        REJECT
    }
}
