package io.muster.segment.publish;

import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Deletes the versions of a segment that nobody can be switched to any more. Readers are not disturbed: each reads in a
 * snapshot of its own, in which they still are.
 */
final class Cleaning {

    private static final String KEEP = """
            SELECT published_version FROM segment WHERE id = :segment AND published_version IS NOT NULL
            UNION SELECT previous_version FROM segment WHERE id = :segment AND previous_version IS NOT NULL
            UNION SELECT held_version FROM segment WHERE id = :segment AND held_version IS NOT NULL
            UNION SELECT version FROM segment_version
            WHERE directory_id = :directory AND segment_id = :segment AND state = 'BUILDING'
            """;

    // A bitmap goes when none of the versions that stay points at it.
    private static final String BITMAPS = """
            DELETE m FROM segment_block d
            JOIN segment_members m ON m.directory_id = d.directory_id AND m.segment_id = d.segment_id
              AND m.version = d.members_version AND m.block = d.block
            WHERE d.directory_id = :directory AND d.segment_id = :segment AND d.version NOT IN (:keep)
              AND NOT EXISTS (
                SELECT 1 FROM segment_block k
                WHERE k.directory_id = d.directory_id AND k.segment_id = d.segment_id AND k.version IN (:keep)
                  AND k.block = d.block AND k.members_version = d.members_version)
            """;

    private static final String BLOCKS = """
            DELETE FROM segment_block
            WHERE directory_id = :directory AND segment_id = :segment AND version NOT IN (:keep)
            """;

    // Versions that once were published stay, without their bitmaps, as the history of counts.
    private static final String VERSIONS = """
            DELETE FROM segment_version
            WHERE directory_id = :directory AND segment_id = :segment AND state <> 'PUBLISHED'
              AND version NOT IN (:keep)
            """;

    private static final String BUILT = """
            SELECT version FROM segment_version
            WHERE directory_id = :directory AND segment_id = :segment AND state = 'BUILDING'
            """;

    private static final String CHANGES = """
            DELETE c FROM segment_publication p
            JOIN segment_change c ON c.directory_id = p.directory_id AND c.segment_id = p.segment_id
              AND c.publication_id = p.id
            WHERE p.directory_id = :directory AND p.segment_id = :segment AND p.published_at IS NULL
              AND p.version NOT IN (:keep)
            """;

    private static final String PUBLICATIONS = """
            DELETE FROM segment_publication
            WHERE directory_id = :directory AND segment_id = :segment AND published_at IS NULL
              AND version NOT IN (:keep)
            """;

    /** No version has this number. */
    private static final long NONE = 0;

    private final JdbcClient jdbc;

    Cleaning(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Deletes them, within the caller's transaction. */
    void clean(int directory, long segment) {
        List<Long> keep = withNone(jdbc.sql(KEEP)
                .param("directory", directory)
                .param("segment", segment)
                .query(Long.class)
                .list());
        for (String sql : List.of(BITMAPS, BLOCKS, VERSIONS)) {
            jdbc.sql(sql)
                    .param("directory", directory)
                    .param("segment", segment)
                    .param("keep", keep)
                    .update();
        }

        // A switch that is only planned belongs to a version that is still being built.
        List<Long> built = withNone(jdbc.sql(BUILT)
                .param("directory", directory)
                .param("segment", segment)
                .query(Long.class)
                .list());
        for (String sql : List.of(CHANGES, PUBLICATIONS)) {
            jdbc.sql(sql)
                    .param("directory", directory)
                    .param("segment", segment)
                    .param("keep", built)
                    .update();
        }
    }

    private static List<Long> withNone(List<Long> versions) {
        List<Long> some = new ArrayList<>(versions);
        some.add(NONE);
        return some;
    }
}
