package io.muster.jobs;

import io.muster.support.Sha256;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/**
 * The ledger of deliveries: which file of which automation was taken, by which run, and what became of the file. A file
 * is the same delivery as long as path, size and time are the same; forcing it makes a new generation.
 */
public final class Deliveries {

    /** The automation of imports that have none. */
    public static final long NO_AUTOMATION = 0;

    private static final String COLUMNS = """
            SELECT id, automation_id, path, generation, size, modified_at, sha256, state, disposal, archived_as, run_id
            FROM delivery
            """;

    private static final String FIND = COLUMNS + "WHERE id = :id";

    private static final String NEWEST = COLUMNS + """
                    WHERE automation_id = :automation AND listing_key = :key
                    ORDER BY generation DESC
                    LIMIT 1
                    """;

    private static final String PENDING = COLUMNS + """
                    WHERE automation_id = :automation AND disposal IN ('ARCHIVE_PENDING', 'DELETE_PENDING')
                    ORDER BY id
                    """;

    private static final String SAME_CONTENT = COLUMNS + """
                    WHERE automation_id = :automation AND sha256 = :sha256 AND id < :before AND state = 'IMPORTED'
                    ORDER BY id DESC
                    LIMIT 1
                    """;

    private static final String INSERT = """
            INSERT INTO delivery (automation_id, path, listing_key, generation, size, modified_at, state, disposal,
              created_at)
            VALUES (:automation, :path, :key, :generation, :size, :modified, 'WAITING', 'LEFT', :now)
            """;

    private static final String TAKE = "UPDATE delivery SET state = 'TAKEN', run_id = :run WHERE id = :id";

    private static final String HASH = "UPDATE delivery SET sha256 = :sha256, size = :size WHERE id = :id";

    private static final String STATE = "UPDATE delivery SET state = :state, disposal = :disposal WHERE id = :id";

    private static final String DISPOSED =
            "UPDATE delivery SET disposal = :disposal, archived_as = :archived WHERE id = :id";

    private final JdbcClient jdbc;
    private final InstantSource clock;

    /** What becomes of a delivery. */
    public enum State {
        /** Known, not worked on. */
        WAITING,
        /** A run works on it or has failed on it. */
        TAKEN,
        /** Loaded and balanced. */
        IMPORTED,
        /** Given up by an operator. */
        ABANDONED
    }

    /** What becomes of the file on the source. */
    public enum Disposal {
        LEFT,
        ARCHIVE_PENDING,
        ARCHIVED,
        DELETE_PENDING,
        DELETED
    }

    /**
     * A delivery.
     *
     * @param sha256 hash of its content in hexadecimal; null until it was fetched
     * @param archivedAs where the file was moved to; null when it was not
     * @param run the run that took it last; null when none did
     */
    public record Delivery(
            long id,
            long automation,
            String path,
            int generation,
            long size,
            Instant modified,
            @Nullable String sha256,
            State state,
            Disposal disposal,
            @Nullable String archivedAs,
            @Nullable Long run) {}

    /** A ledger in a database. */
    public Deliveries(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** The delivery with a numeric id. */
    public Optional<Delivery> find(long id) {
        return jdbc.sql(FIND).param("id", id).query(Deliveries::delivery).optional();
    }

    /** The newest generation of a listed file; empty when it was never seen. */
    public Optional<Delivery> newest(long automation, String path, long size, Instant modified) {
        return jdbc.sql(NEWEST)
                .param("automation", automation)
                .param("key", key(path, size, modified))
                .query(Deliveries::delivery)
                .optional();
    }

    /** Deliveries whose file is still to be archived or deleted, oldest first. */
    public List<Delivery> disposalPending(long automation) {
        return jdbc.sql(PENDING)
                .param("automation", automation)
                .query(Deliveries::delivery)
                .list();
    }

    /** An earlier imported delivery of the same automation with the same content. */
    public Optional<Delivery> sameContent(Delivery delivery, byte[] sha256) {
        return jdbc.sql(SAME_CONTENT)
                .param("automation", delivery.automation())
                .param("sha256", sha256)
                .param("before", delivery.id())
                .query(Deliveries::delivery)
                .optional();
    }

    /** Enters a delivery; a further one of the same listed file is its next generation. */
    public Delivery enter(long automation, String path, long size, Instant modified) {
        while (true) {
            try {
                return enterNext(automation, path, size, modified);
            } catch (DuplicateKeyException e) {
                // Somebody else has just entered the same file; this one is the next generation.
            }
        }
    }

    private Delivery enterNext(long automation, String path, long size, Instant modified) {
        int generation = newest(automation, path, size, modified)
                .map(known -> known.generation() + 1)
                .orElse(1);
        GeneratedKeyHolder key = new GeneratedKeyHolder();
        jdbc.sql(INSERT)
                .param("automation", automation)
                .param("path", path)
                .param("key", key(path, size, modified))
                .param("generation", generation)
                .param("size", size)
                .param("modified", modified.toEpochMilli())
                .param("now", clock.millis())
                .update(key, "id");
        return find(Objects.requireNonNull(key.getKey()).longValue()).orElseThrow();
    }

    /** Notes the run that works on a delivery. */
    public void take(long id, long run) {
        jdbc.sql(TAKE).param("run", run).param("id", id).update();
    }

    /** Notes what was fetched. */
    public void fetched(long id, byte[] sha256, long size) {
        jdbc.sql(HASH)
                .param("sha256", sha256)
                .param("size", size)
                .param("id", id)
                .update();
    }

    /** Notes what has become of a delivery and what is to become of its file. */
    public void settle(long id, State state, Disposal disposal) {
        jdbc.sql(STATE)
                .param("state", state.name())
                .param("disposal", disposal.name())
                .param("id", id)
                .update();
    }

    /** Notes what has become of the file. */
    public void disposed(long id, Disposal disposal, @Nullable String archivedAs) {
        jdbc.sql(DISPOSED)
                .param("disposal", disposal.name())
                .param("archived", archivedAs)
                .param("id", id)
                .update();
    }

    private static byte[] key(String path, long size, Instant modified) {
        return Sha256.of(path, Long.toString(size), Long.toString(modified.toEpochMilli()))
                .bytes();
    }

    private static Delivery delivery(ResultSet result, int row) throws SQLException {
        byte[] sha256 = result.getBytes("sha256");
        long run = result.getLong("run_id");
        boolean taken = !result.wasNull();
        return new Delivery(
                result.getLong("id"),
                result.getLong("automation_id"),
                result.getString("path"),
                result.getInt("generation"),
                result.getLong("size"),
                Instant.ofEpochMilli(result.getLong("modified_at")),
                sha256 == null ? null : java.util.HexFormat.of().formatHex(sha256),
                State.valueOf(result.getString("state")),
                Disposal.valueOf(result.getString("disposal")),
                result.getString("archived_as"),
                taken ? run : null);
    }
}
