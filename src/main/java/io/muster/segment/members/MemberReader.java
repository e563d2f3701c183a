package io.muster.segment.members;

import io.muster.segment.Segment;
import io.muster.segment.publish.Bitmaps;
import io.muster.support.Ids;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Goes through the members of a segment's published version in number order, within the current transaction. */
final class MemberReader {

    private static final String PUBLISHED = "SELECT published_version FROM segment WHERE id = ?";

    private static final String BLOCKS = """
        SELECT block, members_version FROM segment_block
        WHERE directory_id = ? AND segment_id = ? AND version = ? AND block >= ?
        ORDER BY block
        """;

    private static final String BITMAP = """
        SELECT members FROM segment_members
        WHERE directory_id = ? AND segment_id = ? AND version = ? AND block = ?
        """;

    private static final String RANGE = """
        SELECT number, ext_ref FROM contact
        WHERE directory_id = :directory AND number BETWEEN :first AND :last
        ORDER BY number
        """;

    private static final String SOME = """
        SELECT number, ext_ref FROM contact
        WHERE directory_id = :directory AND number IN (:numbers)
        ORDER BY number
        """;

    private static final int BLOCK_BITS = 16;
    private static final int AT_ONCE = 1_000;
    /** From one member in so many contact numbers on, passing over the others costs less than asking for each. */
    private static final int DENSE = 8;
    // MySQL's driver then hands out rows one by one instead of keeping the whole result.
    private static final int ROW_BY_ROW = Integer.MIN_VALUE;

    private final JdbcClient jdbc;
    private final Ids ids;

    MemberReader(JdbcClient jdbc, Ids ids) {
        this.jdbc = jdbc;
        this.ids = ids;
    }

    /** Takes members. */
    interface Sink {

        /** Takes one; false for no more. */
        boolean take(long number, Member member) throws IOException;
    }

    Optional<Long> published(long segment) {
        return jdbc.sql(PUBLISHED)
                .param(segment)
                .query((row, index) -> Optional.ofNullable(row.getObject(1, Long.class)))
                .optional()
                .flatMap(version -> version);
    }

    /** Whether members of a version, which had some, are still there. */
    boolean isKept(Segment segment, long version) {
        return !jdbc.sql(BLOCKS)
                .params(segment.directory(), segment.number(), version, 0)
                .query((row, index) -> row.getInt(1))
                .list()
                .isEmpty();
    }

    private record BlockOf(int block, long membersVersion) {}

    /** Hands out the members behind a number. */
    void read(int directory, long segment, long version, long after, Sink sink) throws IOException {
        List<BlockOf> blocks = jdbc.sql(BLOCKS)
                .params(directory, segment, version, (int) (after >>> BLOCK_BITS))
                .query((row, index) -> new BlockOf(row.getInt(1), row.getLong(2)))
                .list();
        for (BlockOf block : blocks) {
            RoaringBitmap members = jdbc.sql(BITMAP)
                    .params(directory, segment, block.membersVersion(), block.block())
                    .query((row, index) -> Bitmaps.unpack(row.getBytes(1)))
                    .single();
            long base = (long) block.block() << BLOCK_BITS;
            if (after >= base) {
                members.remove(0L, after - base + 1);
            }

            if (!members.isEmpty() && !new Handing(directory, base, members, sink).all()) {
                return;
            }
        }
    }

    /** Hands out the members of one block. */
    private final class Handing {

        private final int directory;
        private final long base;
        private final RoaringBitmap members;
        private final Sink sink;
        private boolean more = true;
        private @Nullable IOException failure;

        Handing(int directory, long base, RoaringBitmap members, Sink sink) {
            this.directory = directory;
            this.base = base;
            this.members = members;
            this.sink = sink;
        }

        boolean all() throws IOException {
            int width = members.last() - members.first() + 1;
            if (width / members.getCardinality() < DENSE) {
                jdbc.sql(RANGE)
                        .withFetchSize(ROW_BY_ROW)
                        .param("directory", directory)
                        .param("first", base + members.first())
                        .param("last", base + members.last())
                        .query(row -> {
                            take(row.getLong(1), row.getString(2));
                        });
            } else {
                some();
            }

            IOException failed = failure;
            if (failed != null) {
                throw failed;
            }

            return more;
        }

        private void some() {
            PeekableIntIterator positions = members.getIntIterator();
            while (more && positions.hasNext()) {
                List<Long> numbers = new ArrayList<>(AT_ONCE);
                while (numbers.size() < AT_ONCE && positions.hasNext()) {
                    numbers.add(base + positions.next());
                }

                jdbc.sql(SOME)
                        .param("directory", directory)
                        .param("numbers", numbers)
                        .query(row -> {
                            take(row.getLong(1), row.getString(2));
                        });
            }
        }

        private void take(long number, @Nullable String reference) {
            if (!more || !members.contains((int) (number - base))) {
                return;
            }

            try {
                more = sink.take(number, new Member(ids.contact(directory, number), reference));
            } catch (IOException e) {
                // What is left of the rows is only passed over.
                failure = e;
                more = false;
            }
        }
    }
}
