package io.muster.dedup;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is told. */
public final class MovableClock implements InstantSource {

    private final AtomicLong millis = new AtomicLong(1_000);

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis.get());
    }

    public void set(long epochMillis) {
        millis.set(epochMillis);
    }
}
