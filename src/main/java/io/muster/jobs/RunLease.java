package io.muster.jobs;

import io.muster.support.log.LogContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process's lease on a run: sends heartbeats with the progress made and notices requests to stop. The database fences
 * writes by epoch in any case; the lease only spares work that could not be committed.
 */
public final class RunLease implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunLease.class);

    private final RunLedger ledger;
    private volatile Run run;
    private final Instant since;
    private final InstantSource clock;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final Pace pace;
    private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor(LogContext.carried(
            Thread.ofPlatform().daemon().name("heartbeat-", 0).factory()));

    /** Holds a run in its present epoch. */
    public RunLease(RunLedger ledger, Run run, InstantSource clock) {
        this.ledger = ledger;
        this.run = run;
        this.clock = clock;
        this.since = clock.instant();
        this.pace = new Pace(since);
        long period = RunLedger.HEARTBEAT.toMillis();
        var ignored = beats.scheduleWithFixedDelay(this::beat, period, period, TimeUnit.MILLISECONDS);
    }

    private void beat() {
        try {
            if (!ledger.beat(this) || ledger.stopRequested(this)) {
                stop.set(true);
            }
        } catch (RuntimeException e) {
            // The next beat tries again; if the database stays away, the work itself fails.
            LOG.info("run={} heartbeat failed: {}", run.id(), e.getMessage());
        }
    }

    /** The run as it was when the lease began, or last read again. */
    public Run run() {
        return run;
    }

    /** Reads the run again, once work on it has begun. Its epoch stays: a process that lost the run must not write. */
    public void refresh() {
        int held = run.epoch();
        run = ledger.find(run.number()).filter(now -> now.epoch() == held).orElse(run);
    }

    /** The epoch that every write is fenced with. */
    public int epoch() {
        return run.epoch();
    }

    /** Whether the work is to end at the next safe place. */
    public boolean stopRequested() {
        return stop.get();
    }

    /** Asks the work to end at the next safe place. */
    public void stop() {
        stop.set(true);
    }

    /** A step of the run begins. */
    public void begin() {
        pace.begin(clock.instant());
    }

    /** Notes how far the step has come: what is done in it, and which share, 0 to 1. */
    public void reached(long done, double share) {
        pace.reached(clock.instant(), done, share);
    }

    /** How far the step has come, and how fast. */
    public Pace pace() {
        return pace;
    }

    /** How long this process has worked on the run. */
    public Duration worked() {
        return Duration.between(since, clock.instant());
    }

    /** Ends the heartbeat. */
    @Override
    public void close() {
        beats.shutdownNow();
    }
}
