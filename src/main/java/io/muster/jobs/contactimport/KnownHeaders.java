package io.muster.jobs.contactimport;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The headers of an upload. They count exactly as they are written; one that is nearly one is pointed out, and not taken for it. */
public final class KnownHeaders {

    private KnownHeaders() {}

    /** Where the column of that exact header goes; empty for any other. */
    public static Optional<Target> exact(String header) {
        return Optional.ofNullable(ColumnPlan.UPLOAD_HEADERS.get(header));
    }

    /** Where the column would go if its header, which is nearly a known one, were that; only where nothing else goes there. */
    public static Optional<Target> near(String header, Set<Target> given) {
        Map<String, Target> free = ColumnPlan.UPLOAD_HEADERS.entrySet().stream()
                .filter(known -> !given.contains(known.getValue()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        return NearHeaders.near(header, free.keySet().stream().sorted().toList())
                .map(free::get);
    }

    /** Whether the column says what was wrong with a row in a download of rejected rows, and is no data. */
    public static boolean isReason(String header) {
        return ColumnPlan.NO_DATA.contains(header);
    }
}
