package io.muster.automation.contactimport;

import io.muster.extract.source.Choice.PassedOver;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Run;
import io.muster.support.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What running an import job resulted in.
 *
 * @param runs the runs of this time, in file order, also the failed one that ended the series
 * @param pending runs of earlier times that have not imported their file and wait for a person
 * @param waiting files that came after a newer one was imported and wait for a person
 * @param passedOver files that were not taken for another reason that a person may want to know
 * @param elsewhere why the next file was not taken, when it lies in the spool of another server; null else
 */
public record Visit(
        List<Run> runs,
        List<Run> pending,
        List<Delivery> waiting,
        List<PassedOver> passedOver,
        @Nullable Refusal elsewhere) {

    /** Copies what it is given. */
    public Visit {
        runs = List.copyOf(runs);
        pending = List.copyOf(pending);
        waiting = List.copyOf(waiting);
        passedOver = List.copyOf(passedOver);
    }

    /** A visit whose next file does not lie elsewhere. */
    public Visit(List<Run> runs, List<Run> pending, List<Delivery> waiting, List<PassedOver> passedOver) {
        this(runs, pending, waiting, passedOver, null);
    }

    /** Whether there was nothing to do and nothing to tell. */
    public boolean isEmpty() {
        return runs.isEmpty() && pending.isEmpty() && waiting.isEmpty() && passedOver.isEmpty() && elsewhere == null;
    }
}
