package io.muster.jobs;

import java.time.Duration;

/**
 * The process that works on a run.
 *
 * @param owner names it, and its machine
 * @param heartbeat when it was last heard of, epoch milliseconds by the clock of the database
 * @param silence how long that is ago
 * @param left how long the run is still its own if nothing more is heard of it
 */
public record RunHolder(String owner, long heartbeat, Duration silence, Duration left) {

    static RunHolder of(String owner, long heartbeat, long silence) {
        return new RunHolder(
                owner,
                heartbeat,
                Duration.ofMillis(Math.max(0, silence)),
                Duration.ofMillis(Math.max(0, RunLedger.DEAD_AFTER.toMillis() + 1 - silence)));
    }

    /** Who it is, and until when, in words. */
    public String text() {
        return owner + " holds it for " + seconds(left) + " more unless it is heard of again; it was last heard of "
                + seconds(silence) + " ago";
    }

    private static String seconds(Duration time) {
        return (time.toMillis() + 999) / 1000 + " s";
    }
}
