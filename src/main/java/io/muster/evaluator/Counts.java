package io.muster.evaluator;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What an evaluator has done since it started.
 *
 * @param requests requests for decisions, refused ones included
 * @param badCalls of them, calls that could not be answered as they were sent
 * @param overloads of them, refused because too many were in work or waiting
 * @param failures of them, not answered because of a fault of ours
 * @param inWork requests in work or waiting now
 */
record Counts(LongAdder requests, LongAdder badCalls, LongAdder overloads, LongAdder failures, AtomicInteger inWork) {

    Counts() {
        this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new AtomicInteger());
    }
}
