package io.muster.jobs.contactimport;

import java.util.function.Supplier;
import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;

/**
 * A step that is built when it begins, from what the ledger says at that moment. A job is put together before its first
 * step has run, and passes through survey and load more than once when rows lose a race.
 */
final class LateStep implements Step {

    private final String name;
    private final Supplier<Step> builder;

    /** @param builder builds the step, under the same name, each time it begins; its refusals fail the job */
    LateStep(String name, Supplier<Step> builder) {
        this.name = name;
        this.builder = builder;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public void execute(StepExecution execution) throws JobInterruptedException {
        builder.get().execute(execution);
    }
}
