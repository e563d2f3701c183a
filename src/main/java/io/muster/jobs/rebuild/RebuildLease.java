package io.muster.jobs.rebuild;

import io.muster.jobs.RunLedger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process's hold on a rebuild: lets it be heard of, tells others how far it is, and notices when it is to stop. The
 * database fences writes by epoch in any case.
 */
public final class RebuildLease implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RebuildLease.class);

    private final RebuildLedger ledger;
    private final Rebuild rebuild;
    private final Instant since;
    private final InstantSource clock;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong contacts = new AtomicLong();
    private volatile double share;
    private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("heartbeat-", 0).factory());

    /** Holds a rebuild in its present epoch. */
    public RebuildLease(RebuildLedger ledger, Rebuild rebuild, InstantSource clock) {
        this.ledger = ledger;
        this.rebuild = rebuild;
        this.clock = clock;
        this.since = clock.instant();
        long period = RunLedger.HEARTBEAT.toMillis();
        var ignored = beats.scheduleWithFixedDelay(this::beat, period, period, TimeUnit.MILLISECONDS);
    }

    private void beat() {
        try {
            if (!ledger.beat(rebuild, contacts.get(), share) || ledger.isToStop(rebuild)) {
                stop.set(true);
            }
        } catch (RuntimeException e) {
            // The next beat tries again; if the database stays away, the work itself fails.
            LOG.warn(
                    "directory={} rebuild={} heartbeat failed: {}",
                    rebuild.directory(),
                    rebuild.version(),
                    e.getMessage());
        }
    }

    /** The rebuild. */
    public Rebuild rebuild() {
        return rebuild;
    }

    /** Whether the work is to end at the next safe place. */
    public boolean isToStop() {
        return stop.get();
    }

    /** Asks the work to end at the next safe place. */
    public void stop() {
        stop.set(true);
    }

    /** So many more contacts were read, and the work has come so far, 0 to 1. */
    void advance(long more, double reached) {
        contacts.addAndGet(more);
        share = reached;
    }

    /** Contacts read so far. */
    public long contacts() {
        return contacts.get();
    }

    /** How long this process has worked on it. */
    public Duration worked() {
        return Duration.between(since, clock.instant());
    }

    /** Ends the heartbeat. */
    @Override
    public void close() {
        beats.shutdownNow();
    }
}
