package io.muster.jobs;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.batch.core.step.Step;

/** A step that is built late, and has what it builds observed there. */
public interface ObservedStep extends Step {

    /** Before it is executed. */
    void observe(ObservationRegistry registry);
}
