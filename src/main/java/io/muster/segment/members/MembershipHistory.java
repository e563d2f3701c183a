package io.muster.segment.members;

import io.muster.database.PageReads;
import io.muster.segment.Segment;
import io.muster.segment.publish.Bitmaps;
import io.muster.support.Ids;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** In which segments contacts are, and who joined and left when. */
public final class MembershipHistory {

    private static final String SEGMENTS_OF = """
        SELECT STRAIGHT_JOIN s.id, m.members
        FROM segment s
        JOIN segment_block b ON b.directory_id = s.directory_id AND b.segment_id = s.id
          AND b.version = s.published_version
        JOIN segment_members m ON m.directory_id = b.directory_id AND m.segment_id = b.segment_id
          AND m.version = b.members_version AND m.block = b.block
        WHERE s.directory_id = ? AND b.block = ?
        ORDER BY s.name
        """;

    private static final String CHANGES_OF = """
        SELECT c.segment_id, s.name, p.version, p.published_at, c.joined, c.gone
        FROM segment_change c
        JOIN segment_publication p ON p.id = c.publication_id
        JOIN segment s ON s.id = c.segment_id
        WHERE c.directory_id = :directory AND c.block = :block AND p.published_at IS NOT NULL
          AND c.segment_id = :segment
        ORDER BY p.published_at DESC, c.publication_id DESC
        """;

    private static final String CHANGES_BEFORE = """
        SELECT c.segment_id, s.name, p.version, p.published_at, c.joined, c.gone, p.id
        FROM segment_change c
        JOIN segment_publication p ON p.id = c.publication_id
        JOIN segment s ON s.id = c.segment_id
        WHERE c.directory_id = :directory AND c.block = :block
          AND (p.published_at < :at OR (p.published_at = :at AND p.id < :publication))
        ORDER BY p.published_at DESC, p.id DESC
        LIMIT %d
        """.formatted(MembershipHistory.AT_ONCE);

    private static final String PUBLICATIONS = """
        SELECT id, version, base_version, kind, actor, members, added, removed, published_at
        FROM segment_publication
        WHERE directory_id = ? AND segment_id = ? AND published_at IS NOT NULL
        ORDER BY published_at DESC, id DESC
        LIMIT ?
        """;

    private static final String CHANGES = """
        SELECT block, joined, gone FROM segment_change
        WHERE directory_id = ? AND segment_id = ? AND publication_id = ?
        ORDER BY block
        """;

    private static final int AT_ONCE = 500;
    private static final int BLOCK_BITS = 16;
    private static final int POSITION = 0xFFFF;

    private final JdbcClient jdbc;
    private final Ids ids;
    private final PageReads reads;

    /** Reads from that database. */
    public MembershipHistory(JdbcClient jdbc, Ids ids) {
        this.jdbc = jdbc;
        this.ids = ids;
        this.reads = PageReads.of(jdbc);
    }

    /** Who joined and who left. */
    public enum Change {
        JOINED,
        LEFT
    }

    /** Numeric ids of the segments that a contact is a member of, by the segments' names. */
    public List<Long> segmentsOf(int directory, long number) {
        int position = (int) (number & POSITION);
        List<Long> segments = new ArrayList<>();
        jdbc.sql(SEGMENTS_OF).params(directory, (int) (number >>> BLOCK_BITS)).query(row -> {
            if (Bitmaps.unpack(row.getBytes(2)).contains(position)) {
                segments.add(row.getLong(1));
            }
        });
        return segments;
    }

    /**
     * When a contact joined and left segments, newest first.
     *
     * @param segment only this one; null for all
     */
    public List<MembershipChange> of(int directory, long number, @Nullable Long segment, int most) {
        if (segment == null) {
            return before(directory, number, Long.MAX_VALUE, Long.MAX_VALUE, most).stream()
                    .map(Dated::change)
                    .toList();
        }

        int position = (int) (number & POSITION);
        List<MembershipChange> changes = new ArrayList<>();
        jdbc.sql(CHANGES_OF)
                .param("directory", directory)
                .param("block", (int) (number >>> BLOCK_BITS))
                .param("segment", segment)
                .query(row -> {
                    if (changes.size() < most) {
                        add(changes, row, position);
                    }
                });
        return changes;
    }

    /**
     * A change with the switch that made it.
     *
     * @param publication grows from switch to switch
     */
    public record Dated(long publication, MembershipChange change) {}

    /**
     * When a contact joined and left segments, newest first, those of one moment by falling publication.
     *
     * @param at epoch milliseconds; later changes are left out
     * @param publication of that moment itself, only changes of lower publications count
     */
    public List<Dated> before(int directory, long number, long at, long publication, int most) {
        List<Dated> found = new ArrayList<>();
        Place place = new Place(directory, number, at, publication);
        Some some;
        do {
            Place from = place;
            some = reads.once(from, () -> some(from));
            found.addAll(some.found());
            place = some.next();
        } while (found.size() < most && !some.isLast());
        return found.subList(0, Math.min(most, found.size()));
    }

    /** Where to go on among the changes around a contact. */
    private record Place(int directory, long number, long at, long publication) {}

    private record Some(List<Dated> found, Place next, boolean isLast) {}

    private Some some(Place from) {
        int position = (int) (from.number() & POSITION);
        List<Dated> found = new ArrayList<>();
        Place[] last = {from};
        int[] read = {0};
        jdbc.sql(CHANGES_BEFORE)
                .param("directory", from.directory())
                .param("block", (int) (from.number() >>> BLOCK_BITS))
                .param("at", from.at())
                .param("publication", from.publication())
                .query(row -> {
                    read[0]++;
                    last[0] =
                            new Place(from.directory(), from.number(), row.getLong("published_at"), row.getLong("id"));
                    List<MembershipChange> changes = new ArrayList<>();
                    add(changes, row, position);
                    changes.forEach(change -> found.add(new Dated(last[0].publication(), change)));
                });
        return new Some(found, last[0], read[0] < AT_ONCE);
    }

    private static void add(List<MembershipChange> changes, ResultSet row, int position) throws SQLException {
        boolean joined = Bitmaps.unpack(row.getBytes("joined")).contains(position);
        if (joined || Bitmaps.unpack(row.getBytes("gone")).contains(position)) {
            changes.add(new MembershipChange(
                    row.getLong("segment_id"),
                    row.getString("name"),
                    row.getLong("version"),
                    joined,
                    row.getLong("published_at")));
        }
    }

    /** The switches of a segment, newest first: its counts over time. */
    public List<Publication> publications(Segment segment, int most) {
        return jdbc.sql(PUBLICATIONS)
                .params(segment.directory(), segment.number(), most)
                .query((row, index) -> new Publication(
                        row.getLong(1),
                        row.getLong(2),
                        row.getObject(3) == null ? null : row.getLong(3),
                        row.getString(4),
                        row.getString(5),
                        row.getLong(6),
                        row.getLong(7),
                        row.getLong(8),
                        row.getLong(9)))
                .list();
    }

    /** Who joined and who left with a switch, block by block: the contacts' ids. */
    public void forEachChange(Segment segment, Publication publication, BiConsumer<Change, String> sink) {
        jdbc.sql(CHANGES)
                .params(segment.directory(), segment.number(), publication.number())
                .query(row -> {
                    long base = (long) row.getInt(1) << BLOCK_BITS;
                    Bitmaps.unpack(row.getBytes(2))
                            .forEach((int position) -> sink.accept(Change.JOINED, id(segment, base + position)));
                    Bitmaps.unpack(row.getBytes(3))
                            .forEach((int position) -> sink.accept(Change.LEFT, id(segment, base + position)));
                });
    }

    private String id(Segment segment, long number) {
        return ids.contact(segment.directory(), number);
    }
}
