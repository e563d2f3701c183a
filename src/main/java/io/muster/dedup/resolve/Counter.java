package io.muster.dedup.resolve;

import io.muster.load.OutcomeCounts;
import io.muster.load.RowOutcome;

/** Counts outcomes. */
final class Counter {

    private long created;
    private long updated;
    private long unchanged;
    private long rejected;
    private long skipped;

    void add(RowOutcome.Kind kind) {
        switch (kind) {
            case CREATED -> created++;
            case UPDATED -> updated++;
            case UNCHANGED -> unchanged++;
            case REJECTED -> rejected++;
            case SKIPPED -> skipped++;
        }
    }

    OutcomeCounts counts() {
        return new OutcomeCounts(created, updated, unchanged, rejected, skipped);
    }
}
