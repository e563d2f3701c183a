package io.muster.segment.publish;

import io.muster.segment.publish.Built.Fate;
import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What rebuilds came to, whoever worked on them. */
public final class RebuildResults {

    private static final String OF_VERSION = """
            SELECT v.segment_id, s.name, v.version, v.members, v.added, v.removed, v.state, s.held_reason
            FROM segment s
            JOIN segment_version v ON v.directory_id = s.directory_id AND v.segment_id = s.id AND v.version = :version
            WHERE s.directory_id = :directory AND v.state <> 'BUILDING'
            ORDER BY s.name
            """;

    private static final String MISSING = """
            SELECT s.id FROM segment s
            WHERE s.directory_id = :directory
              AND NOT EXISTS (
                SELECT 1 FROM segment_version v
                WHERE v.directory_id = s.directory_id AND v.segment_id = s.id AND v.version >= :version
                  AND v.revision = s.revision AND v.state <> 'BUILDING')
            """;

    private final JdbcClient jdbc;

    /** The results in a database. */
    public RebuildResults(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What a rebuild built, by the segments' names; without segments that were changed meanwhile. */
    public List<Built> of(int directory, long version) {
        return jdbc.sql(OF_VERSION)
                .param("directory", directory)
                .param("version", version)
                .query((row, index) -> new Built(
                        row.getLong(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6),
                        fate(row.getString(7), row.getString(8))))
                .list();
    }

    private static Fate fate(String state, String heldReason) {
        return !state.equals("HELD") ? Fate.PUBLISHED : "USES".equals(heldReason) ? Fate.HELD_WITH_USED : Fate.HELD;
    }

    /**
     * Segments that no rebuild from a version on has built as they are defined now.
     *
     * @param of the segments in question; empty for all of the directory
     */
    public List<Long> missing(int directory, long version, Collection<Long> of) {
        return jdbc
                .sql(MISSING)
                .param("directory", directory)
                .param("version", version)
                .query(Long.class)
                .list()
                .stream()
                .filter(segment -> of.isEmpty() || of.contains(segment))
                .toList();
    }
}
