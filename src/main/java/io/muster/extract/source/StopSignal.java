package io.muster.extract.source;

import io.muster.support.Refusal;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells work that waits for somebody else, a server that does not answer or the next try, that its process is asked to
 * stop. It comes once and stays. Safe for use by several threads.
 */
public final class StopSignal implements Sleeper {

    /** The code of the refusal that work ends with because of the signal. */
    public static final String STOPPED = "STOPPED";

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Set<Runnable> actions = new HashSet<>();

    /** Ends the listening for the signal. */
    @FunctionalInterface
    public interface Listening extends AutoCloseable {
        @Override
        void close();
    }

    /** Gives the signal. */
    public synchronized void stop() {
        if (!isStopped()) {
            stopped.countDown();
            actions.forEach(Runnable::run);
        }
    }

    /** Whether the signal has come. */
    public boolean isStopped() {
        return stopped.getCount() == 0;
    }

    /** Calls the action when the signal comes, at once when it has come; never again once the listening is closed. */
    public synchronized Listening listen(Runnable action) {
        if (isStopped()) {
            action.run();
        }

        actions.add(action);
        return () -> forget(action);
    }

    private synchronized void forget(Runnable action) {
        actions.remove(action);
    }

    /**
     * Goes on when the signal has not come.
     *
     * @param doing what is done, for the message: "list the files at …"
     * @throws Refusal with the code {@link #STOPPED} when it has
     */
    public void check(String doing) {
        if (isStopped()) {
            throw Refusal.failed(
                    STOPPED, "Cannot %s: the process was asked to stop. Start it again to go on.".formatted(doing));
        }
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
        boolean unused = stopped.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits; the signal ends the work. */
    @Override
    public void pause(Duration time, String doing) {
        Sleeper.super.pause(time, doing);
        check(doing);
    }
}
