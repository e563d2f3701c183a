package io.muster.segment.members;

import io.muster.segment.Segment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Sizes of many segments at once: of the versions that readers see or could see, and over the last days. */
public final class SegmentTrends {

    private static final String SIZES = """
        SELECT s.id, v.members, v.as_of, h.members AS held, p.members AS previous
        FROM segment s
        LEFT JOIN segment_version v ON v.directory_id = s.directory_id AND v.segment_id = s.id
          AND v.version = s.published_version
        LEFT JOIN segment_version h ON h.directory_id = s.directory_id AND h.segment_id = s.id
          AND h.version = s.held_version
        LEFT JOIN segment_version p ON p.directory_id = s.directory_id AND p.segment_id = s.id
          AND p.version = s.previous_version
        WHERE s.id IN (:segments)
        """;

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
     * How many members the versions of a segment have.
     *
     * @param members in the version that readers see; null until it was first rebuilt
     * @param asOf the moment that this version shows
     * @param held in the version that is held; null when there is none
     * @param previous in the version that a rollback puts back; null when there is none
     */
    public record Size(
            @Nullable Long members,
            @Nullable Instant asOf,
            @Nullable Long held,
            @Nullable Long previous) {

        /** Of a segment that has no version. */
        public static final Size NONE = new Size(null, null, null, null);
    }

    /**
     * The last switch of a day.
     *
     * @param added who joined with that switch
     * @param removed who left with it
     */
    public record Day(Instant at, long members, long added, long removed) {}

    /** The sizes of segments, by their numeric ids. */
    public Map<Long, Size> sizes(Collection<Segment> segments) {
        Map<Long, Size> sizes = new HashMap<>();
        if (!segments.isEmpty()) {
            jdbc.sql(SIZES).param("segments", numbers(segments)).query(row -> {
                long asOf = row.getLong("as_of");
                Instant moment = row.wasNull() ? null : Instant.ofEpochMilli(asOf);
                sizes.put(
                        row.getLong("id"),
                        new Size(
                                row.getObject("members", Long.class),
                                moment,
                                row.getObject("held", Long.class),
                                row.getObject("previous", Long.class)));
            });
        }

        return sizes;
    }

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
