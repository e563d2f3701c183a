package io.muster.jobs;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.batch.core.job.AbstractJob;
import org.springframework.batch.core.step.AbstractStep;
import org.springframework.batch.core.step.Step;

/** A step that is built late, and has what it builds observed there. */
public interface ObservedStep extends Step {

    /** Before it is executed. */
    void observe(ObservationRegistry registry);

    /** Has the steps of a job observed, but not the job. */
    static void observe(AbstractJob job, ObservationRegistry registry) {
        for (String name : job.getStepNames()) {
            Step step = job.getStep(name);
            if (step instanceof AbstractStep whole) {
                whole.setObservationRegistry(registry);
            } else if (step instanceof ObservedStep late) {
                late.observe(registry);
            }
        }
    }
}
