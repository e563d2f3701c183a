package io.muster.web;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much a caller may send in a minute. What is left comes back evenly; of callers that have sent nothing for a minute
 * nothing is known. Beyond so many callers at once the one that was silent longest is forgotten, so memory is bounded.
 */
final class Rates {

    /** About 100 bytes each. */
    static final int MOST_CALLERS = 100_000;

    private static final double MINUTE = Duration.ofMinutes(1).toMillis();
    private static final int NETWORK = 8;
    private static final int V6 = 16;

    private final int perMinute;
    private final InstantSource clock;
    private final Map<String, Left> callers;

    /**
     * What a caller may still send.
     *
     * @param at epoch milliseconds
     */
    private record Left(double amount, long at) {}

    /** @param perMinute how much one caller may send in a minute */
    Rates(int perMinute, InstantSource clock) {
        this.perMinute = perMinute;
        this.clock = clock;
        this.callers = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Left> eldest) {
                return size() > MOST_CALLERS;
            }
        };
    }

    /**
     * Counts what an address sends.
     *
     * @throws TooManyException when that is too much now; nothing is counted then
     */
    void take(String address, int amount) {
        long now = clock.millis();
        String caller = caller(address);
        synchronized (callers) {
            Left before = callers.getOrDefault(caller, new Left(perMinute, now));
            double left = Math.min(perMinute, before.amount() + (now - before.at()) * perMinute / MINUTE);
            double missing = Math.min(amount, perMinute) - left;
            if (missing > 0) {
                throw new TooManyException(Duration.ofMillis((long) Math.ceil(missing * MINUTE / perMinute)));
            }

            callers.put(caller, new Left(left - amount, now));
        }
    }

    /** Whose calls count together: one household has a whole network of addresses of version 6. */
    static String caller(String address) {
        byte[] bytes = TrustedProxies.bytes(address);
        return bytes.length == V6 ? Arrays.toString(Arrays.copyOf(bytes, NETWORK)) : address;
    }

    /** How many callers are known. */
    int callers() {
        synchronized (callers) {
            return callers.size();
        }
    }
}
