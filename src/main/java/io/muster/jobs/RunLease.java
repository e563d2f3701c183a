package io.muster.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process's hold on a run: lets it be heard of while it works, and notices when it is to stop. The database fences
 * writes by epoch in any case; the lease only spares work that could not be committed.
 */
public final class RunLease implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunLease.class);

    private final RunLedger ledger;
    private final Run run;
    private final int epoch;
    private final Instant since;
    private final java.time.InstantSource clock;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("heartbeat-", 0).factory());

    /** Holds a run with an epoch of it. */
    public RunLease(RunLedger ledger, Run run, int epoch, java.time.InstantSource clock) {
        this.ledger = ledger;
        this.run = run;
        this.epoch = epoch;
        this.clock = clock;
        this.since = clock.instant();
        long period = RunLedger.HEARTBEAT.toMillis();
        var ignored = beats.scheduleWithFixedDelay(this::beat, period, period, TimeUnit.MILLISECONDS);
    }

    private void beat() {
        try {
            if (!ledger.beat(run.number(), epoch) || ledger.isToStop(run.number(), epoch)) {
                stop.set(true);
            }
        } catch (RuntimeException e) {
            // The next beat tries again; if the database stays away, the work itself fails.
            LOG.warn("run={} heartbeat failed: {}", run.id(), e.getMessage());
        }
    }

    /** The run. */
    public Run run() {
        return run;
    }

    /** The epoch that every write is fenced with. */
    public int epoch() {
        return epoch;
    }

    /** Whether the work is to end at the next safe place. */
    public boolean isToStop() {
        return stop.get();
    }

    /** Asks the work to end at the next safe place. */
    public void stop() {
        stop.set(true);
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
