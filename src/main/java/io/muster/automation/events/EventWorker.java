package io.muster.automation.events;

import io.muster.automation.jobfile.EventJob;
import io.muster.database.Outage;
import io.muster.directory.Directory;
import io.muster.extract.csv.FileRecord;
import io.muster.jobs.contactimport.RecordGroups;
import io.muster.jobs.contactimport.RecordGroups.Left;
import io.muster.jobs.contactimport.RecordGroups.Outcomes;
import io.muster.jobs.event.EventJobs;
import io.muster.jobs.event.JsonEvents;
import io.muster.jobs.event.JsonEvents.Open;
import io.muster.jobs.event.JsonEvents.Reason;
import io.muster.load.Settling.Settled;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import io.muster.support.Spool;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies events, those of a job in the order in which they came. Any number of processes may do so: one at a time works on a
 * job, and whatever two of them do at once, an event is settled in the transaction that writes what it does, and once.
 */
public final class EventWorker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventWorker.class);
    private static final int AT_ONCE = 1_000;
    private static final Duration IDLE = Duration.ofMillis(200);
    private static final Duration OUTAGE = Duration.ofSeconds(1);
    private static final Duration RESPONSES = Duration.ofSeconds(1);
    private static final Duration HOLD = Duration.ofSeconds(10);

    private final EventCatalog catalog;
    private final EventJobs jobs;
    private final JsonEvents events;
    private final EventResponses responses;
    private final RecordGroups groups;
    private final Spool spool;
    private final Ids ids;
    private final String holder = ProcessHandle.current().pid() + "-" + UUID.randomUUID();
    private final Semaphore news = new Semaphore(0);
    private @Nullable Thread thread;
    private volatile boolean closed;
    private long responsesDueAt = System.nanoTime();

    EventWorker(
            EventCatalog catalog,
            EventJobs jobs,
            JsonEvents events,
            EventResponses responses,
            RecordGroups groups,
            Spool spool,
            Ids ids) {
        this.catalog = catalog;
        this.jobs = jobs;
        this.events = events;
        this.responses = responses;
        this.groups = groups;
        this.spool = spool;
        this.ids = ids;
    }

    /** Applies events from now on until it is closed. */
    public synchronized void start() {
        if (thread == null) {
            tidy();
            thread = Thread.ofPlatform().name("json-events").daemon().start(this::work);
        }
    }

    /** Removes side files of groups that a lost process had on their way; a group takes seconds. */
    private void tidy() {
        Instant yesterday = Instant.now().minus(Duration.ofDays(1));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder())) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(yesterday)) {
                    var ignored = Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            LOG.warn("Cannot tidy up {}: {}", folder(), e.getMessage());
        }
    }

    /** Says that there are events. */
    void wake() {
        if (news.availablePermits() == 0) {
            news.release();
        }
    }

    private void work() {
        boolean away = false;
        while (!closed) {
            try {
                boolean worked = step();
                away = false;
                if (!worked) {
                    await(IDLE);
                }
            } catch (RuntimeException e) {
                if (closed) {
                    return;
                }

                if (!Outage.isOutage(e)) {
                    LOG.error("Cannot apply events: {}", e.getMessage(), e);
                } else if (!away) {
                    away = true;
                    LOG.warn("Cannot apply events: the database does not answer. It is tried until it does.");
                }

                await(OUTAGE);
            }
        }
    }

    private void await(Duration most) {
        try {
            if (news.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS)) {
                var ignored = news.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    private boolean step() {
        boolean worked = readResponses();
        for (long automation : events.openJobs()) {
            Optional<EventTask> task = catalog.find(automation);
            if (task.isPresent() && !closed && jobs.hold(automation, holder, HOLD.toMillis())) {
                worked |= apply(task.get());
            }
        }

        return worked;
    }

    private boolean readResponses() {
        if (System.nanoTime() - responsesDueAt < 0) {
            return false;
        }

        responsesDueAt = System.nanoTime() + RESPONSES.toNanos();
        boolean any = false;
        for (EventTask task : catalog.all()) {
            boolean reads = task.job().enabled() && task.job().on() == EventJob.On.RESPONSE;
            if (reads && jobs.hold(task.automation(), holder, HOLD.toMillis())) {
                any |= responses.read(task);
            }
        }

        return any;
    }

    /** Applies all events that wait, in this thread: for commands. */
    public void applyNow() {
        catalog.refresh();
        responsesDueAt = System.nanoTime();
        boolean worked = true;
        while (worked && !closed) {
            worked = step();
        }

        jobs.leave(holder);
    }

    /** Applies the oldest events of a job; whether any of them was settled. */
    private boolean apply(EventTask task) {
        List<Open> open = events.open(task.automation(), AT_ONCE);
        return !open.isEmpty() && apply(task, open);
    }

    private boolean apply(EventTask task, List<Open> open) {
        Group settling = new Group(open.stream().map(Open::number).toList());
        try {
            var ignored = groups.apply(task.source(), records(task, open), folder(), settling);
            return settling.any;
        } catch (Refusal refusal) {
            if (Outage.isOutage(refusal)) {
                throw refusal;
            }

            return refused(task, open, settling, refusal);
        } catch (RuntimeException e) {
            if (Outage.isOutage(e)) {
                throw e;
            }

            return failed(task, open, e);
        }
    }

    private List<FileRecord> records(EventTask task, List<Open> open) {
        List<FileRecord> records = new ArrayList<>(open.size());
        for (Open event : open) {
            records.add(task.record(records.size() + 1L, ids.run(JsonEvents.run(event.number())), event.body()));
        }

        return records;
    }

    private boolean refused(EventTask task, List<Open> open, Group settling, Refusal refusal) {
        boolean passes = refusal.kind() == Refusal.Kind.BUSY || refusal.getCause() != null;
        if (passes) {
            LOG.info("automation={} {} They are tried again.", task.job().id(), refusal.getMessage());
            return settling.any;
        }

        // The job file does not fit the directory: each event says so until somebody has mended one of the two.
        LOG.warn("automation={} rejects events={}: {}", task.job().id(), open.size(), refusal.getMessage());
        events.inOne(() -> events.reject(
                open.stream().map(Open::number).toList(), new Reason(refusal.code(), null, refusal.getMessage())));
        return true;
    }

    /** One event may be at fault: it must not hold up the others. */
    private boolean failed(EventTask task, List<Open> open, RuntimeException failure) {
        if (open.size() > 1) {
            LOG.warn(
                    "automation={} applies events one by one: {}",
                    task.job().id(),
                    failure.getClass().getSimpleName());
            open.forEach(event -> {
                var ignored = apply(task, List.of(event));
            });
            return true;
        }

        LOG.error(
                "automation={} event={} cannot be applied",
                task.job().id(),
                open.getFirst().number(),
                failure);
        events.inOne(() -> events.reject(
                List.of(open.getFirst().number()),
                new Reason(
                        "INTERNAL",
                        null,
                        "The event cannot be applied (" + failure.getClass().getSimpleName()
                                + "). See the server's log.")));
        return true;
    }

    /** Enters what became of the events of a group. */
    private final class Group implements Outcomes {

        private final List<Long> numbers;
        private boolean any;

        private Group(List<Long> numbers) {
            this.numbers = numbers;
        }

        @Override
        public void left(Directory directory, List<Left> records) {
            if (records.isEmpty()) {
                return;
            }

            events.inOne(() -> records.forEach(record -> events.leave(
                    numbers.get((int) record.row() - 1),
                    directory.number(),
                    record.kind().name(),
                    record.contact() == 0 ? null : record.contact(),
                    record.reason() == null
                            ? null
                            : new Reason(
                                    record.reason().code(),
                                    record.reason().field(),
                                    record.reason().reason()))));
            any = true;
        }

        @Override
        public void settle(Connection connection, Directory directory, List<Settled> rows) throws SQLException {
            events.settle(connection, directory.number(), numbers, rows);
            any |= !rows.isEmpty();
        }
    }

    private Path folder() {
        return spool.part("json-events");
    }

    /** Ends after the group that is on its way; what is not settled another process or the next start applies. */
    @Override
    public void close() {
        closed = true;
        wake();
        Thread running;
        synchronized (this) {
            running = thread;
        }

        if (running != null) {
            try {
                var ignored = running.join(Duration.ofSeconds(20));
                jobs.leave(holder);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.debug("What is held is free in some seconds", e);
            }
        }
    }
}
