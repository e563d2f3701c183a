package io.muster.runs;

import io.muster.support.Refusal;
import java.time.Duration;

/** How often the ledger is looked at for what other processes do. */
final class Looking {

    private static final Duration PAUSE = Duration.ofMillis(200);

    private Looking() {}

    /** Waits until it is time to look again. */
    static void pause(String what) {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.failed("INTERRUPTED", "Cannot wait for " + what + ": interrupted. Ask again.")
                    .causedBy(e);
        }
    }
}
