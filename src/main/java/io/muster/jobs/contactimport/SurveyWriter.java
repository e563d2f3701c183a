package io.muster.jobs.contactimport;

import io.muster.directory.Spellings;
import io.muster.load.SideFile;
import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes what a survey finds into the ledger, as the writer of the survey step: rejects block by block, and with the
 * last block the run's report. Then the limits are checked, and the survey is sealed: from then on the load may begin,
 * and what it loads does not change any more. A dry run ends with its report.
 *
 * <p>Every write is a transaction of its own: a run that a limit ends keeps its report and its rejects.
 */
final class SurveyWriter implements ItemWriter<ResolvedBlock> {

    private final SurveyTask task;
    private final ImportWork work;
    private final ImportStores stores;
    private final Checkpoints checkpoints;
    private final JsonMapper json;
    private long rows;

    SurveyWriter(SurveyTask task, ImportStores stores, Checkpoints checkpoints, JsonMapper json) {
        this.task = task;
        this.work = task.work();
        this.stores = stores;
        this.checkpoints = checkpoints;
        this.json = json;
    }

    @Override
    public void write(Chunk<? extends ResolvedBlock> blocks) {
        for (ResolvedBlock block : blocks) {
            if (!block.rejects().isEmpty()) {
                stores.transactions().executeWithoutResult(ignored -> {
                    stores.surveys().fence(work.lease());
                    stores.rejects().store(run(), task.round(), block.rejects());
                });
            }

            stores.sent().put(run(), block.unchanged());
            rows += block.rows();
            work.progress().at(checkpoints.from() + rows, block.share());
            SurveyResult result = block.result();
            if (result != null) {
                end(result);
            }
        }
    }

    private void end(SurveyResult result) {
        List<String> differences = DifferenceWarnings.of(result.resolved().differing(), task.round());
        if (task.round() == 0) {
            // Before the limits are checked: with too many rejects, the rejects are what has to be looked at.
            ImportGuard guard = new ImportGuard(work, stores, result);
            List<String> warnings = new ArrayList<>(new EarlierFiles(stores, json).warnings(task));
            warnings.addAll(differences);
            warnings.addAll(guard.warnings());
            stores.runs()
                    .report(
                            run(),
                            epoch(),
                            json.writeValueAsString(ImportReport.of(task, warnings, result.resolved())));
            stores.runs()
                    .progress(
                            run(), epoch(), result.rowsRead(), result.resolved().decided());
            check(guard);
        } else {
            differences.forEach(this::warn);
        }

        SideFile.Finished side = result.side();
        if (side == null) {
            stores.runs()
                    .progress(
                            run(), epoch(), result.rowsRead(), result.resolved().forecast());
            return;
        }

        registerNames();
        if (task.recordsEvents()) {
            stores.eventSources().register(work.directory().number(), work.eventSource());
        }

        new RunList(work, stores.lists()).make();
        stores.surveys()
                .seal(
                        work.lease(),
                        task.round(),
                        work.directory().number(),
                        work.ruleIds(),
                        side,
                        result,
                        work.forLineage(),
                        stores.clock().millis());
        checkpoints.remove();
    }

    private void check(ImportGuard guard) {
        try {
            guard.check();
        } catch (Refusal refused) {
            // Somebody will change something: then all rows are looked at again.
            checkpoints.remove();
            throw refused;
        }
    }

    private void warn(String warning) {
        String report =
                Objects.requireNonNull(stores.runs().find(run()).orElseThrow().report());
        stores.runs()
                .report(
                        run(),
                        epoch(),
                        json.writeValueAsString(
                                json.readValue(report, ImportReport.class).withWarning(warning)));
    }

    private void registerNames() {
        List<String> names = task.plan().newNames();
        if (names.isEmpty()) {
            return;
        }

        Spellings registered = stores.names().register(work.directory().number(), names);
        for (String name : names) {
            if (!registered.of(name).equals(name)) {
                throw Refusal.failed(
                        "Cannot load " + work.where() + ": another import has just brought the embedded data '"
                                + registered.of(name) + "', which this file spells differently. Resume the run.");
            }
        }
    }

    private long run() {
        return work.lease().run().number();
    }

    private int epoch() {
        return work.lease().epoch();
    }
}
