package io.muster.jobs.contactimport;

import io.muster.extract.source.ControlFile;
import io.muster.jobs.Run;
import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares the result of a survey with the limits that protect the directory, before anything is loaded. A run that
 * passes one fails; a forecast warns, also of the limits that an automation would have by default.
 */
public final class ImportGuard {

    private static final String WOULD_LOAD_NOTHING = "The run would load nothing: ";

    // Counted no further than a limit needs: a large directory is not read for it.
    private static final String CONTACTS = """
        SELECT COUNT(*) FROM (SELECT 1 FROM contact WHERE directory_id = :directory LIMIT :most) some
        """;

    private static final String PASSED = "LIMIT_PASSED";

    private final ImportWork work;
    private final ImportStores stores;
    private final SurveyResult result;

    ImportGuard(ImportWork work, ImportStores stores, SurveyResult result) {
        this.work = work;
        this.stores = stores;
        this.result = result;
    }

    /** Fails the run when its file passes a limit, or is not what its control file says. */
    void check() {
        Optional<ControlFile> control = work.source().control();
        control.ifPresent(stated -> stated.checkRows(work.fileName(), result.rowsRead()));
        if (work.spec().dryRun()) {
            return;
        }

        List<String> passed = passed(work.spec().limits());
        if (!passed.isEmpty()) {
            throw Refusal.failed(
                            PASSED,
                            "Cannot load " + work.where() + ": " + String.join("; ", passed)
                                    + ". Nothing was loaded. Look at the file and at its rejects. If they are as they"
                                    + " should be, " + remedy())
                    .with("run", work.lease().run().id());
        }
    }

    private String remedy() {
        return work.automation() == null
                ? "reprocess the run with other limits."
                : "change the limit in the job file, then reprocess the run.";
    }

    /** Whether a warning of a forecast says that a limit of the import's own is passed. */
    public static boolean isPassedLimit(String warning) {
        return warning.startsWith(WOULD_LOAD_NOTHING);
    }

    /** What a forecast says of limits; empty for a run that loads. */
    List<String> warnings() {
        if (!work.spec().dryRun()) {
            return List.of();
        }

        List<String> warnings = new ArrayList<>();
        List<String> own = passed(work.spec().limits());
        own.forEach(reason -> warnings.add(WOULD_LOAD_NOTHING + reason + "."));
        passed(work.spec().limits().orUsual(FileContent.PART)).stream()
                .filter(reason -> !own.contains(reason))
                .forEach(reason -> warnings.add("An automation would load nothing by default: " + reason + "."));
        return warnings;
    }

    /** A sentence for each limit that the file passes. */
    private List<String> passed(ImportLimits limits) {
        List<String> passed = new ArrayList<>();
        rejected(limits, passed);
        rows(limits, passed);
        created(limits.maxCreated(), passed);
        share(limits.maxChanged(), result.resolved().changedContacts(), 0, "would change", "max-changed", passed);
        share(
                limits.maxMerges(),
                result.merges(),
                result.resolved().newContacts(),
                "would become part of another one when duplicates are merged",
                "max-merges",
                passed);
        return passed;
    }

    private void rejected(ImportLimits limits, List<String> passed) {
        long rows = result.rowsRead();
        long rejected = result.resolved().forecast().rejected();
        Limit share = limits.maxRejected();
        Long most = limits.maxRejectedRows();
        String said = "%,d of %,d rows rejected, more than the ".formatted(rejected, rows);
        if (share != null && share.isPassedBy(rejected, rows)) {
            passed.add(said + share.allowed("rows") + " allowed (max-rejected)");
        } else if (most != null && rejected > most) {
            passed.add(said + "%,d allowed (max-rejected-rows)".formatted(most));
        }
    }

    private void rows(ImportLimits limits, List<String> passed) {
        long rows = result.rowsRead();
        Long least = limits.minRows();
        if (least != null && rows < least) {
            passed.add("it has %,d rows, fewer than the %,d it must have (min-rows)".formatted(rows, least));
        }

        Limit shrinkage = limits.maxShrinkage();
        if (shrinkage == null || work.automation() == null) {
            return;
        }

        Optional<Run> last = stores.runs()
                .lastCompleted(work.automationNumber(), work.lease().run().number());
        if (last.isPresent()) {
            long before = last.get().imported().read();
            if (shrinkage.isPassedBy(before - rows, before)) {
                passed.add("it has %,d rows where the last file had %,d, a shrinkage of more than the %s allowed"
                                .formatted(rows, before, shrinkage.allowed("rows"))
                        + " (max-shrinkage)");
            }
        }
    }

    private void created(@Nullable Limit limit, List<String> passed) {
        long created = result.resolved().newContacts();
        if (limit != null && contacts(ImportLimits.FILLED_BELOW) >= ImportLimits.FILLED_BELOW) {
            long contacts = contacts(limit.leastFor(created));
            if (limit.isPassedBy(created, contacts)) {
                passed.add("%,d contacts would be new in a directory of %,d, more than the %s allowed"
                                .formatted(created, contacts, limit.allowed("contacts"))
                        + " (max-created)");
            }
        }
    }

    private void share(@Nullable Limit limit, long count, long more, String what, String key, List<String> passed) {
        if (limit == null || count == 0) {
            return;
        }

        long contacts = contacts(limit.leastFor(count)) + more;
        if (limit.isPassedBy(count, contacts)) {
            passed.add("%,d of %,d contacts of the directory %s, more than the %s allowed (%s)"
                    .formatted(count, contacts, what, limit.allowed("contacts"), key));
        }
    }

    /** The contacts of the directory now, counted up to a number. */
    private long contacts(long most) {
        return most == 0
                ? 0
                : stores.jdbc()
                        .sql(CONTACTS)
                        .param("directory", work.directory().number())
                        .param("most", most)
                        .query(Long.class)
                        .single();
    }
}
