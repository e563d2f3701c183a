package io.muster.load;

import io.muster.support.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.InflaterInputStream;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what runs did, contact by contact, a block at a time. */
public final class JournalReader {

    private static final String BLOCKS = "SELECT round, block FROM run_block WHERE run_id = ? ORDER BY round, block";

    private static final String PARTS =
            "SELECT entries FROM run_journal WHERE run_id = ? AND round = ? AND block = ? ORDER BY part";

    private static final String BLOCKS_WITHOUT = """
        SELECT COUNT(*)
        FROM run_block b
        WHERE b.run_id = ? AND NOT EXISTS (
          SELECT 1 FROM run_journal j WHERE j.run_id = b.run_id AND j.round = b.round AND j.block = b.block)
        """;

    private final JdbcClient jdbc;

    /** A block of a run: its round and its number there. */
    public record Place(int round, int block) {}

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

    /** The blocks that a run committed, in their order. */
    public List<Place> blocks(long run) {
        return jdbc.sql(BLOCKS)
                .param(run)
                .query((result, ignored) -> new Place(result.getInt(1), result.getInt(2)))
                .list();
    }

    /** How many of the blocks that a run committed have no journal any more. */
    public long blocksWithout(long run) {
        return jdbc.sql(BLOCKS_WITHOUT).param(run).query(Long.class).single();
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
                    "Cannot read what a block of the run did: its journal is gone. Journals are kept for some time only.");
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
