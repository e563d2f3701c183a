package io.muster.web.call;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much a caller may send in a time. What is left comes back evenly; of callers that have sent nothing for that time
 * nothing is known. Beyond so many callers at once the one that was silent longest is forgotten, so memory is bounded.
 */
public final class Rates {

    /** About 100 bytes each. */
    static final int MOST_CALLERS = 100_000;

    private static final int NETWORK = 8;
    private static final int V6 = 16;

    private final int most;
    private final double milliseconds;
    private final InstantSource clock;
    private final Map<String, Left> callers;

    /**
     * What a caller may still send.
     *
     * @param at epoch milliseconds
     */
    private record Left(double amount, long at) {}

    /** @param perMinute how much one caller may send in a minute */
    public Rates(int perMinute, InstantSource clock) {
        this(perMinute, Duration.ofMinutes(1), clock);
    }

    /** @param most how much one caller may send in that time */
    public Rates(int most, Duration time, InstantSource clock) {
        this.most = most;
        this.milliseconds = time.toMillis();
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
     * Counts what a caller sends, known by its address or by any other text.
     *
     * @throws TooManyException when that is too much now; nothing is counted then
     */
    public void take(String caller, int amount) {
        long now = clock.millis();
        String key = caller(caller);
        synchronized (callers) {
            Left before = callers.getOrDefault(key, new Left(most, now));
            double left = Math.min(most, before.amount() + (now - before.at()) * most / milliseconds);
            double missing = Math.min(amount, most) - left;
            if (missing > 0) {
                throw new TooManyException(Duration.ofMillis((long) Math.ceil(missing * milliseconds / most)));
            }

            callers.put(key, new Left(left - amount, now));
        }
    }

    /** Whose calls count together: one household has a whole network of addresses of version 6. */
    public static String caller(String address) {
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
