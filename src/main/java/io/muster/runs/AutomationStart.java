package io.muster.runs;

import io.muster.jobs.Deliveries.Listed;
import io.muster.jobs.contactimport.DeliverySource;
import io.muster.jobs.contactimport.ImportSpec;

/**
 * A file that an automation is to import.
 *
 * @param automation the automation's numeric id
 * @param file the file as it was found
 * @param known what happens to a file that was taken before
 */
public record AutomationStart(long automation, Listed file, Known known, ImportSpec spec, DeliverySource source) {

    /** What happens to a file that was taken before. */
    public enum Known {
        /** Nothing: each delivery is taken once. */
        LEAVE,
        /** It is taken again, as a new delivery. */
        TAKE_AGAIN
    }
}
