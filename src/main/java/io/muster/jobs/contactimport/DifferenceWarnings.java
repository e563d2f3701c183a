package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.DifferingEvents;
import java.util.List;

/** Says which transactions and touchpoints of a file were not recorded although they differ from what is there. */
final class DifferenceWarnings {

    private DifferenceWarnings() {}

    /** @param round the survey that found them; only the first one sees all rows */
    static List<String> of(List<DifferingEvents> differing, int round) {
        return differing.stream().map(events -> text(events, round)).toList();
    }

    private static String text(DifferingEvents events, int round) {
        String kind = events.kind().word();
        String subject = round == 0 ? "" : "Among the rows that were surveyed again: ";
        return subject
                + (events.rows() == 1
                        ? "1 row has a " + kind + " whose id is recorded already with other values or for another"
                                + " contact; the row changed nothing of it: "
                        : events.rows() + " rows have a " + kind + " whose id is recorded already with other values or"
                                + " for another contact; they changed nothing of it: ")
                + String.join(", ", events.ids())
                + (events.rows() > events.ids().size() ? " …" : ".");
    }
}
