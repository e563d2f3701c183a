package io.muster.automation.events;

import io.muster.automation.jobfile.EventJob;
import io.muster.database.Outage;
import io.muster.directory.Actor;
import io.muster.directory.store.Directories;
import io.muster.extract.pick.JsonDocument;
import io.muster.jobs.event.EventJobs;
import io.muster.jobs.event.JsonEvents;
import io.muster.jobs.event.JsonEvents.Accepted;
import io.muster.jobs.event.JsonEvents.Incoming;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes events. One thread stores those of all callers that wait in one transaction; a caller is answered after the commit, so
 * that what it was told is durable. While the database is away events are refused: the sender has them still.
 */
public final class EventIntake implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventIntake.class);
    private static final int AT_ONCE = 500;
    private static final int MOST_WAITING = 2_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final EventCatalog catalog;
    private final EventJobs jobs;
    private final JsonEvents events;
    private final Directories directories;
    private final Ids ids;
    private final Runnable stored;
    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Thread thread;
    private volatile boolean closed;

    /** An event and the number that its caller waits for. */
    private record Waiting(Incoming event, CompletableFuture<Accepted> accepted) {}

    /**
     * What a caller is told.
     *
     * @param run the public id of the run
     * @param duplicate whether the event was stored before, under its own id
     */
    public record Taken(String run, boolean duplicate) {}

    /** @param stored is told when events were stored */
    EventIntake(
            EventCatalog catalog,
            EventJobs jobs,
            JsonEvents events,
            Directories directories,
            Ids ids,
            Runnable stored) {
        this.directories = directories;
        this.catalog = catalog;
        this.jobs = jobs;
        this.events = events;
        this.ids = ids;
        this.stored = stored;
        this.thread = Thread.ofPlatform().name("json-events-intake").daemon().start(this::store);
    }

    /** The id of an event job, {@code EV_…}, and the UUID of its other address. */
    public record Address(String id, String token) {}

    /** The addresses of a job. */
    public Address address(long automation) {
        return new Address(ids.of(PublicId.EVENT, automation), jobs.token(automation));
    }

    /** The job behind an address that is taken; for rates, before the body is looked at. */
    public long byId(String event) {
        OptionalLong number = ids.read(PublicId.EVENT, event);
        return number.isPresent() && taking(number.getAsLong()).isPresent() ? number.getAsLong() : unknown(event);
    }

    /** The job behind the UUID of an address. */
    public long byToken(String token) {
        Optional<Long> automation =
                jobs.byToken(token).filter(number -> taking(number).isPresent());
        return automation.isPresent() ? automation.get() : unknown(token);
    }

    /** The id of the directory of a job; what its file says where there is no such directory. */
    public String directory(long automation) {
        String named =
                taking(automation).map(task -> task.job().target().directory()).orElse("");
        try {
            return directories.find(named).id();
        } catch (Refusal refusal) {
            return named;
        }
    }

    private Optional<EventTask> taking(long automation) {
        return catalog.find(automation)
                .filter(task -> task.job().enabled() && task.job().on() == EventJob.On.POST);
    }

    private static long unknown(String event) {
        throw Refusal.notFound(
                        "UNKNOWN_EVENT",
                        "Cannot take the event: '" + event
                                + "' is the address of no event, or it is switched off. Look it up where jobs are listed.")
                .with("event", event);
    }

    /**
     * Takes an event; when this returns, it is durable.
     *
     * @param automation the job, see {@link #byId}
     * @param key the id that the caller gives it beside the body; null for none
     * @throws Refusal when it is no JSON, or the database is away
     */
    public Taken take(long automation, @Nullable String key, byte[] body, Actor sender) {
        EventTask task = taking(automation)
                .orElseThrow(() -> Refusal.notFound(
                        "UNKNOWN_EVENT",
                        "Cannot take the event: its job was switched off. Look it up where jobs are listed."));
        String text = JsonDocument.text(body);
        JsonDocument document = JsonDocument.of(text);
        String id = key != null && !key.isBlank()
                ? key.strip()
                : task.eventId(document).orElse(null);
        Accepted accepted = store(new Incoming(automation, id, text, body.length, sender));
        return new Taken(ids.run(JsonEvents.run(accepted.number())), accepted.duplicate());
    }

    private Accepted store(Incoming event) {
        Waiting waiting = new Waiting(event, new CompletableFuture<>());
        if (!queue.offer(waiting)) {
            throw away("too many wait", null);
        }

        try {
            return waiting.accepted().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            waiting.accepted().cancel(false);
            throw away("the database does not answer", e);
        } catch (ExecutionException e) {
            throw away(
                    e.getCause() instanceof RuntimeException cause && Outage.isOutage(cause)
                            ? "the database does not answer"
                            : "it could not be stored",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw away("the server stops", e);
        }
    }

    private static Refusal away(String reason, @Nullable Exception cause) {
        Refusal refusal = Refusal.busy(
                "UNAVAILABLE",
                "Cannot take the event: " + reason + ". Send it again in a while, with the same Idempotency-Key.");
        return cause == null ? refusal : refusal.causedBy(cause);
    }

    private void store() {
        while (!closed) {
            try {
                Waiting first = queue.poll(1, TimeUnit.SECONDS);
                if (first != null) {
                    List<Waiting> taken = new ArrayList<>(List.of(first));
                    queue.drainTo(taken, AT_ONCE - 1);
                    store(taken.stream()
                            .filter(waiting -> !waiting.accepted().isDone())
                            .toList());
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void store(List<Waiting> calls) {
        try {
            List<Accepted> accepted =
                    events.accept(calls.stream().map(Waiting::event).toList());
            for (int i = 0; i < calls.size(); i++) {
                calls.get(i).accepted().complete(accepted.get(i));
            }

            stored.run();
        } catch (RuntimeException e) {
            if (calls.size() > 1 && !Outage.isOutage(e)) {
                // One of them may be at fault.
                calls.forEach(call -> store(List.of(call)));
                return;
            }

            LOG.warn("Events are not stored: {}", e.getClass().getSimpleName());
            LOG.debug("Events are not stored", e);
            calls.forEach(call -> call.accepted().completeExceptionally(e));
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
