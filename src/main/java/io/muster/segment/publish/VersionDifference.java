package io.muster.segment.publish;

import io.muster.segment.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Compares two versions of a segment and enters who joined and who left as the change of a publication. */
final class VersionDifference {

    private static final String BLOCKS = """
            SELECT block, members_version FROM segment_block
            WHERE directory_id = ? AND segment_id = ? AND version = ?
            """;

    private static final String BITMAP = """
            SELECT members FROM segment_members
            WHERE directory_id = ? AND segment_id = ? AND version = ? AND block = ?
            """;

    private static final String FORGET =
            "DELETE FROM segment_change WHERE directory_id = ? AND segment_id = ? AND publication_id = ?";

    private static final String ENTER = """
            INSERT INTO segment_change (directory_id, block, publication_id, segment_id, joined, joined_count, gone,
              gone_count)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private final JdbcClient jdbc;

    VersionDifference(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * How many joined and left.
     *
     * @param added who joined
     * @param removed who left
     */
    record Size(long added, long removed) {}

    /** Enters the change from one version to another, in place of what was entered before. */
    Size write(Segment segment, @Nullable Long from, long to, long publication) {
        jdbc.sql(FORGET)
                .params(segment.directory(), segment.number(), publication)
                .update();
        Map<Integer, Long> before = from == null ? Map.of() : blocks(segment, from);
        Map<Integer, Long> after = blocks(segment, to);
        SortedSet<Integer> all = new TreeSet<>(before.keySet());
        all.addAll(after.keySet());
        long added = 0;
        long removed = 0;
        for (int block : all) {
            if (Objects.equals(before.get(block), after.get(block))) {
                continue;
            }

            Difference difference =
                    Difference.of(bitmap(segment, before.get(block), block), bitmap(segment, after.get(block), block));
            if (!difference.isNone()) {
                List<@Nullable Object> row = new ArrayList<>();
                java.util.Collections.addAll(
                        row, difference.row(segment.directory(), block, publication, segment.number()));
                jdbc.sql(ENTER).params(row).update();
                added += difference.joined().getCardinality();
                removed += difference.gone().getCardinality();
            }
        }

        return new Size(added, removed);
    }

    private Map<Integer, Long> blocks(Segment segment, long version) {
        Map<Integer, Long> blocks = new HashMap<>();
        jdbc.sql(BLOCKS).params(segment.directory(), segment.number(), version).query(row -> {
            blocks.put(row.getInt(1), row.getLong(2));
        });
        return blocks;
    }

    private RoaringBitmap bitmap(Segment segment, @Nullable Long version, int block) {
        if (version == null) {
            return new RoaringBitmap();
        }

        return jdbc.sql(BITMAP)
                .params(segment.directory(), segment.number(), version, block)
                .query((row, index) -> Bitmaps.unpack(row.getBytes(1)))
                .single();
    }
}
