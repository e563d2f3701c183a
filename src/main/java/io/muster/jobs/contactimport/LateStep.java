package io.muster.jobs.contactimport;

import io.micrometer.observation.ObservationRegistry;
import io.muster.jobs.ObservedStep;
import java.util.function.Supplier;
import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.core.step.AbstractStep;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;

/**
 * A step that is built when it begins, from what the ledger says at that moment. A job is put together before its first
 * step has run, and passes through survey and load more than once when rows lose a race.
 */
final class LateStep implements ObservedStep {

    private final String name;
    private final Supplier<Step> builder;
    private ObservationRegistry observations = ObservationRegistry.NOOP;

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
    public void observe(ObservationRegistry registry) {
        observations = registry;
    }

    @Override
    public void execute(StepExecution execution) throws JobInterruptedException {
        Step step = builder.get();
        if (step instanceof AbstractStep own) {
            own.setObservationRegistry(observations);
        }

        step.execute(execution);
    }
}
