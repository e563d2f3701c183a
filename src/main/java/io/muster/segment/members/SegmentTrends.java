package io.muster.segment.members;

import io.muster.segment.Segment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Sizes of many segments at once over the last days. */
public final class SegmentTrends {

    // Of segments that are rebuilt every few minutes, too, one row a day is enough for a drawing.
    private static final String DAYS = """
        SELECT p.segment_id, p.published_at, p.members, p.added, p.removed
        FROM (
          SELECT segment_id, MAX(published_at) AS last_at
          FROM segment_publication
          WHERE directory_id = :directory AND segment_id IN (:segments) AND published_at >= :since
          GROUP BY segment_id, published_at DIV 86400000
        ) d
        JOIN segment_publication p ON p.directory_id = :directory AND p.segment_id = d.segment_id
          AND p.published_at = d.last_at
        ORDER BY p.segment_id, p.published_at, p.id
        """;

    private final JdbcClient jdbc;

    /** Reads from that database. */
    public SegmentTrends(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The last switch of a day.
     *
     * @param added who joined with that switch
     * @param removed who left with it
     */
    public record Day(Instant at, long members, long added, long removed) {}

    /** The days of segments of one directory since a moment, oldest first, by their numeric ids. */
    public Map<Long, List<Day>> days(int directory, Collection<Segment> segments, Instant since) {
        Map<Long, List<Day>> days = new HashMap<>();
        if (!segments.isEmpty()) {
            jdbc.sql(DAYS)
                    .param("directory", directory)
                    .param("segments", numbers(segments))
                    .param("since", since.toEpochMilli())
                    .query(row -> {
                        days.computeIfAbsent(row.getLong(1), segment -> new ArrayList<>())
                                .add(new Day(
                                        Instant.ofEpochMilli(row.getLong(2)),
                                        row.getLong(3),
                                        row.getLong(4),
                                        row.getLong(5)));
                    });
        }

        return days;
    }

    private static List<Long> numbers(Collection<Segment> segments) {
        return segments.stream().map(Segment::number).toList();
    }
}
