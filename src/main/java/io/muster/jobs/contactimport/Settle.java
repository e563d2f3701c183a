package io.muster.jobs.contactimport;

import io.muster.extract.source.FileChanged;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Disposal;
import io.muster.jobs.RunFact;
import io.muster.jobs.RunFolder;
import io.muster.jobs.RunStatus;
import io.muster.load.OutcomeCounts;
import io.muster.support.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last step of an import: proves that every row read has exactly one outcome, or fails the run. Then it completes
 * the run, removes its folder, and archives or deletes the file on its source.
 */
final class Settle {

    private static final Logger LOG = LoggerFactory.getLogger(Settle.class);

    private final ImportWork work;
    private final ImportStores stores;

    Settle(ImportWork work, ImportStores stores) {
        this.work = work;
        this.stores = stores;
    }

    void call() {
        boolean dryRun = work.spec().dryRun();
        if (!dryRun) {
            balance();
            if (work.sent().isPresent()) {
                new SentRows(stores).enter(work.lease(), work.sent().getAsLong());
            }
        }

        Disposal disposal = dryRun ? Disposal.LEFT : work.source().disposal();
        stores.transactions().executeWithoutResult(ignored -> {
            stores.surveys().fence(work.lease());
            stores.deliveries()
                    .settle(
                            work.delivery().id(),
                            dryRun ? Deliveries.State.WAITING : Deliveries.State.IMPORTED,
                            disposal);
            if (!dryRun) {
                stores.ofFile().settle(work.lease().run());
            }

            stores.runs().finish(work.lease(), RunStatus.COMPLETED, null);
        });
        // First what nobody else would do if the process ended here; the file on its source is remembered in the
        // ledger.
        RunFolder.delete(work.folder());
        dispose(disposal);
    }

    private void balance() {
        long run = work.lease().run().number();
        long read = stores.runs().find(run).orElseThrow().imported().read();
        OutcomeCounts counts = stores.surveys().counts(run);
        stores.runs().progress(run, work.lease().epoch(), read, counts);
        if (counts.total() != read) {
            work.progress().happened(new RunFact.Unbalanced());
            throw Refusal.failed("Cannot balance " + work.where() + ": " + read + " rows were read, but "
                    + counts.total() + " outcomes are known. Do not trust this run's counts; report it, and reprocess"
                    + " the run.");
        }

        LOG.info(
                "run={} balanced read={} created={} updated={} unchanged={} rejected={} skipped={}",
                work.lease().run().id(),
                read,
                counts.created(),
                counts.updated(),
                counts.unchanged(),
                counts.rejected(),
                counts.skipped());
    }

    /** The run has completed; a file that cannot be archived now is remembered and archived later. */
    private void dispose(Disposal disposal) {
        if (disposal == Disposal.LEFT) {
            return;
        }

        try {
            DeliverySource.Disposed done = work.source().dispose();
            stores.deliveries().disposed(work.delivery().id(), done.what(), done.name());
        } catch (Refusal | FileChanged e) {
            LOG.warn(
                    "run={} is complete, but {} It is tried again with the next run.",
                    work.lease().run().id(),
                    e.getMessage());
        }
    }
}
