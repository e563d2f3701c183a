package io.muster.runs;

import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Run;
import io.muster.jobs.contactimport.DeliverySource;

/** Finds the source of a delivery again when its run is resumed or reprocessed. */
public interface DeliverySources {

    /** Where a run's file came from. A refusal when that is not known any more. */
    DeliverySource of(Run run, Delivery delivery);

    /** Whether the file can be had here again, as far as that is known without fetching it. */
    default boolean isHere(Run run, Delivery delivery) {
        return true;
    }
}
