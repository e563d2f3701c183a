package io.muster.jobs.contactimport;

import io.muster.extract.source.ControlFile;
import io.muster.jobs.Run;
import io.muster.support.Refusal;
import java.util.Locale;
import java.util.Optional;

/** Compares the result of a survey with the limits that protect the directory, before anything is loaded. */
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
        checkRejected(limits, result.resolved().forecast().rejected(), result.rowsRead());
        checkRows(limits, result.rowsRead());
        checkChanged(limits, result);
    }

    private void checkRejected(ImportLimits limits, long rejected, long rows) {
        Share share = limits.maxRejected();
        Long most = limits.maxRejectedRows();
        String allowed = share != null && rows > 0 && rejected > share.value() * rows
                ? percent(share) + " allowed (max-rejected)"
                : most != null && rejected > most ? most + " allowed" : null;
        if (allowed != null) {
            throw refuse(
                    rejected + " of " + rows + " rows rejected, more than the " + allowed,
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

        Share shrinkage = limits.maxShrinkage();
        if (shrinkage == null) {
            return;
        }

        Optional<Run> last = stores.runs()
                .lastCompleted(work.delivery().automation(), work.lease().run().number());
        if (last.isPresent() && rows < last.get().imported().read() * (1 - shrinkage.value())) {
            throw refuse(
                    "it has " + rows + " rows where the last file had "
                            + last.get().imported().read() + ", a shrinkage of more than the " + percent(shrinkage)
                            + " allowed",
                    "Check the export, or raise the limit, then reprocess the run.");
        }
    }

    private void checkChanged(ImportLimits limits, SurveyResult result) {
        Share share = limits.maxChanged();
        if (share == null) {
            return;
        }

        long contacts = stores.jdbc()
                .sql(CONTACTS)
                .param(work.directory().number())
                .query(Long.class)
                .single();
        long changed = result.resolved().changedContacts();
        if (contacts > 0 && changed > share.value() * contacts) {
            throw refuse(
                    changed + " of " + contacts + " contacts of the directory would change, more than the "
                            + percent(share) + " allowed",
                    "Check the file, or raise the limit, then reprocess the run.");
        }
    }

    private Refusal refuse(String reason, String advice) {
        return Refusal.failed("Cannot load " + work.where() + ": " + reason + ". Nothing was loaded. " + advice);
    }

    private static String percent(Share share) {
        double percent = share.value() * 100;
        return percent == Math.rint(percent)
                ? Math.round(percent) + " %"
                : String.format(Locale.ROOT, "%.2f %%", percent);
    }
}
