package io.muster.segment.members;

import io.muster.segment.Segment;
import io.muster.segment.publish.Bitmaps;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Some members of a segment, spread evenly over all of them in the order of the contacts' making. */
public final class MemberSample {

    private static final String BLOCKS = """
        SELECT block, members_version, members FROM segment_block
        WHERE directory_id = ? AND segment_id = ? AND version = ?
        ORDER BY block
        """;

    private static final String BITMAPS = """
        SELECT block, members FROM segment_members
        WHERE directory_id = :directory AND segment_id = :segment AND (version, block) IN (:places)
        """;

    private static final int BLOCK_BITS = 16;

    private final JdbcClient jdbc;

    /** Reads from that database. */
    public MemberSample(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private record Block(int block, long version, int members) {}

    /** Numbers of at most so many members of the version that readers see; all of them where there are no more. */
    public List<Long> numbers(Segment segment, int most) {
        Long version = segment.published();
        return version == null ? List.of() : numbers(segment, version, most);
    }

    /** Numbers of at most so many members of the version that readers see, after a number. */
    public List<Long> after(Segment segment, long after, int most) {
        Long version = segment.published();
        List<Long> numbers = new ArrayList<>();
        if (version == null) {
            return numbers;
        }

        for (Block block : blocks(segment, version)) {
            long first = (long) block.block() << BLOCK_BITS;
            if (numbers.size() == most || after >= first + (1 << BLOCK_BITS) - 1) {
                continue;
            }

            PeekableIntIterator positions = bitmaps(segment, List.of(block))
                    .getOrDefault(block.block(), new RoaringBitmap())
                    .getIntIterator();
            positions.advanceIfNeeded((int) Math.max(0, after + 1 - first));
            while (positions.hasNext() && numbers.size() < most) {
                numbers.add(first + positions.next());
            }
        }

        return numbers;
    }

    private List<Block> blocks(Segment segment, long version) {
        return jdbc.sql(BLOCKS)
                .params(segment.directory(), segment.number(), version)
                .query((row, index) -> new Block(row.getInt(1), row.getLong(2), row.getInt(3)))
                .list();
    }

    private List<Long> numbers(Segment segment, long version, int most) {
        List<Block> blocks = blocks(segment, version);
        long all = blocks.stream().mapToLong(Block::members).sum();
        long wanted = Math.min(all, most);
        Map<Block, List<Integer>> ranks = new LinkedHashMap<>();
        long before = 0;
        long taken = 0;
        for (Block block : blocks) {
            while (taken < wanted && taken * all / wanted < before + block.members()) {
                ranks.computeIfAbsent(block, first -> new ArrayList<>()).add((int) (taken * all / wanted - before));
                taken++;
            }

            before += block.members();
        }

        // A version that was replaced meanwhile may be gone: then there are fewer.
        Map<Integer, RoaringBitmap> members = bitmaps(segment, ranks.keySet());
        List<Long> numbers = new ArrayList<>();
        ranks.forEach((block, some) -> {
            RoaringBitmap of = members.getOrDefault(block.block(), new RoaringBitmap());
            some.stream()
                    .filter(rank -> rank < of.getCardinality())
                    .forEach(rank -> numbers.add(((long) block.block() << BLOCK_BITS) + of.select(rank)));
        });
        return numbers;
    }

    private Map<Integer, RoaringBitmap> bitmaps(Segment segment, Collection<Block> blocks) {
        Map<Integer, RoaringBitmap> bitmaps = new HashMap<>();
        if (!blocks.isEmpty()) {
            jdbc.sql(BITMAPS)
                    .param("directory", segment.directory())
                    .param("segment", segment.number())
                    .param(
                            "places",
                            blocks.stream()
                                    .map(block -> new Object[] {block.version(), block.block()})
                                    .toList())
                    .query(row -> {
                        bitmaps.put(row.getInt(1), Bitmaps.unpack(row.getBytes(2)));
                    });
        }

        return bitmaps;
    }
}
