package io.muster.load;

import io.muster.support.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.InflaterInputStream;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what runs did, contact by contact, a block at a time. */
public final class JournalReader {

    // In the order of their commits: what one block has let go, a later one may have taken.
    private static final String BLOCKS =
            "SELECT round, block FROM run_block WHERE run_id = ? ORDER BY round, committed_at, block";

    private static final String BLOCKS_OF_CONTACT = """
        SELECT round, block FROM run_block
        WHERE run_id = ? AND first_number <= ? AND last_number >= ?
        ORDER BY round, committed_at, block
        """;

    private static final String PARTS =
            "SELECT entries FROM run_journal WHERE run_id = ? AND round = ? AND block = ? ORDER BY part";

    private static final String EXTENTS = """
        SELECT b.run_id, COUNT(*), COUNT(*) - COUNT(CASE WHEN EXISTS (
          SELECT 1 FROM run_journal j WHERE j.run_id = b.run_id AND j.round = b.round AND j.block = b.block) THEN 1 END)
        FROM run_block b
        WHERE b.run_id IN (:runs)
        GROUP BY b.run_id
        """;

    private final JdbcClient jdbc;

    /** A block of a run: its round and its number there. */
    public record Place(int round, int block) {}

    /**
     * How much there is.
     *
     * @param blocks the blocks that a run committed
     * @param without those of them that have no journal any more
     */
    public record Extent(long blocks, long without) {}

    /** Reads the journals in a database. */
    public JournalReader(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** All entries of a run, in the order of its blocks. */
    public void forEach(long run, Consumer<JournalEntry> sink) {
        for (Place place : blocks(run)) {
            read(run, place).entries().forEach(sink);
        }
    }

    /** The blocks that a run committed, round by round in the order in which it did so. */
    public List<Place> blocks(long run) {
        return jdbc.sql(BLOCKS)
                .param(run)
                .query((result, ignored) -> new Place(result.getInt(1), result.getInt(2)))
                .list();
    }

    /** Those of the blocks whose contacts' numbers lie around that of a contact. */
    public List<Place> blocks(long run, long contact) {
        return jdbc.sql(BLOCKS_OF_CONTACT)
                .params(run, contact, contact)
                .query((result, ignored) -> new Place(result.getInt(1), result.getInt(2)))
                .list();
    }

    /** How much is there of what each of some runs did. */
    public Map<Long, Extent> extents(Collection<Long> runs) {
        Map<Long, Extent> extents = new HashMap<>();
        if (!runs.isEmpty()) {
            runs.forEach(run -> extents.put(run, new Extent(0, 0)));
            jdbc.sql(EXTENTS).param("runs", runs).query(row -> {
                extents.put(row.getLong(1), new Extent(row.getLong(2), row.getLong(3)));
            });
        }

        return extents;
    }

    /** What a block did. */
    public JournalBlock read(long run, Place place) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        jdbc.sql(PARTS)
                .params(run, place.round(), place.block())
                .query(byte[].class)
                .list()
                .forEach(bytes::writeBytes);
        if (bytes.size() == 0) {
            throw Refusal.failed(
                    "BEFORE_IMAGES_GONE",
                    "Cannot read what a block of the run did: its journal is gone, since journals are kept for some time"
                            + " only. Import the right values instead.");
        }

        return JournalBlock.read(ByteBuffer.wrap(inflate(bytes.toByteArray())));
    }

    private static byte[] inflate(byte[] deflated) {
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(deflated))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
