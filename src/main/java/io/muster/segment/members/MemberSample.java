package io.muster.segment.members;

import io.muster.segment.Segment;
import io.muster.segment.publish.Bitmaps;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
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

    private static final String BITMAP = """
        SELECT members FROM segment_members
        WHERE directory_id = ? AND segment_id = ? AND version = ? AND block = ?
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

            PeekableIntIterator positions = bitmap(segment, block).getIntIterator();
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
        List<Long> numbers = new ArrayList<>();
        long before = 0;
        long taken = 0;
        for (Block block : blocks) {
            RoaringBitmap members = null;
            while (taken < wanted && taken * all / wanted < before + block.members()) {
                // A version that was replaced meanwhile may be gone: then there are fewer.
                members = members == null ? bitmap(segment, block) : members;
                int rank = (int) (taken * all / wanted - before);
                if (rank < members.getCardinality()) {
                    numbers.add(((long) block.block() << BLOCK_BITS) + members.select(rank));
                }

                taken++;
            }

            before += block.members();
        }

        return numbers;
    }

    private RoaringBitmap bitmap(Segment segment, Block block) {
        @Nullable
        RoaringBitmap found = jdbc.sql(BITMAP)
                .params(segment.directory(), segment.number(), block.version(), block.block())
                .query((row, index) -> Bitmaps.unpack(row.getBytes(1)))
                .optional()
                .orElse(null);
        return found == null ? new RoaringBitmap() : found;
    }
}
