package io.muster.segment.publish;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Writes what a rebuild found in one block: the bitmaps of all segments, and who joined and left since the version that
 * is published. A bitmap that has not changed is not written again: the new version points at the one that is there.
 */
public final class BlockWriter {

    // STRAIGHT_JOIN: some hundred versions by their keys, then their block, then its bitmap.
    private static final String BASE = """
            SELECT STRAIGHT_JOIN b.segment_id, b.members_version, m.members
            FROM segment_version v
            JOIN segment_block b ON b.directory_id = v.directory_id AND b.segment_id = v.segment_id
              AND b.version = v.base_version
            JOIN segment_members m ON m.directory_id = b.directory_id AND m.segment_id = b.segment_id
              AND m.version = b.members_version AND m.block = b.block
            WHERE v.directory_id = :directory AND v.segment_id IN (:segments) AND v.version = :version
              AND b.block = :block
            """;

    private static final String MEMBERS =
            "INSERT INTO segment_members (directory_id, segment_id, version, block, members) VALUES ";

    private static final String BLOCKS =
            "INSERT INTO segment_block (directory_id, segment_id, version, block, members_version, members) VALUES ";

    private static final String CHANGES = """
            INSERT INTO segment_change (directory_id, block, publication_id, segment_id, joined, joined_count, gone,
              gone_count) VALUES\s""";

    /** A hundred bitmaps of 8 KiB: well below the smallest packet that servers take. */
    private static final int ROWS_PER_STATEMENT = 100;

    private final JdbcClient jdbc;
    private final Fence fence;
    private final Map<Long, Building> building = new HashMap<>();

    /** Writes for the holder of a fence. */
    public BlockWriter(JdbcClient jdbc, Fence fence, List<Building> building) {
        this.jdbc = jdbc;
        this.fence = fence;
        building.forEach(one -> this.building.put(one.segment(), one));
    }

    private record Stored(long version, RoaringBitmap members) {}

    /**
     * Writes one block, within the caller's transaction.
     *
     * @param members per segment its members in the block
     */
    public void write(int block, Map<Long, RoaringBitmap> members) {
        write(block, members, null);
    }

    /** Writes one block without contacts, within the caller's transaction: nobody is a member there any more. */
    public void writeEmpty(int block) {
        Map<Long, RoaringBitmap> nobody = new HashMap<>();
        building.keySet().forEach(segment -> nobody.put(segment, new RoaringBitmap()));
        write(block, nobody, null);
    }

    /**
     * Carries one block on, within the caller's transaction.
     *
     * @param members per segment those of the looked-at positions that are members
     * @param lookedAt positions that were evaluated; all others stay what they were
     */
    public void carryOn(int block, Map<Long, RoaringBitmap> members, RoaringBitmap lookedAt) {
        write(block, members, lookedAt);
    }

    private void write(int block, Map<Long, RoaringBitmap> found, @Nullable RoaringBitmap lookedAt) {
        fence.check(jdbc);
        Map<Long, Stored> base = base(block, List.copyOf(found.keySet()));
        Rows members = new Rows(MEMBERS, 5);
        Rows blocks = new Rows(BLOCKS, 6);
        Rows changes = new Rows(CHANGES, 8);
        found.forEach((segment, positions) -> {
            Stored stored = base.get(segment);
            RoaringBitmap before = stored == null ? new RoaringBitmap() : stored.members();
            RoaringBitmap after = positions;
            if (lookedAt != null) {
                after = RoaringBitmap.andNot(before, lookedAt);
                after.or(positions);
            }

            Difference difference = Difference.of(before, after);
            boolean same = difference.isNone();
            if (!same) {
                changes.add(change(block, segment, difference));
            }

            if (!after.isEmpty()) {
                if (!same) {
                    members.add(fence.directory(), segment, fence.version(), block, Bitmaps.pack(after));
                }

                long holder = same && stored != null ? stored.version() : fence.version();
                blocks.add(fence.directory(), segment, fence.version(), block, holder, after.getCardinality());
            }
        });
        members.flush();
        blocks.flush();
        changes.flush();
    }

    private @Nullable Object[] change(int block, long segment, Difference difference) {
        Building one = building.get(segment);
        if (one == null) {
            throw new IllegalArgumentException("Invalid segment: " + segment + " is not being built");
        }

        return difference.row(fence.directory(), block, one.publication(), segment);
    }

    private Map<Long, Stored> base(int block, List<Long> segments) {
        Map<Long, Stored> base = new HashMap<>();
        if (segments.isEmpty()) {
            return base;
        }

        jdbc.sql(BASE)
                .param("directory", fence.directory())
                .param("segments", segments)
                .param("version", fence.version())
                .param("block", block)
                .query(row -> {
                    base.put(row.getLong(1), new Stored(row.getLong(2), Bitmaps.unpack(row.getBytes(3))));
                });
        return base;
    }

    /** Rows on their way into a table, some at a time. */
    private final class Rows {

        private final String insert;
        private final int columns;
        private final List<@Nullable Object> values = new ArrayList<>();
        private int rows;

        Rows(String insert, int columns) {
            this.insert = insert;
            this.columns = columns;
        }

        void add(@Nullable Object... row) {
            Collections.addAll(values, row);
            rows++;
            if (rows == ROWS_PER_STATEMENT) {
                flush();
            }
        }

        void flush() {
            if (rows > 0) {
                String row = "(" + String.join(", ", Collections.nCopies(columns, "?")) + ")";
                jdbc.sql(insert + String.join(", ", Collections.nCopies(rows, row)))
                        .params(values)
                        .update();
                values.clear();
                rows = 0;
            }
        }
    }
}
