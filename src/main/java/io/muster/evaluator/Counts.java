package io.muster.evaluator;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** What those who decide have done since they started. */
final class Counts {

    private static final Duration[] BUCKETS = Stream.of(
                    50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000)
            .map(micros -> Duration.ofNanos(micros * 1_000L))
            .toArray(Duration[]::new);

    private final LongAdder requests = new LongAdder();
    private final LongAdder shown = new LongAdder();
    private final LongAdder hidden = new LongAdder();
    private final LongAdder badCalls = new LongAdder();
    private final LongAdder overloads = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final AtomicInteger inWork = new AtomicInteger();
    private final MeterRegistry registry;
    private final Timer time;

    Counts(MeterRegistry registry) {
        this.registry = registry;
        this.time = Timer.builder("muster_decision")
                .description("How long decisions took, from the whole request to its whole response")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        count("show", shown);
        count("hide", hidden);
        count("bad-call", badCalls);
        count("overload", overloads);
        count("failure", failures);
        refused("UNUSABLE_SNAPSHOT");
        refused("SNAPSHOT_SHRANK");
    }

    private void count(String result, LongAdder of) {
        FunctionCounter.builder("muster_decisions", of, LongAdder::sum)
                .description("Requests for decisions: something was to be shown, nothing was, or why none was made")
                .tag("result", result)
                .register(registry);
    }

    private Counter refused(String code) {
        return Counter.builder("muster_snapshot_refused")
                .description("Snapshots that were refused")
                .tag("reason", code.toLowerCase(Locale.ROOT).replaceAll("_?snapshot_?", ""))
                .register(registry);
    }

    /** Requests for decisions, refused ones included. */
    LongAdder requests() {
        return requests;
    }

    /** A decision was made. */
    void decided(boolean somethingIsShown) {
        (somethingIsShown ? shown : hidden).increment();
    }

    /** Of the requests, those that could not be answered as they were sent. */
    LongAdder badCalls() {
        return badCalls;
    }

    /** Of the requests, those refused because too many were in work or waiting. */
    LongAdder overloads() {
        return overloads;
    }

    /** Of the requests, those not answered because of a fault of ours. */
    LongAdder failures() {
        return failures;
    }

    /** Requests in work or waiting now. */
    AtomicInteger inWork() {
        return inWork;
    }

    /** A request has been answered that was begun at this moment of {@link System#nanoTime}. */
    void answered(long begun) {
        time.record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
    }

    /** A snapshot was refused for a reason that has this code. */
    void refusedSnapshot(String code) {
        refused(code).increment();
    }
}
