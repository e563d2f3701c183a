package io.muster.jobs.contactimport;

import io.muster.load.Rejects;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemProcessor;
import org.springframework.batch.infrastructure.item.ItemReader;
import org.springframework.batch.infrastructure.item.ItemWriter;

/** The survey as a chunk step over blocks of rows: extract, resolve, store the rejects. */
final class SurveyStep
        implements ItemReader<RowBlock>,
                ItemProcessor<RowBlock, RowBlock>,
                ItemWriter<RowBlock>,
                StepExecutionListener {

    private final ImportWork work;
    private final ImportStores stores;
    private final ImportSteps steps;
    private long rows;

    SurveyStep(ImportWork work, ImportStores stores, ImportSteps steps) {
        this.work = work;
        this.stores = stores;
        this.steps = steps;
    }

    @Override
    public void beforeStep(StepExecution stepExecution) {
        rows = 0;
        steps.openSurvey();
    }

    @Override
    public @Nullable RowBlock read() throws Exception {
        Survey survey = steps.survey();
        return survey == null ? null : survey.reader().read();
    }

    @Override
    public @Nullable RowBlock process(RowBlock block) {
        Survey survey = steps.survey();
        if (survey != null) {
            survey.resolver().resolve(block.rows());
        }

        return block;
    }

    @Override
    public void write(Chunk<? extends RowBlock> blocks) {
        Survey survey = steps.survey();
        if (survey == null) {
            return;
        }

        List<Rejects.Reject> rejects = survey.takeRejects();
        if (!rejects.isEmpty()) {
            // In the chunk's transaction.
            stores.surveys().fence(work.lease());
            stores.rejects().store(work.lease().run().number(), survey.round(), rejects);
        }

        for (RowBlock block : blocks) {
            rows += block.rows().size();
            work.progress().at(rows, block.share());
        }
    }

    @Override
    public @Nullable ExitStatus afterStep(StepExecution stepExecution) {
        if (stepExecution.getStatus().isUnsuccessful()
                || stepExecution.getExitStatus().getExitCode().equals(ExitStatus.STOPPED.getExitCode())) {
            steps.closeSurvey();
        }

        return null;
    }
}
