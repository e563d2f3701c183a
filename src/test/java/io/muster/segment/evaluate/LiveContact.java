package io.muster.segment.evaluate;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A contact with all that conditions can ask of it, as rows have it. */
record LiveContact(
        long number,
        Map<String, @Nullable String> fields,
        Map<String, String> embedded,
        boolean unsubscribed,
        long created,
        long modified,
        Map<Integer, Boolean> lists,
        List<Event> transactions,
        List<Event> touchpoints) {

    /** A transaction with its fields, or a touchpoint with its columns. */
    record Event(long happenedAt, String key, Map<String, String> fields) {}
}
