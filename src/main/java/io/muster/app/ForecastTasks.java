package io.muster.app;

import io.muster.support.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Forecasts of frequency rules for whom a page cannot wait: they read all contacts. Each is worked on once, whoever asks, and its
 * answer is kept for a while.
 */
public final class ForecastTasks implements AutoCloseable {

    private static final Duration KEPT = Duration.ofMinutes(2);
    private static final int MOST = 100;
    private static final int AT_ONCE = 2;

    private final FrequencyForecasts forecasts;
    private final InstantSource clock;
    private final ExecutorService workers = Executors.newFixedThreadPool(
            AT_ONCE, Thread.ofPlatform().daemon().name("forecast-", 0).factory());
    private final Map<Object, Task> tasks = new LinkedHashMap<>();

    /** A forecast, and of which moment it is. */
    public record Answer(SimulationView forecast, Instant asOf) {}

    private record Task(Instant begun, Future<SimulationView> answer) {}

    /** Who is held back now, which is asked without a change. */
    private record Now(String directory, String channel) {}

    ForecastTasks(FrequencyForecasts forecasts, InstantSource clock) {
        this.forecasts = forecasts;
        this.clock = clock;
    }

    /** Whom changed rules would hold back; empty while that is being worked on for longer than one has patience. */
    public Optional<Answer> ask(SimulationRequest request, Duration patience) {
        return ask(request, () -> forecasts.simulate(request), patience);
    }

    /** Whom the rules hold back now. */
    public Optional<Answer> now(String directory, String channel, Duration patience) {
        return ask(new Now(directory, channel), () -> forecasts.now(directory, channel), patience);
    }

    private Optional<Answer> ask(Object question, Callable<SimulationView> work, Duration patience) {
        Task task = task(question, work);
        try {
            return Optional.of(new Answer(task.answer().get(patience.toMillis(), TimeUnit.MILLISECONDS), task.begun()));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.failed("INTERRUPTED", "Cannot wait for the forecast: interrupted. Ask again.")
                    .causedBy(e);
        } catch (ExecutionException e) {
            forget(question);
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    private synchronized Task task(Object question, Callable<SimulationView> work) {
        Instant now = clock.instant();
        tasks.values()
                .removeIf(task ->
                        task.answer().isDone() && task.begun().plus(KEPT).isBefore(now));
        Iterator<Task> oldest = tasks.values().iterator();
        while (tasks.size() >= MOST && oldest.hasNext()) {
            oldest.next().answer().cancel(false);
            oldest.remove();
        }

        return tasks.computeIfAbsent(question, absent -> new Task(now, workers.submit(work)));
    }

    private synchronized void forget(Object question) {
        tasks.remove(question);
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
