package io.muster.runs;

import io.muster.jobs.Progress;
import io.muster.jobs.RunFact;
import io.muster.jobs.RunLease;
import io.muster.jobs.RunLedger;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes in ledger and lease how far a run has come, before those who watch it see it. The last step ends with it. */
final class RunProgress implements Progress, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunProgress.class);

    private final RunLedger runs;
    private final RunLease lease;
    private final Progress watching;
    private final Consumer<RunFact> facts;
    private String step = "";
    private long since;

    /** @param facts told what happens */
    RunProgress(RunLedger runs, RunLease lease, Progress watching, Consumer<RunFact> facts) {
        this.runs = runs;
        this.lease = lease;
        this.watching = watching;
        this.facts = facts;
    }

    @Override
    public void step(String name) {
        if (isNew(name)) {
            lease.begin();
            runs.step(lease, name);
        }

        watching.step(name);
    }

    private synchronized boolean isNew(String name) {
        if (name.equals(step)) {
            return false;
        }

        close();
        step = name;
        since = System.nanoTime();
        return true;
    }

    @Override
    public void at(long rows, double share) {
        lease.reached(rows, share);
        watching.at(rows, share);
    }

    @Override
    public void note(String line) {
        LOG.info("run={} {}", lease.run().id(), line);
        watching.note(line);
    }

    @Override
    public void waiting(String what) {
        LOG.info("run={} waits {}", lease.run().id(), what);
        watching.waiting(what);
    }

    @Override
    public void happened(RunFact fact) {
        facts.accept(fact);
    }

    @Override
    public synchronized void close() {
        if (!step.isEmpty()) {
            facts.accept(new RunFact.StepEnded(lease.run().kind(), step, Duration.ofNanos(System.nanoTime() - since)));
            step = "";
        }
    }
}
