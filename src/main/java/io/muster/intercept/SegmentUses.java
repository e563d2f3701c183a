package io.muster.intercept;

import io.muster.segment.Segment;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What names segments, so that they cannot be deleted: all of it in one question. */
public final class SegmentUses {

    private static final String USES = """
        SELECT u.used_id AS used, 0 AS kind, s.id AS id, s.name AS name, s.name AS place
        FROM segment_use u
        JOIN segment s ON s.id = u.segment_id
        WHERE u.directory_id = :directory AND u.used_id IN (:segments)
        UNION ALL
        SELECT r.segment_id, 1, r.id, '', ''
        FROM frequency_rule r
        WHERE r.directory_id = :directory AND r.segment_id IN (:segments)
        UNION ALL
        SELECT t.segment_id, 2, i.id, i.name, ''
        FROM intercept_segment t
        JOIN intercept i ON i.id = t.intercept_id
        WHERE t.segment_id IN (:segments)
        ORDER BY kind, place, id
        """;

    private final JdbcClient jdbc;
    private final Ids ids;

    /** What names a segment, numbered as the statement does. */
    public enum Kind {
        /** The condition of another segment. */
        SEGMENT,
        /** A frequency rule for its members. */
        FREQUENCY_RULE,
        /** The target of an intercept. */
        INTERCEPT
    }

    /**
     * Something that names a segment.
     *
     * @param name empty for a frequency rule
     */
    public record Use(Kind kind, String id, String name) {}

    SegmentUses(JdbcClient jdbc, Ids ids) {
        this.jdbc = jdbc;
        this.ids = ids;
    }

    /** What names some segments of a directory, by their numeric ids: segments by name, then the rest as it was made. */
    public Map<Long, List<Use>> of(int directory, Collection<Segment> segments) {
        Map<Long, List<Use>> uses = new HashMap<>();
        if (!segments.isEmpty()) {
            jdbc.sql(USES)
                    .param("directory", directory)
                    .param("segments", segments.stream().map(Segment::number).toList())
                    .query(row -> {
                        Kind kind = Kind.values()[row.getInt("kind")];
                        uses.computeIfAbsent(row.getLong("used"), segment -> new ArrayList<>())
                                .add(new Use(kind, id(kind, row.getLong("id")), row.getString("name")));
                    });
        }

        return uses;
    }

    private String id(Kind kind, long number) {
        return switch (kind) {
            case SEGMENT -> ids.segment(number);
            case FREQUENCY_RULE -> ids.frequencyRule(number);
            case INTERCEPT -> ids.of(PublicId.INTERCEPT, number);
        };
    }
}
