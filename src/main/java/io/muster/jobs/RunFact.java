package io.muster.jobs;

import java.time.Duration;

/** Something that happened in a run, for those who count. Published as an event of the application context. */
public sealed interface RunFact {

    /** A step has ended, or the attempt with it. */
    record StepEnded(RunKind kind, String step, Duration time) implements RunFact {}

    /**
     * A block was given up and is tried again.
     *
     * @param cause the database's number of the lock conflict, or {@code lost} for a lost connection
     */
    record BlockRetried(String cause) implements RunFact {}

    /** The gate of a directory was held alone for so long. */
    record GateHeld(Duration time) implements RunFact {}

    /** The outcomes of an import do not add up to the rows it read. */
    record Unbalanced() implements RunFact {}

    /** This process came back to a run that another one had taken over; what it still wrote was refused. */
    record TakenOver(RunKind kind) implements RunFact {}

    /** This process found that a run's process was lost. */
    record Died(Run run) implements RunFact {}
}
