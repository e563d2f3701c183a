package io.muster.extract.source;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * How often and how soon a lost or failed connection is tried again. Wrong logins and host keys are never tried again.
 *
 * @param attempts how many tries in all, 1 to 100; default 5
 * @param firstDelay pause before the second try, doubled each time up to the longest; default 1 s
 * @param longestDelay the longest pause; default 30 s
 */
public record Retries(@Min(1) @Max(100) Integer attempts, Duration firstDelay, Duration longestDelay) {

    /** Fills in the defaults: what a job file leaves out arrives here as null. */
    public Retries {
        attempts = Objects.requireNonNullElse(attempts, 5);
        firstDelay = Objects.requireNonNullElse(firstDelay, Duration.ofSeconds(1));
        longestDelay = Objects.requireNonNullElse(longestDelay, Duration.ofSeconds(30));
    }

    /** Five tries over at most fifteen seconds. */
    public static Retries standard() {
        return new Retries(5, Duration.ofSeconds(1), Duration.ofSeconds(30));
    }

    /** Whether another try may follow this one; the first is 1. */
    public boolean mayFollow(int attempt) {
        return attempt < attempts;
    }

    /** The pause after a failed try: doubled each time, and a random part of its second half is left out. */
    public Duration pauseAfter(int attempt, RandomGenerator random) {
        long first = firstDelay.toMillis();
        long longest = longestDelay.toMillis();
        long full = Math.min(longest, first << Math.min(attempt - 1, 20));
        return Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
    }
}
