package io.muster.extract.source;

import io.muster.support.Refusal;
import java.time.Duration;

/** Waits; a test passes one that only takes note. */
@FunctionalInterface
public interface Sleeper {

    /** Waits for the time given. */
    void sleep(Duration time) throws InterruptedException;

    /** Really waits. */
    static Sleeper real() {
        return Thread::sleep;
    }

    /** Waits; an interrupt (a run being stopped) ends the work and stays visible to the thread. */
    default void pause(Duration time, String doing) {
        try {
            sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.failed("Cannot %s: it was interrupted while waiting. Start it again.".formatted(doing), e);
        }
    }
}
