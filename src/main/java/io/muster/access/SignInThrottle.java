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

    /**
     * Begins a try, which counts as failed until {@link #succeeded}: however many come at once, few are compared.
     *
     * @return how long to wait before it may be made; zero when it may be made now
     */
    synchronized Duration begin(String name, String address) {
        long now = clock.millis();
        long until = Math.max(until(key(name), now), until(address, now));
        if (until > now) {
            return Duration.ofMillis(until - now);
        }

        count(key(name), 1);
        count(address, 1);
        return Duration.ZERO;
    }

    private long until(String key, long now) {
        Failures known = failures.get(key);
        return known == null || now - known.last() > FORGET.toMillis() ? 0 : known.until();
    }

    private void count(String key, int more) {
        long now = clock.millis();
        Failures known = failures.get(key);
        int before = known == null || now - known.last() > FORGET.toMillis() ? 0 : known.count();
        failures.put(key, new Failures(Math.max(0, before + more), now));
    }

    /** The try was right; others behind the same address go on waiting. */
    synchronized void succeeded(String name, String address) {
        failures.remove(key(name));
        count(address, -1);
    }

    private static String key(String name) {
        return "user " + name.strip().toLowerCase(Locale.ROOT);
    }
}
