package io.muster.web.v3;

import io.muster.web.call.Rates;
import io.muster.web.call.TooManyException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How often a token may call, how many of its calls may be in work, and how often an address may show a wrong one. */
final class CallLimits {

    private static final int FAILURES = 20;

    private final Rates calls;
    private final Rates failures;
    private final int atOnce;
    private final Map<Integer, Integer> inWork = new ConcurrentHashMap<>();

    CallLimits(V3Settings settings, InstantSource clock) {
        this.calls = new Rates(settings.callsPerMinute(), clock);
        this.failures = new Rates(FAILURES, Duration.ofSeconds(1), clock);
        this.atOnce = settings.callsAtOnce();
    }

    /** Counts a call, which {@link #end} ends. */
    void begin(int token, boolean isFree) {
        int now = inWork.merge(token, 1, Integer::sum);
        if (now > atOnce) {
            end(token);
            throw V3Exception.tooMany(
                    Duration.ofSeconds(1),
                    "Cannot answer: %d calls of this token are in work. Wait until one has ended.".formatted(atOnce));
        }

        if (isFree) {
            return;
        }

        try {
            calls.take("token " + token, 1);
        } catch (TooManyException e) {
            end(token);
            throw V3Exception.tooMany(
                    Duration.ofSeconds(e.seconds()),
                    "Cannot answer: this token has made too many calls within a minute. Call again later.");
        }
    }

    void end(int token) {
        inWork.computeIfPresent(token, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Counts a wrong token. */
    void failed(String address) {
        try {
            failures.take(address, 1);
        } catch (TooManyException e) {
            throw V3Exception.tooMany(
                    Duration.ofSeconds(e.seconds()),
                    "Cannot answer: too many wrong tokens came from this address. Send a right one.");
        }
    }
}
