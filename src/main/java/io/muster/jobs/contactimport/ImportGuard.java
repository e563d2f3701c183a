package io.muster.jobs.contactimport;

import io.muster.extract.source.ControlFile;
import io.muster.jobs.Run;
import io.muster.load.OutcomeCounts;
import io.muster.support.Refusal;
import java.util.Locale;
import java.util.Optional;

/** Compares what a survey found with the limits that protect the directory, before anything is loaded. */
final class ImportGuard {

    private static final String CONTACTS = "SELECT COUNT(*) FROM contact WHERE directory_id = ?";

    private final ImportWork work;
    private final ImportStores stores;

    ImportGuard(ImportWork work, ImportStores stores) {
        this.work = work;
        this.stores = stores;
    }

    void check(SurveyResult result) {
        Optional<ControlFile> control = work.source().control();
        control.ifPresent(stated -> stated.checkRows(work.fileName(), result.rowsRead()));
        ImportLimits limits = work.spec().limits();
        OutcomeCounts forecast = result.resolved().forecast();
        checkRejected(limits, forecast, result.rowsRead());
        checkRows(limits, result.rowsRead());
        checkChanged(limits, result);
    }

    private void checkRejected(ImportLimits limits, OutcomeCounts forecast, long rows) {
        Double share = limits.maxRejectedShare();
        if (share != null && rows > 0 && forecast.rejected() > share * rows) {
            throw refuse(
                    forecast.rejected() + " of " + rows + " rows rejected, more than the " + percent(share)
                            + " allowed (max-rejected)",
                    "Look at the rejects with 'muster runs rejects "
                            + work.lease().run().id()
                            + "', correct the file or raise the limit, then reprocess the run.");
        }

        Long most = limits.maxRejectedRows();
        if (most != null && forecast.rejected() > most) {
            throw refuse(
                    forecast.rejected() + " of " + rows + " rows rejected, more than the " + most + " allowed",
                    "Look at the rejects with 'muster runs rejects "
                            + work.lease().run().id()
                            + "', correct the file or raise the limit, then reprocess the run.");
        }
    }

    private void checkRows(ImportLimits limits, long rows) {
        Long least = limits.minRows();
        if (least != null && rows < least) {
            throw refuse(
                    "it has " + rows + " rows, fewer than the " + least + " it must have",
                    "Check the export, or lower the limit, then reprocess the run.");
        }

        Double shrinkage = limits.maxShrinkage();
        if (shrinkage == null) {
            return;
        }

        Optional<Run> last = stores.runs()
                .lastCompleted(work.delivery().automation(), work.lease().run().number());
        if (last.isPresent() && rows < last.get().imported().read() * (1 - shrinkage)) {
            throw refuse(
                    "it has " + rows + " rows where the last file had "
                            + last.get().imported().read() + ", a shrinkage beyond the " + percent(shrinkage)
                            + " allowed",
                    "Check the export, or raise the limit, then reprocess the run.");
        }
    }

    private void checkChanged(ImportLimits limits, SurveyResult result) {
        Double share = limits.maxChangedShare();
        if (share == null) {
            return;
        }

        long contacts = stores.jdbc()
                .sql(CONTACTS)
                .param(work.directory().number())
                .query(Long.class)
                .single();
        long changed = result.resolved().changedContacts();
        if (contacts > 0 && changed > share * contacts) {
            throw refuse(
                    changed + " of " + contacts + " contacts of the directory would change, more than the "
                            + percent(share) + " allowed",
                    "Check the file, or raise the limit, then reprocess the run.");
        }
    }

    private Refusal refuse(String reason, String advice) {
        return Refusal.failed("Cannot load " + work.where() + ": " + reason + ". Nothing was loaded. " + advice);
    }

    private static String percent(double share) {
        double percent = share * 100;
        return percent == Math.rint(percent)
                ? Math.round(percent) + " %"
                : String.format(Locale.ROOT, "%.2f %%", percent);
    }
}
