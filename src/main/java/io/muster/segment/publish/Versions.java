package io.muster.segment.publish;

import io.muster.segment.Segment;
import io.muster.segment.SegmentGate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Begins the building of versions and carries over what stays as it was. All within the caller's transactions. */
public final class Versions {

    private static final String LEFTOVERS =
            "SELECT DISTINCT segment_id FROM segment_version WHERE directory_id = ? AND state = 'BUILDING'";

    private static final String FORGET_LEFTOVERS =
            "DELETE FROM segment_version WHERE directory_id = ? AND state = 'BUILDING'";

    private static final String ENTER = """
            INSERT INTO segment_version (directory_id, segment_id, version, revision, state, as_of, base_version)
            VALUES (?, ?, ?, ?, 'BUILDING', ?, ?)
            """;

    private static final String PLAN = """
            INSERT INTO segment_publication (directory_id, segment_id, version, base_version, kind, actor)
            VALUES (?, ?, ?, ?, 'REBUILD', ?)
            """;

    private static final String PLANNED = """
            SELECT segment_id, id FROM segment_publication
            WHERE directory_id = :directory AND segment_id IN (:segments) AND version = :version
              AND published_at IS NULL
            """;

    private static final String CARRY_OVER = """
            INSERT INTO segment_block (directory_id, segment_id, version, block, members_version, members)
            SELECT directory_id, segment_id, :version, block, members_version, members
            FROM segment_block
            WHERE directory_id = :directory AND segment_id = :segment AND version = :base AND block NOT IN (:except)
            """;

    private static final String LAST_BLOCK = """
            SELECT COALESCE(MAX(b.block), -1)
            FROM segment_version v
            JOIN segment_block b ON b.directory_id = v.directory_id AND b.segment_id = v.segment_id
              AND b.version = v.base_version
            WHERE v.directory_id = ? AND v.state = 'BUILDING'
            """;

    /** No block has this number. */
    private static final int NO_BLOCK = -1;

    private final JdbcClient jdbc;
    private final SegmentGate gate;
    private final Cleaning cleaning;

    /** The versions in a database. */
    public Versions(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.gate = new SegmentGate(jdbc);
        this.cleaning = new Cleaning(jdbc);
    }

    /** Passes the directory's gate, so that definitions and published versions stay as they are until the end. */
    public void pass(int directory) {
        gate.pass(directory);
    }

    /**
     * Begins the next version of some segments, and removes what a rebuild that was cut off has left. The directory's
     * gate is held.
     *
     * @param actor who or what causes the rebuild
     */
    public List<Building> begin(Fence fence, Collection<Segment> segments, Instant asOf, String actor) {
        fence.check(jdbc);
        List<Long> leftovers =
                jdbc.sql(LEFTOVERS).param(fence.directory()).query(Long.class).list();
        jdbc.sql(FORGET_LEFTOVERS).param(fence.directory()).update();
        leftovers.forEach(segment -> cleaning.clean(fence.directory(), segment));
        for (Segment segment : segments) {
            jdbc.sql(ENTER)
                    .params(values(
                            fence.directory(),
                            segment.number(),
                            fence.version(),
                            segment.revision(),
                            asOf.toEpochMilli(),
                            segment.published()))
                    .update();
            jdbc.sql(PLAN)
                    .params(values(fence.directory(), segment.number(), fence.version(), segment.published(), actor))
                    .update();
        }

        Map<Long, Long> publications = publications(fence, segments);
        List<Building> building = new ArrayList<>();
        for (Segment segment : segments) {
            long publication = publications.getOrDefault(segment.number(), 0L);
            building.add(new Building(segment.number(), segment.revision(), segment.published(), publication));
        }

        return building;
    }

    private Map<Long, Long> publications(Fence fence, Collection<Segment> segments) {
        Map<Long, Long> publications = new HashMap<>();
        if (!segments.isEmpty()) {
            jdbc.sql(PLANNED)
                    .param("directory", fence.directory())
                    .param("segments", segments.stream().map(Segment::number).toList())
                    .param("version", fence.version())
                    .query(row -> {
                        publications.put(row.getLong(1), row.getLong(2));
                    });
        }

        return publications;
    }

    /** The last block in which a version that is published has members, of those being built anew; -1 when none. */
    public int lastBlock(int directory) {
        return jdbc.sql(LAST_BLOCK).param(directory).query(Integer.class).single();
    }

    /** Carries all blocks but some over from the version that is published. */
    public void carryOver(Fence fence, Building building, Set<Integer> except) {
        fence.check(jdbc);
        List<Integer> blocks = new ArrayList<>(except);
        blocks.add(NO_BLOCK);
        jdbc.sql(CARRY_OVER)
                .param("version", fence.version())
                .param("directory", fence.directory())
                .param("segment", building.segment())
                .param("base", building.base())
                .param("except", blocks)
                .update();
    }

    /** Deletes what nobody can be switched to any more. */
    public void clean(int directory, long segment) {
        cleaning.clean(directory, segment);
    }

    private static List<@Nullable Object> values(@Nullable Object... values) {
        List<@Nullable Object> list = new ArrayList<>();
        Collections.addAll(list, values);
        return list;
    }
}
