package io.muster.support.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The values of a label: the first so many that come, and {@code other} for all that come after. */
public final class BoundedLabel {

    /** As many things of one sort as there are numbers of. */
    public static final int MOST = 200;

    private static final String OTHER = "other";

    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /** The value to show. */
    public String of(String value) {
        if (known.contains(value)) {
            return value;
        }

        synchronized (known) {
            return known.size() < MOST && (known.add(value) || known.contains(value)) ? value : OTHER;
        }
    }
}
