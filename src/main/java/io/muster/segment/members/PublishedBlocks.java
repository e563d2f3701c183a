package io.muster.segment.members;

import io.muster.segment.publish.Bitmaps;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The members of the published versions of some segments, block by block of {@value #NUMBERS} contact numbers. Versions are
 * looked up once; whoever reads blocks of them does so in the same snapshot, or a version that was replaced meanwhile may
 * be gone.
 */
public final class PublishedBlocks {

    /** Contact numbers in a block. */
    public static final int NUMBERS = 1 << 16;

    private static final String VERSIONS = """
        SELECT id, published_version
        FROM segment
        WHERE directory_id = :directory AND id IN (:segments) AND published_version IS NOT NULL
        """;

    private static final String MEMBERS = """
        SELECT m.members
        FROM segment_block b
        JOIN segment_members m ON m.directory_id = b.directory_id AND m.segment_id = b.segment_id
          AND m.version = b.members_version AND m.block = b.block
        WHERE b.directory_id = :directory AND b.segment_id = :segment AND b.version = :version AND b.block = :block
        """;

    private static final String BLOCKS = """
        SELECT block
        FROM segment_block
        WHERE directory_id = :directory AND segment_id = :segment AND version = :version
        ORDER BY block
        """;

    private final int directory;
    private final SortedMap<Long, Long> versions;

    private PublishedBlocks(int directory, SortedMap<Long, Long> versions) {
        this.directory = directory;
        this.versions = versions;
    }

    /** Looks the published versions of segments up; those never published have no members. */
    public static PublishedBlocks of(JdbcClient jdbc, int directory, Collection<Long> segments) {
        SortedMap<Long, Long> versions = new TreeMap<>();
        if (!segments.isEmpty()) {
            jdbc.sql(VERSIONS)
                    .param("directory", directory)
                    .param("segments", segments)
                    .query(row -> {
                        versions.put(row.getLong(1), row.getLong(2));
                    });
        }

        return new PublishedBlocks(directory, versions);
    }

    /** The published version of each segment that has one, by the segment's numeric id. */
    public SortedMap<Long, Long> versions() {
        return new TreeMap<>(versions);
    }

    /** The members of a segment in a block, as positions within it. */
    public RoaringBitmap members(JdbcClient jdbc, long segment, int block) {
        Long version = versions.get(segment);
        return version == null
                ? new RoaringBitmap()
                : jdbc.sql(MEMBERS)
                        .param("directory", directory)
                        .param("segment", segment)
                        .param("version", version)
                        .param("block", block)
                        .query((row, index) -> Bitmaps.unpack(row.getBytes(1)))
                        .optional()
                        .orElseGet(RoaringBitmap::new);
    }

    /** The blocks in which a segment has members, in order. */
    public List<Integer> blocks(JdbcClient jdbc, long segment) {
        Long version = versions.get(segment);
        return version == null
                ? List.of()
                : jdbc.sql(BLOCKS)
                        .param("directory", directory)
                        .param("segment", segment)
                        .param("version", version)
                        .query(Integer.class)
                        .list();
    }
}
