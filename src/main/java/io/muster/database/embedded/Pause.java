package io.muster.database.embedded;

import io.muster.support.Refusal;

/** Waiting for other processes, which nobody can wake us from. */
final class Pause {

    private Pause() {}

    static void millis(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.failed("Cannot start the embedded database: interrupted. Start the command again.", e);
        }
    }
}
