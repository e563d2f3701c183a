package io.muster.load;

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

    private final JdbcClient jdbc;

    /** Reads the journals in a database. */
    public JournalReader(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** All entries of a run, in the order of its blocks. */
    public void forEach(long run, Consumer<JournalEntry> sink) {
        List<int[]> blocks = jdbc.sql(BLOCKS)
                .param(run)
                .query((result, ignored) -> new int[] {result.getInt(1), result.getInt(2)})
                .list();
        for (int[] block : blocks) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            jdbc.sql(PARTS)
                    .params(run, block[0], block[1])
                    .query(byte[].class)
                    .list()
                    .forEach(bytes::writeBytes);
            ByteBuffer entries = ByteBuffer.wrap(inflate(bytes.toByteArray()));
            int count = entries.getInt();
            for (int i = 0; i < count; i++) {
                sink.accept(JournalEntry.read(entries));
            }
        }
    }

    private static byte[] inflate(byte[] deflated) {
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(deflated))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
