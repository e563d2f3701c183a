package io.muster.jobs;

import io.muster.extract.source.SourceFile;
import io.muster.support.Refusal;
import io.muster.support.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/**
 * The ledger of deliveries: which file of which automation was taken, by which run, and what happened to it. A file
 * is the same delivery as long as path, size and time are the same; forcing it makes a new generation.
 */
public final class Deliveries {

    private static final int MOST_PATH_CHARS = 2_000;

    /** The automation of imports that have none. */
    public static final long NO_AUTOMATION = 0;

    private static final String COLUMNS = """
        SELECT id, automation_id, origin, path, generation, size, modified_at, sha256, state, disposal, archived_as, run_id
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
        INSERT INTO delivery (automation_id, origin, path, listing_key, generation, size, modified_at, state, disposal,
          created_at)
        VALUES (:automation, :origin, :path, :key, :generation, :size, :modified, 'WAITING', 'LEFT', :now)
        """;

    private static final String TAKE = "UPDATE delivery SET state = 'TAKEN', run_id = :run WHERE id = :id";

    private static final String HASH = """
        UPDATE delivery SET sha256 = :sha256, size = :size, state = IF(state = 'GONE', 'TAKEN', state)
        WHERE id = :id
        """;

    private static final String STATE = "UPDATE delivery SET state = :state, disposal = :disposal WHERE id = :id";

    private static final String DISPOSED =
            "UPDATE delivery SET disposal = :disposal, archived_as = :archived WHERE id = :id";

    private final JdbcClient jdbc;
    private final InstantSource clock;

    /** Where a delivered file comes from. */
    public enum Origin {
        /** A file on this machine that a person named. */
        LOCAL,
        /** A file on the source of its automation. */
        SOURCE
    }

    /**
     * A file as it was found.
     *
     * @param path where it is, in the words of its source
     * @param size in bytes
     * @param modified when it was last changed
     */
    public record Listed(Origin origin, String path, long size, Instant modified) {

        /** A file of a source. */
        public static Listed of(SourceFile file) {
            return new Listed(Origin.SOURCE, file.path(), file.size(), file.modified());
        }

        /** A file on this machine; a refusal when it is not there or cannot be read. */
        public static Listed local(Path file) {
            Path absolute = file.toAbsolutePath().normalize();
            if (!Files.isRegularFile(absolute) || !Files.isReadable(absolute)) {
                throw Refusal.usage("Cannot import " + file + ": there is no such file, or it may not be read."
                        + " Name a readable file.");
            }

            try {
                return new Listed(
                        Origin.LOCAL,
                        absolute.toString(),
                        Files.size(absolute),
                        Instant.ofEpochMilli(Files.getLastModifiedTime(absolute).toMillis()));
            } catch (IOException e) {
                throw Refusal.failed("Cannot read " + file + ": " + e.getMessage() + ". Check the file.", e);
            }
        }

        /** Whether both are the same file, to the millisecond. */
        public boolean isSameAs(Listed other) {
            return Arrays.equals(key(), other.key());
        }

        private byte[] key() {
            // The same path may name a file here and one on the source.
            return Sha256.of(
                            (origin == Origin.LOCAL ? "file:" : "") + path,
                            Long.toString(size),
                            Long.toString(modified.toEpochMilli()))
                    .bytes();
        }
    }

    /** What happens to a delivery. */
    public enum State {
        /** Known, not worked on. */
        WAITING,
        /** A run works on it or has failed on it. */
        TAKEN,
        /** It changed or went away before it was fetched: nothing of it was read. */
        GONE,
        /** Loaded and balanced. */
        IMPORTED,
        /** Its run did not complete, but a later run of the same file has. */
        SETTLED,
        /** An operator gave it up. */
        ABANDONED
    }

    /** What happens to the file on the source. */
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
     * @param listed the file
     * @param sha256 hash of its content in hexadecimal; null until it was fetched
     * @param archivedAs where the file was moved to; null when it was not
     * @param run the run that took it last; null when none did
     */
    public record Delivery(
            long id,
            long automation,
            Listed listed,
            int generation,
            @Nullable String sha256,
            State state,
            Disposal disposal,
            @Nullable String archivedAs,
            @Nullable Long run) {

        /** Where the file is, in the words of its source. */
        public String path() {
            return listed.path();
        }
    }

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
    public Optional<Delivery> newest(long automation, Listed file) {
        return jdbc.sql(NEWEST)
                .param("automation", automation)
                .param("key", file.key())
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
    public Delivery enter(long automation, Listed file) {
        if (file.path().length() > MOST_PATH_CHARS) {
            throw Refusal.failed("Cannot take the file '" + file.path() + "': its path has "
                    + file.path().length() + " characters, more than the " + MOST_PATH_CHARS
                    + " allowed. Move it to a shorter path.");
        }

        while (true) {
            try {
                return enterNext(automation, file);
            } catch (DuplicateKeyException e) {
                // Another process has just entered the same file; this one is the next generation.
            }
        }
    }

    private Delivery enterNext(long automation, Listed file) {
        int generation =
                newest(automation, file).map(known -> known.generation() + 1).orElse(1);
        GeneratedKeyHolder key = new GeneratedKeyHolder();
        jdbc.sql(INSERT)
                .param("automation", automation)
                .param("origin", file.origin().name())
                .param("path", file.path())
                .param("key", file.key())
                .param("generation", generation)
                .param("size", file.size())
                .param("modified", file.modified().toEpochMilli())
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

    /** Notes what happened to a delivery and what is to happen to its file. */
    public void settle(long id, State state, Disposal disposal) {
        jdbc.sql(STATE)
                .param("state", state.name())
                .param("disposal", disposal.name())
                .param("id", id)
                .update();
    }

    /** Notes what happened to the file. */
    public void disposed(long id, Disposal disposal, @Nullable String archivedAs) {
        jdbc.sql(DISPOSED)
                .param("disposal", disposal.name())
                .param("archived", archivedAs)
                .param("id", id)
                .update();
    }

    private static Delivery delivery(ResultSet result, int row) throws SQLException {
        byte[] sha256 = result.getBytes("sha256");
        long run = result.getLong("run_id");
        boolean taken = !result.wasNull();
        return new Delivery(
                result.getLong("id"),
                result.getLong("automation_id"),
                new Listed(
                        Origin.valueOf(result.getString("origin")),
                        result.getString("path"),
                        result.getLong("size"),
                        Instant.ofEpochMilli(result.getLong("modified_at"))),
                result.getInt("generation"),
                sha256 == null ? null : HexFormat.of().formatHex(sha256),
                State.valueOf(result.getString("state")),
                Disposal.valueOf(result.getString("disposal")),
                result.getString("archived_as"),
                taken ? run : null);
    }
}
