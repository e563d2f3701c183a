package io.muster.segment;

import io.muster.database.PageReads;
import io.muster.segment.Segment.HeldReason;
import io.muster.support.Ids;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads rows of the table {@code segment}, within the current transaction where there is one. */
final class SegmentRows {

    private static final String COLUMNS = """
        SELECT id, directory_id, name, definition, revision, guard_share, guard_over, published_version,
          previous_version, held_version, held_reason, created_at, modified_at
        FROM segment
        """;

    private static final String BY_ID = COLUMNS + "WHERE id = ?";

    private static final String BY_IDS = COLUMNS + "WHERE id IN (:segments)";

    private static final String SIZED = """
        SELECT s.id, s.directory_id, s.name, s.definition, s.revision, s.guard_share, s.guard_over, s.published_version,
          s.previous_version, s.held_version, s.held_reason, s.created_at, s.modified_at, v.members, v.as_of,
          h.members AS held, p.members AS previous
        FROM segment s
        LEFT JOIN segment_version v ON v.directory_id = s.directory_id AND v.segment_id = s.id
          AND v.version = s.published_version
        LEFT JOIN segment_version h ON h.directory_id = s.directory_id AND h.segment_id = s.id
          AND h.version = s.held_version
        LEFT JOIN segment_version p ON p.directory_id = s.directory_id AND p.segment_id = s.id
          AND p.version = s.previous_version
        """;

    private static final String SIZED_BY_ID = SIZED + "WHERE s.id = ?";

    private static final String SIZED_PAGE = SIZED + "WHERE s.directory_id = ? AND s.name > ? ORDER BY s.name LIMIT ?";

    private static final String SIZED_HELD =
            SIZED + "WHERE s.directory_id = ? AND s.held_version IS NOT NULL ORDER BY s.name";

    private static final String SHARE = BY_ID + " LOCK IN SHARE MODE";

    private static final String ALONE = BY_ID + " FOR UPDATE";

    private static final String BY_NAME = COLUMNS + "WHERE directory_id = ? AND name = ?";

    private static final String OF_DIRECTORY = COLUMNS + "WHERE directory_id = ? ORDER BY name";

    private static final String PAGE = COLUMNS + "WHERE directory_id = ? AND name > ? ORDER BY name LIMIT ?";

    private static final String IN_ORDER = COLUMNS + "WHERE directory_id = ? AND id > ? ORDER BY id LIMIT ?";

    private static final String USERS = COLUMNS + """
        WHERE id IN (SELECT segment_id FROM segment_use WHERE directory_id = ? AND used_id = ?)
        ORDER BY name
        """;

    private final JdbcClient jdbc;
    private final Ids ids;
    private final PageReads reads;

    private record ByNumber(long number) {}

    private record Of(int directory) {}

    SegmentRows(JdbcClient jdbc, Ids ids) {
        this.jdbc = jdbc;
        this.ids = ids;
        this.reads = PageReads.of(jdbc);
    }

    Optional<Segment> byNumber(long number) {
        return reads.once(
                new ByNumber(number),
                () -> jdbc.sql(BY_ID).param(number).query(this::segment).optional());
    }

    List<Segment> byNumbers(Collection<Long> numbers) {
        return numbers.isEmpty()
                ? List.of()
                : jdbc.sql(BY_IDS)
                        .param("segments", numbers)
                        .query(this::segment)
                        .list();
    }

    Optional<SizedSegment> sized(long number) {
        return jdbc.sql(SIZED_BY_ID).param(number).query(this::withSizes).optional();
    }

    List<SizedSegment> sized(int directory, String after, int most) {
        return jdbc.sql(SIZED_PAGE)
                .params(directory, after, most)
                .query(this::withSizes)
                .list();
    }

    List<SizedSegment> held(int directory) {
        return jdbc.sql(SIZED_HELD).param(directory).query(this::withSizes).list();
    }

    /** Likewise; within a transaction, it is not deleted before that ends. */
    Optional<Segment> shared(long number) {
        return jdbc.sql(SHARE).param(number).query(this::segment).optional();
    }

    /** Likewise; within a transaction, nobody else begins to name it before that ends. */
    Optional<Segment> alone(long number) {
        return jdbc.sql(ALONE).param(number).query(this::segment).optional();
    }

    Optional<Segment> byName(int directory, String name) {
        return jdbc.sql(BY_NAME).params(directory, name).query(this::segment).optional();
    }

    List<Segment> of(int directory) {
        return reads.once(
                new Of(directory),
                () -> jdbc.sql(OF_DIRECTORY)
                        .param(directory)
                        .query(this::segment)
                        .list());
    }

    List<Segment> page(int directory, String after, int most) {
        return jdbc.sql(PAGE)
                .params(directory, after, most)
                .query(this::segment)
                .list();
    }

    List<Segment> inOrder(int directory, long after, int most) {
        return jdbc.sql(IN_ORDER)
                .params(directory, after, most)
                .query(this::segment)
                .list();
    }

    List<Segment> users(int directory, long used) {
        return jdbc.sql(USERS).params(directory, used).query(this::segment).list();
    }

    private Segment segment(ResultSet row, int index) throws SQLException {
        String reason = row.getString("held_reason");
        return new Segment(
                row.getLong("id"),
                ids.segment(row.getLong("id")),
                row.getInt("directory_id"),
                row.getString("name"),
                row.getString("definition"),
                row.getInt("revision"),
                new SizeGuard(number(row, "guard_share", row.getDouble("guard_share")), row.getLong("guard_over")),
                number(row, "published_version", row.getLong("published_version")),
                number(row, "previous_version", row.getLong("previous_version")),
                number(row, "held_version", row.getLong("held_version")),
                reason == null ? null : HeldReason.valueOf(reason),
                row.getLong("created_at"),
                row.getLong("modified_at"));
    }

    private SizedSegment withSizes(ResultSet row, int index) throws SQLException {
        Long asOf = row.getObject("as_of", Long.class);
        return new SizedSegment(
                segment(row, index),
                new SegmentSize(
                        row.getObject("members", Long.class),
                        asOf == null ? null : Instant.ofEpochMilli(asOf),
                        row.getObject("held", Long.class),
                        row.getObject("previous", Long.class)));
    }

    private static <T> @Nullable T number(ResultSet row, String column, T value) throws SQLException {
        return row.getObject(column) == null ? null : value;
    }
}
