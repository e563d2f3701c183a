package io.muster.jobs.contactimport;

import io.muster.load.RepeatedEvent;
import org.jspecify.annotations.Nullable;

/**
 * How an import tells transactions and touchpoints apart.
 *
 * @param source where they come from: their ids are unique in it; null for the automation, or for {@code manual} where
 *     none imports them
 * @param repeated what a second record of the same id does when it says something else
 */
public record ImportEvents(@Nullable String source, RepeatedEvent repeated) {

    /** What is not said otherwise. */
    public static final ImportEvents USUAL = new ImportEvents(null, RepeatedEvent.KEEP);
}
