package io.muster.segment.publish;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How far the published members of a directory's segments can be carried on with the stream of changes. */
public final class Freshness {

    private static final String READ = """
        SELECT refreshed_version, reader_epoch, time_zone, incremental_at FROM segment_gate WHERE directory_id = ?
        """;

    private static final String REVISIONS = """
        SELECT s.id, v.revision
        FROM segment s
        JOIN segment_version v ON v.directory_id = s.directory_id AND v.segment_id = s.id
          AND v.version = s.published_version
        WHERE s.directory_id = ?
        """;

    private static final String REFRESHED =
            "UPDATE segment_gate SET refreshed_version = ?, reader_epoch = ?, time_zone = ? WHERE directory_id = ?";

    private static final String WANTED = "UPDATE segment_gate SET incremental_at = ? WHERE directory_id = ?";

    private final JdbcClient jdbc;

    /** The marks in a database. */
    public Freshness(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The last rebuild that covered all segments and moved the reader of changes.
     *
     * @param version its version; 0 when there was none
     * @param readerEpoch the epoch of the reader of changes then
     * @param timeZone the directory's time zone then; null when there was none
     * @param incrementalAt when an incremental refresh was last asked for, epoch milliseconds; null when never
     */
    public record Mark(
            long version,
            int readerEpoch,
            @Nullable String timeZone,
            @Nullable Long incrementalAt) {}

    /** The mark of a directory; empty when no rebuild was ever begun. */
    public Optional<Mark> of(int directory) {
        return jdbc.sql(READ)
                .param(directory)
                .query((row, index) -> new Mark(
                        row.getLong(1),
                        row.getInt(2),
                        row.getString(3),
                        row.getObject(4) == null ? null : row.getLong(4)))
                .optional();
    }

    /** The definition that each segment's published members were computed with. */
    public Map<Long, Integer> publishedRevisions(int directory) {
        Map<Long, Integer> revisions = new HashMap<>();
        jdbc.sql(REVISIONS).param(directory).query(row -> {
            revisions.put(row.getLong(1), row.getInt(2));
        });
        return revisions;
    }

    /** A rebuild covered all segments and moves the reader of changes; within the transaction that publishes it. */
    public void refreshed(Fence fence, int readerEpoch, String timeZone) {
        jdbc.sql(REFRESHED)
                .params(fence.version(), readerEpoch, timeZone, fence.directory())
                .update();
    }

    /** Somebody wants incremental refreshes. The directory's gate is held. */
    public void wanted(int directory, long now) {
        jdbc.sql(WANTED).params(now, directory).update();
    }
}
