package io.muster.jobs.contactimport;

import io.muster.jobs.RunLedger;
import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.step.StepExecution;

/** Notes in the ledger which step a run is in. */
final class StepNote implements StepExecutionListener {

    private final ImportWork work;
    private final RunLedger runs;

    StepNote(ImportWork work, RunLedger runs) {
        this.work = work;
        this.runs = runs;
    }

    @Override
    public void beforeStep(StepExecution stepExecution) {
        String name = stepExecution.getStepName();
        runs.step(work.lease().run().number(), work.lease().epoch(), name);
        work.progress().step(name);
    }
}
