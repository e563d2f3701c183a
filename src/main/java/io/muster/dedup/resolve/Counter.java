package io.muster.dedup.resolve;

import io.muster.load.OutcomeCounts;
import io.muster.load.RowOutcome;
import io.muster.load.TakenAway;

/** Counts outcomes. */
final class Counter {

    private long created;
    private long updated;
    private long unchanged;
    private long rejected;
    private long skipped;
    private TakenAway takenAway = TakenAway.NONE;

    void add(RowOutcome.Kind kind) {
        switch (kind) {
            case CREATED -> created++;
            case UPDATED -> updated++;
            case UNCHANGED -> unchanged++;
            case REJECTED -> rejected++;
            case SKIPPED -> skipped++;
        }
    }

    /** A row that is updated and took something away. */
    void add(TakenAway one) {
        add(RowOutcome.Kind.UPDATED);
        takenAway = takenAway.plus(one);
    }

    /** Goes on from what was counted before. */
    void goOn(OutcomeCounts counts) {
        created = counts.created();
        updated = counts.updated();
        unchanged = counts.unchanged();
        rejected = counts.rejected();
        skipped = counts.skipped();
        takenAway = counts.takenAway();
    }

    OutcomeCounts counts() {
        return new OutcomeCounts(created, updated, unchanged, rejected, skipped, takenAway);
    }
}
