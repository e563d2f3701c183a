package io.muster.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How fast a step goes and how long it still takes, as this process sees it. Safe for several threads.
 */
public final class Pace {

    /** Less of a step than this says nothing about the rest of it. */
    private static final double ENOUGH_TO_ESTIMATE = 0.02;

    private static final double MILLIS = 1000.0;

    private Instant since;
    private @Nullable Reached first;
    private Reached last;

    private record Reached(Instant at, long done, double share) {}

    /** A step begins now. */
    public Pace(Instant now) {
        since = now;
        last = new Reached(now, 0, 0);
    }

    /** Another step begins. */
    public synchronized void begin(Instant now) {
        since = now;
        first = null;
        last = new Reached(now, 0, 0);
    }

    /**
     * Notes how far the step has come.
     *
     * @param done rows, contacts or groups done in it by this process
     * @param share done share of the step, 0 to 1; of a resumed step it does not begin with 0
     */
    public synchronized void reached(Instant now, long done, double share) {
        last = new Reached(now, done, share);
        if (first == null) {
            first = last;
        }
    }

    /** Rows, contacts or groups done in the step. */
    public synchronized long done() {
        return last.done();
    }

    /** Done share of the step, 0 to 1. */
    public synchronized double share() {
        return last.share();
    }

    /** Rows, contacts or groups a second since the step began. */
    public synchronized double rate() {
        long millis = Duration.between(since, last.at()).toMillis();
        return millis <= 0 ? 0 : last.done() * MILLIS / millis;
    }

    /** Time left in the step; empty while too little of it is done. */
    public synchronized Optional<Duration> left() {
        Reached from = first;
        if (from == null || last.share() >= 1) {
            return Optional.empty();
        }

        double gained = last.share() - from.share();
        long millis = Duration.between(from.at(), last.at()).toMillis();
        return gained < ENOUGH_TO_ESTIMATE || millis <= 0
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(Math.round(millis * (1 - last.share()) / gained)));
    }
}
