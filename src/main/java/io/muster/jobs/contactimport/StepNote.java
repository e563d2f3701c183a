package io.muster.jobs.contactimport;

import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.step.StepExecution;

/** Reports which step a run is in. */
final class StepNote implements StepExecutionListener {

    private final ImportWork work;

    StepNote(ImportWork work) {
        this.work = work;
    }

    @Override
    public void beforeStep(StepExecution stepExecution) {
        String name = stepExecution.getStepName();
        work.progress().step(name);
    }
}
