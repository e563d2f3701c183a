package io.muster.runs;

import io.muster.jobs.RunLedger;

/** Waits for heartbeats. */
final class RunLeaseTime {

    private RunLeaseTime() {}

    /** A request to stop is heard with the next heartbeat. */
    static void untilHeard() {
        try {
            Thread.sleep(RunLedger.HEARTBEAT.plusMillis(700));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
