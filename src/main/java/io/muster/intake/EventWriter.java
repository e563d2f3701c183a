package io.muster.intake;

import io.muster.dedup.LockRetry;
import io.muster.intake.EventRecorder.Place;
import io.muster.intake.Intake.Condition;
import io.muster.intake.SpoolFile.End;
import io.muster.intake.SpoolFile.Records;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.TransactionException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes accepted events. One thread takes those of all callers that wait and records them in one transaction. While the
 * database is away callers append to the spool instead, and another thread asks for the database every second and records
 * what waits there. An event that cannot be recorded though the database works is put aside with the reason.
 */
final class EventWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventWriter.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Events of one transaction, and a call more. */
    private static final int AT_ONCE = 500;

    /** Calls that wait for the one thread; further ones go to the spool. */
    private static final int MOST_WAITING = 256;

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PATIENCE_AT_END = Duration.ofSeconds(5);

    private final EventSpool spool;
    private final EventRecorder recorder;
    private final Duration patience;
    private final InstantSource clock;
    private final IntakeFigures figures;
    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicReference<@Nullable Instant> awaySince = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Set<Place> passed = new HashSet<>();
    private volatile long probingSince;
    private volatile boolean isProbing;
    private volatile boolean closed;

    /** The events of a call, and the outcomes that its caller waits for. */
    private record Waiting(List<AcceptedEvent> events, CompletableFuture<List<EventOutcome>> outcomes) {}

    EventWriter(
            EventSpool spool, EventRecorder recorder, Duration patience, InstantSource clock, IntakeFigures figures) {
        this.spool = spool;
        this.recorder = recorder;
        this.patience = patience;
        this.clock = clock;
        this.figures = figures;
    }

    void start() {
        threads.add(Thread.ofPlatform().name("events").daemon().start(this::recordCalls));
        threads.add(Thread.ofPlatform().name("events-spool").daemon().start(this::replayWhenDue));
    }

    /** Also found out when nobody sends anything. */
    boolean isAway() {
        if (isProbing && System.nanoTime() - probingSince > patience.toNanos()) {
            goAway("it did not answer within " + patience.toSeconds() + " s");
        }

        return awaySince.get() != null;
    }

    Condition condition() {
        boolean takesMore = !isAway() || spool.hasRoom();
        return new Condition(
                Optional.ofNullable(awaySince.get()), spool.bytes(), spool.limit(), takesMore, spool.putAside());
    }

    /**
     * Writes events.
     *
     * @return what came of each; empty when they wait in the spool
     * @throws Refusal when they can be neither recorded nor kept
     */
    List<EventOutcome> write(List<AcceptedEvent> events) {
        if (events.stream().noneMatch(AcceptedEvent::isToBeWritten)) {
            List<EventOutcome> outcomes =
                    events.stream().map(EventWriter::settled).toList();
            outcomes.forEach(figures::outcome);
            return outcomes;
        }

        if (!isAway()) {
            Waiting waiting = new Waiting(events, new CompletableFuture<>());
            if (queue.offer(waiting)) {
                Optional<List<EventOutcome>> outcomes = await(waiting);
                if (outcomes.isPresent()) {
                    return outcomes.get();
                }
            }
        }

        keep(events.stream().filter(AcceptedEvent::isToBeWritten).toList());
        return List.of();
    }

    private static EventOutcome settled(AcceptedEvent event) {
        return Objects.requireNonNull(event.outcome());
    }

    /** Empty when the database did not answer in time. It may record them all the same: they are recorded once. */
    private Optional<List<EventOutcome>> await(Waiting waiting) {
        try {
            return Optional.of(waiting.outcomes().get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            waiting.outcomes().cancel(false);
            goAway("it did not answer within " + patience.toSeconds() + " s");
        } catch (ExecutionException e) {
            LOG.debug("Events go to the spool", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }

        return Optional.empty();
    }

    private void keep(List<AcceptedEvent> events) {
        try {
            spool.append(events.stream().map(JSON::writeValueAsBytes).toList());
            figures.spooled(events.size());
        } catch (Refusal refusal) {
            figures.refused(events.size());
            throw refusal;
        }
    }

    private void goAway(String reason) {
        if (awaySince.compareAndSet(null, clock.instant().truncatedTo(ChronoUnit.MILLIS))) {
            LOG.warn("The database is away: events wait in the spool. {}", reason);
        }
    }

    private void comeBack() {
        Instant since = awaySince.getAndSet(null);
        if (since != null) {
            LOG.info(
                    "The database is back after {} s",
                    Duration.between(since, clock.instant()).toSeconds());
        }
    }

    private void recordCalls() {
        while (!closed) {
            try {
                Waiting first = queue.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    record(taken(first));
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** All that wait, up to some events; those whose caller has given up are left out. */
    private List<Waiting> taken(Waiting first) {
        List<Waiting> taken = new ArrayList<>();
        int events = 0;
        for (Waiting next = first; next != null; next = events < AT_ONCE ? queue.poll() : null) {
            if (!next.outcomes().isDone()) {
                taken.add(next);
                events += next.events().size();
            }
        }

        return taken;
    }

    private void record(List<Waiting> calls) {
        List<AcceptedEvent> events =
                calls.stream().flatMap(call -> call.events().stream()).toList();
        if (events.isEmpty()) {
            return;
        }

        try {
            List<EventOutcome> outcomes = recordAll(events);
            outcomes.forEach(figures::outcome);
            int from = 0;
            for (Waiting call : calls) {
                int to = from + call.events().size();
                call.outcomes().complete(outcomes.subList(from, to));
                from = to;
            }
        } catch (RuntimeException e) {
            goAway(String.valueOf(e.getMessage()));
            calls.forEach(call -> call.outcomes().completeExceptionally(e));
        }
    }

    private List<EventOutcome> recordAll(List<AcceptedEvent> events) {
        try {
            return recorder.record(events);
        } catch (RuntimeException e) {
            if (!isFaultOfEvents(e)) {
                throw e;
            }

            LOG.warn(
                    "Events cannot be recorded together, and are recorded one by one: {}",
                    e.getClass().getSimpleName());
            return events.stream().map(this::recordAlone).toList();
        }
    }

    private EventOutcome recordAlone(AcceptedEvent event) {
        try {
            return recorder.record(List.of(event)).getFirst();
        } catch (RuntimeException e) {
            if (!isFaultOfEvents(e)) {
                throw e;
            }

            setAside(event, JSON.writeValueAsString(event), e);
            return EventOutcome.UNKNOWN;
        }
    }

    /** Whether the database works and it is what is written that it does not take. */
    private static boolean isFaultOfEvents(RuntimeException failure) {
        if (failure instanceof DataIntegrityViolationException || failure instanceof LockRetry.Stale) {
            return true;
        }

        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException
                    || cause instanceof DataAccessException
                    || cause instanceof TransactionException) {
                return false;
            }
        }

        return true;
    }

    private void setAside(@Nullable Object event, String text, Exception reason) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("at", clock.instant().toString());
        line.put("reason", reason.getClass().getSimpleName() + ": " + reason.getMessage());
        line.put("event", event == null ? text : event);
        try {
            spool.setAside(JSON.writeValueAsBytes(line));
        } catch (IOException e) {
            throw Refusal.failed(
                            "SPOOL_UNUSABLE",
                            "Cannot put an event aside that cannot be recorded: " + e.getMessage()
                                    + ". Make the spool of events writable.")
                    .causedBy(e);
        }

        figures.setAside();
        LOG.error(
                "An event that cannot be recorded was put aside: {}",
                reason.getClass().getSimpleName());
    }

    private void replayWhenDue() {
        String said = "";
        while (!closed) {
            try {
                replay();
                said = "";
                Thread.sleep(PAUSE);
            } catch (IOException e) {
                // It is tried every second, and said once.
                if (!said.equals(e.toString())) {
                    said = e.toString();
                    LOG.error(
                            "Cannot read the spool of events: {}. Mend the folder or the disk; what waits there is recorded"
                                    + " as soon as it can be read.",
                            said,
                            e);
                }

                pause();
            } catch (RuntimeException e) {
                goAway(String.valueOf(e.getMessage()));
                LOG.debug("The spool of events is not replayed", e);
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void replay() throws IOException {
        spool.adopt();
        probe();

        for (Optional<SpoolFile> file = spool.oldest(); file.isPresent() && !closed; file = spool.oldest()) {
            replay(file.get());
        }
    }

    private void probe() {
        probingSince = System.nanoTime();
        isProbing = true;
        try {
            recorder.probe();
        } finally {
            isProbing = false;
        }

        comeBack();
    }

    /** The place that was reached is stored with the events: each is recorded once, wherever this is cut off. */
    private void replay(SpoolFile file) throws IOException {
        long from = recorder.replayedTo(file.name());
        int replayed = 0;
        End end = End.MORE;
        while (end == End.MORE && !closed) {
            Records records = file.read(from, AT_ONCE);
            replayed += replay(file, from, records);
            from = records.to();
            end = records.end();
        }

        if (end == End.MORE) {
            return;
        }

        LOG.info("Replayed {}: events={}", file.name(), replayed);
        if (end == End.DAMAGED) {
            spool.damaged(file);
        } else {
            spool.finished(file);
        }
    }

    private int replay(SpoolFile file, long from, Records records) {
        if (records.records().isEmpty()) {
            return 0;
        }

        try {
            List<AcceptedEvent> events =
                    records.records().stream().map(EventWriter::event).toList();
            replayed(recorder.replay(events, new Place(file.name(), from, records.to())));
        } catch (JacksonException e) {
            replayOneByOne(file, from, records);
        } catch (RuntimeException e) {
            if (!isFaultOfEvents(e)) {
                throw e;
            }

            replayOneByOne(file, from, records);
        }

        return records.records().size();
    }

    private void replayed(List<EventOutcome> outcomes) {
        outcomes.forEach(figures::outcome);
        figures.replayed(outcomes.size());
    }

    private static AcceptedEvent event(byte[] record) {
        return JSON.readValue(record, AcceptedEvent.class);
    }

    private void replayOneByOne(SpoolFile file, long from, Records records) {
        long at = from;
        for (byte[] record : records.records()) {
            long to = SpoolFile.after(at, record);
            Place place = new Place(file.name(), at, to);
            try {
                replayed(recorder.replay(List.of(event(record)), place));
            } catch (JacksonException e) {
                pass(place, () -> setAside(null, new String(record, StandardCharsets.UTF_8), e));
            } catch (RuntimeException e) {
                if (!isFaultOfEvents(e)) {
                    throw e;
                }

                pass(place, () -> setAside(event(record), "", e));
            }

            at = to;
        }
    }

    /** Once a process, however often the database fails then. */
    private void pass(Place place, Runnable setAside) {
        if (passed.add(place)) {
            setAside.run();
        }

        var ignored = recorder.replay(List.of(), place);
    }

    @Override
    public void close() {
        closed = true;
        for (Thread thread : threads) {
            try {
                thread.join(PATIENCE_AT_END);
                thread.interrupt();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        for (Waiting left = queue.poll(); left != null; left = queue.poll()) {
            left.outcomes().completeExceptionally(new IllegalStateException("The server stops"));
        }

        try {
            spool.close();
        } catch (IOException e) {
            LOG.warn("Cannot close the spool of events: {}", e.getMessage());
        }
    }
}
