package io.muster.segment;

import io.muster.support.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Looks for a way from a segment back to itself, before it is saved. */
final class UseCircle {

    private static final String USES = "SELECT segment_id, used_id FROM segment_use WHERE directory_id = ?";

    private final JdbcClient jdbc;
    private final SegmentRows rows;

    UseCircle(JdbcClient jdbc, SegmentRows rows) {
        this.jdbc = jdbc;
        this.rows = rows;
    }

    /** Refuses a definition by which the segment would use itself, and names the way. */
    void refuse(String doing, Segment segment, Collection<Long> uses) {
        Map<Long, List<Long>> others = new HashMap<>();
        jdbc.sql(USES).param(segment.directory()).query(row -> {
            others.computeIfAbsent(row.getLong(1), user -> new ArrayList<>()).add(row.getLong(2));
        });
        others.put(segment.number(), List.copyOf(uses));

        // The first way found from each segment reached: the segment before it.
        Map<Long, Long> before = new HashMap<>();
        Deque<Long> open = new ArrayDeque<>(List.of(segment.number()));
        while (!open.isEmpty()) {
            long at = open.poll();
            for (long used : others.getOrDefault(at, List.of())) {
                if (before.putIfAbsent(used, at) == null) {
                    if (used == segment.number()) {
                        throw refusal(doing, segment, before);
                    }

                    open.add(used);
                }
            }
        }
    }

    private Refusal refusal(String doing, Segment segment, Map<Long, Long> before) {
        List<String> way = new ArrayList<>(List.of(segment.called()));
        long at = before.getOrDefault(segment.number(), segment.number());
        while (at != segment.number()) {
            way.add(rows.byNumber(at).map(Segment::called).orElseThrow());
            at = before.getOrDefault(at, segment.number());
        }

        way.add(segment.called());
        Collections.reverse(way);
        return Refusal.invalid(
                "SEGMENT_CIRCLE",
                doing + ": it would use itself: " + way.stream().collect(Collectors.joining(" → "))
                        + ". Remove one of these uses.");
    }
}
