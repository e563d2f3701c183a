package io.muster.intake;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * How many may come within a minute, which begins with the first. It counts what comes, never what is done with it: else it
 * would say something of those who are there already. Beyond so many at once the one that was silent longest is
 * forgotten, so memory is bounded.
 */
final class MinuteQuota {

    private static final int MOST_KNOWN = 100_000;
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();

    private final int most;
    private final InstantSource clock;
    private final Map<String, Minute> minutes;

    private static final class Minute {

        private final long began;
        private final Set<String> counted = new HashSet<>();
        private int count;

        Minute(long began) {
            this.began = began;
        }
    }

    MinuteQuota(int most, InstantSource clock) {
        this.most = most;
        this.clock = clock;
        this.minutes = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Minute> eldest) {
                return size() > MOST_KNOWN;
            }
        };
    }

    /** Counts one more of somebody's; whether it may come. */
    synchronized boolean take(String whose) {
        return count(minute(whose));
    }

    /** Counts this one of somebody's, once a minute however often it comes; whether it may come. */
    synchronized boolean take(String whose, String what) {
        Minute minute = minute(whose);
        return minute.counted.contains(what) || (count(minute) && minute.counted.add(what));
    }

    private boolean count(Minute minute) {
        if (minute.count >= most) {
            return false;
        }

        minute.count++;
        return true;
    }

    private Minute minute(String whose) {
        long now = clock.millis();
        Minute known = minutes.get(whose);
        if (known != null && Math.abs(now - known.began) < MINUTE) {
            return known;
        }

        Minute begun = new Minute(now);
        minutes.put(whose, begun);
        return begun;
    }
}
