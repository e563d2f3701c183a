package io.muster.access;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How long one who has failed to sign in must wait: after five failures 1, 2, 4 … 60 seconds, by name and by address. Nobody
 * is kept out for good, which anybody could use against the operator at night. Each server counts for itself; memory is
 * bounded, and who has not failed for an hour is forgotten.
 */
final class SignInThrottle {

    private static final int FREE = 5;
    private static final int LONGEST_SECONDS = 60;
    private static final Duration FORGET = Duration.ofHours(1);
    private static final int MOST = 50_000;

    private final InstantSource clock;
    private final Map<String, Failures> failures;

    /**
     * What went wrong so far.
     *
     * @param last epoch milliseconds
     */
    private record Failures(int count, long last) {

        long until() {
            return count < FREE ? last : last + 1_000L * Math.min(LONGEST_SECONDS, 1L << Math.min(count - FREE, 10));
        }
    }

    SignInThrottle(InstantSource clock) {
        this.clock = clock;
        this.failures = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
                return size() > MOST;
            }
        };
    }

    /** How long to wait before a try counts; zero when it may be made now. */
    synchronized Duration wait(String name, String address) {
        long now = clock.millis();
        long until = Math.max(until(key(name), now), until(address, now));
        return until <= now ? Duration.ZERO : Duration.ofMillis(until - now);
    }

    private long until(String key, long now) {
        Failures known = failures.get(key);
        return known == null || now - known.last() > FORGET.toMillis() ? 0 : known.until();
    }

    /** A try has failed. */
    synchronized void failed(String name, String address) {
        count(key(name));
        count(address);
    }

    private void count(String key) {
        long now = clock.millis();
        Failures known = failures.get(key);
        int before = known == null || now - known.last() > FORGET.toMillis() ? 0 : known.count();
        failures.put(key, new Failures(before + 1, now));
    }

    /** The person is who was expected; others behind the same address go on waiting. */
    synchronized void succeeded(String name) {
        failures.remove(key(name));
    }

    private static String key(String name) {
        return "user " + name.strip().toLowerCase(Locale.ROOT);
    }
}
