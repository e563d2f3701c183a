package io.muster.dedup.merge;

import io.muster.dedup.rules.IdentityRule.State;

/** Which rules connect duplicates. */
public enum MergeScope {
    /** The rules that match. */
    ACTIVE_RULES,
    /** Also rules that wait for activation, for instance because references stand on several contacts. */
    PENDING_RULES_TOO;

    /** Whether rules in this state connect. */
    boolean includes(State state) {
        return state == State.ACTIVE || this == PENDING_RULES_TOO;
    }
}
