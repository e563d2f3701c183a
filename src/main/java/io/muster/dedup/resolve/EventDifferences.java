package io.muster.dedup.resolve;

import io.muster.load.EventKind;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Records of a file that say something else than what is recorded under their id. */
final class EventDifferences {

    private static final int IDS_KEPT = 5;

    private final Map<EventKind, Noted> noted = new EnumMap<>(EventKind.class);

    private static final class Noted {
        private long rows;
        private final Set<String> ids = new LinkedHashSet<>();
    }

    void note(EventKind kind, String id) {
        Noted of = noted.computeIfAbsent(kind, absent -> new Noted());
        of.rows++;
        if (of.ids.size() < IDS_KEPT) {
            of.ids.add(id);
        }
    }

    List<DifferingEvents> all() {
        return noted.entrySet().stream()
                .map(of -> new DifferingEvents(of.getKey(), of.getValue().rows, List.copyOf(of.getValue().ids)))
                .toList();
    }
}
