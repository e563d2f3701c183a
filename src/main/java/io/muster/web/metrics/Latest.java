package io.muster.web.metrics;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value that takes time to read: read anew when it is asked for, at most once in a while, by a thread of its own, and waited
 * for only so long. There is none when the last reading failed or does not end.
 */
public final class Latest<T> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Latest.class);

    /** How old a value may be: some scrapes of several Prometheus servers share one reading. */
    public static final Duration KEPT = Duration.ofSeconds(5);

    /** How long it is waited for: well below the ten seconds that Prometheus waits for a scrape. */
    public static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Supplier<T> reading;
    private final Duration kept;
    private final Duration patience;
    private final ExecutorService thread;
    private @Nullable Future<T> value;
    private long asked;

    /** @param name of the thread */
    public Latest(String name, Supplier<T> reading) {
        this(name, reading, KEPT, PATIENCE);
    }

    Latest(String name, Supplier<T> reading, Duration kept, Duration patience) {
        this.reading = reading;
        this.kept = kept;
        this.patience = patience;
        this.thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }

    /** The value, if it can be had. */
    public Optional<T> get() {
        try {
            return Optional.of(current().get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | CancellationException failed) {
            LOG.debug("No figures", failed);
            return Optional.empty();
        } catch (TimeoutException late) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private synchronized Future<T> current() {
        Future<T> last = value;
        if (last == null || (last.isDone() && System.nanoTime() - asked >= kept.toNanos())) {
            last = thread.submit(reading::get);
            value = last;
            asked = System.nanoTime();
        }

        return last;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
