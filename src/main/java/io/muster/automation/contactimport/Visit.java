package io.muster.automation.contactimport;

import io.muster.extract.source.Choice.PassedOver;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Run;
import java.util.List;

/**
 * What running an import job resulted in.
 *
 * @param runs the runs of this time, in file order, also the failed one that ended the series
 * @param pending runs of earlier times that have not imported their file and wait for a person
 * @param waiting files that came after a newer one was imported and wait for a person
 * @param passedOver files that were not taken for another reason that a person may want to know
 */
public record Visit(List<Run> runs, List<Run> pending, List<Delivery> waiting, List<PassedOver> passedOver) {

    /** Copies what it is given. */
    public Visit {
        runs = List.copyOf(runs);
        pending = List.copyOf(pending);
        waiting = List.copyOf(waiting);
        passedOver = List.copyOf(passedOver);
    }

    /** Whether there was nothing to do and nothing to tell. */
    public boolean isEmpty() {
        return runs.isEmpty() && pending.isEmpty() && waiting.isEmpty() && passedOver.isEmpty();
    }
}
