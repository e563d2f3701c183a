package io.muster.runs;

import io.muster.jobs.Progress;
import io.muster.jobs.RunLease;
import io.muster.jobs.RunLedger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes in ledger and lease how far a run has come, before those who watch it see it. */
final class RunProgress implements Progress {

    private static final Logger LOG = LoggerFactory.getLogger(RunProgress.class);

    private final RunLedger runs;
    private final RunLease lease;
    private final Progress watching;
    private final AtomicReference<String> step = new AtomicReference<>("");

    RunProgress(RunLedger runs, RunLease lease, Progress watching) {
        this.runs = runs;
        this.lease = lease;
        this.watching = watching;
    }

    @Override
    public void step(String name) {
        if (!name.equals(step.getAndSet(name))) {
            lease.begin();
            runs.step(lease, name);
        }

        watching.step(name);
    }

    @Override
    public void at(long rows, double share) {
        lease.reached(rows, share);
        watching.at(rows, share);
    }

    @Override
    public void waiting(String what) {
        LOG.info("run={} waits {}", lease.run().id(), what);
        watching.waiting(what);
    }
}
