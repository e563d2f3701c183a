package io.muster.directory.changes;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;
import org.roaringbitmap.longlong.Roaring64NavigableMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The positions of readers, and whether anybody reads. */
final class ReaderRows {

    private static final String READ = """
        SELECT r.state, r.epoch, r.low_id, r.seen, g.settled_id
        FROM change_reader r
        JOIN identity_gate g ON g.directory_id = r.directory_id
        WHERE r.directory_id = ? AND r.name = ?
        """;

    private static final String LOCK = """
        SELECT state, epoch, low_id, seen, 0
        FROM change_reader
        WHERE directory_id = ? AND name = ?
        FOR UPDATE
        """;

    private static final String WRITE = """
        INSERT INTO change_reader (directory_id, name, state, epoch, low_id, seen, started_at, moved_at)
        VALUES (:directory, :name, 'READING', 1, :low, '', :now, :now)
        ON DUPLICATE KEY UPDATE state = 'READING', epoch = epoch + 1, low_id = :low, seen = '', started_at = :now,
          moved_at = :now
        """;

    private static final String MOVE = """
        UPDATE change_reader
        SET low_id = :low, seen = :seen, moved_at = :now
        WHERE directory_id = :directory AND name = :name
        """;

    private static final String END =
            "UPDATE change_reader SET state = 'ENDED' WHERE directory_id = :directory AND name = :name";

    private static final String OVERTAKE = """
        UPDATE change_reader
        SET state = 'BEHIND'
        WHERE directory_id = :directory AND state = 'READING' AND low_id < :id
        """;

    private static final String LOWEST =
            "SELECT MIN(low_id) FROM change_reader WHERE directory_id = :directory AND state = 'READING'";

    private final JdbcClient jdbc;

    /** A reader that was started once; {@code settled} is the directory's mark when the position was read. */
    record Row(ChangeReader.State state, int epoch, long low, Roaring64NavigableMap seen, long settled) {}

    ReaderRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<Row> read(int directory, String name) {
        return jdbc.sql(READ)
                .params(directory, name)
                .query((row, index) -> row(row))
                .optional();
    }

    static Optional<Row> read(Connection connection, int directory, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setInt(1, directory);
            statement.setString(2, name);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? Optional.of(row(result)) : Optional.empty();
            }
        }
    }

    Optional<Row> lock(int directory, String name) {
        return jdbc.sql(LOCK)
                .params(directory, name)
                .query((row, index) -> row(row))
                .optional();
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                ChangeReader.State.valueOf(row.getString(1)),
                row.getInt(2),
                row.getLong(3),
                ids(row.getBytes(4)),
                row.getLong(5));
    }

    void start(int directory, String name, long low, long now) {
        jdbc.sql(WRITE)
                .param("directory", directory)
                .param("name", name)
                .param("low", low)
                .param("now", now)
                .update();
    }

    void move(int directory, String name, long low, Roaring64NavigableMap seen, long now) {
        jdbc.sql(MOVE)
                .param("directory", directory)
                .param("name", name)
                .param("low", low)
                .param("seen", bytes(seen))
                .param("now", now)
                .update();
    }

    void end(int directory, String name) {
        jdbc.sql(END).param("directory", directory).param("name", name).update();
    }

    /** Readers that have not passed the id lose their position. */
    void overtake(int directory, long id) {
        jdbc.sql(OVERTAKE).param("directory", directory).param("id", id).update();
    }

    /** The id that every reader has passed; empty when nobody reads. */
    OptionalLong lowest(int directory) {
        Long lowest = jdbc.sql(LOWEST)
                .param("directory", directory)
                .query(Long.class)
                .optional()
                .orElse(null);
        return lowest == null ? OptionalLong.empty() : OptionalLong.of(lowest);
    }

    private static Roaring64NavigableMap ids(byte[] stored) {
        Roaring64NavigableMap ids = new Roaring64NavigableMap();
        if (stored.length > 0) {
            try {
                ids.deserializePortable(new DataInputStream(new ByteArrayInputStream(stored)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        return ids;
    }

    private static byte[] bytes(Roaring64NavigableMap ids) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (!ids.isEmpty()) {
            ids.runOptimize();
            try {
                ids.serializePortable(new DataOutputStream(bytes));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        return bytes.toByteArray();
    }
}
