package io.muster.jobs;

import io.muster.database.PageReads;
import io.muster.extract.source.SourceFile;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
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
        SELECT id, automation_id, origin, path, generation, size, modified_at, dated_at, sha256, state, disposal,
          archived_as, run_id, created_at
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
          AND %s
        ORDER BY id DESC
        LIMIT 1
        """.formatted(NotUndone.condition("delivery.run_id"));

    private static final String IMPORTED_BY_HAND = """
        SELECT d.run_id
        FROM delivery d
        JOIN run r ON r.id = d.run_id AND r.directory_id = :directory
        WHERE d.automation_id = 0 AND d.sha256 = :sha256 AND d.state = 'IMPORTED' AND %s
        ORDER BY d.id DESC
        LIMIT 1
        """.formatted(NotUndone.condition("d.run_id"));

    private static final String WAITING = COLUMNS + """
        WHERE automation_id = :automation AND state = 'WAITING' AND run_id IS NULL
        ORDER BY id
        """;

    private static final String ALL_WAITING = COLUMNS + """
        WHERE automation_id > 0 AND state = 'WAITING' AND run_id IS NULL
        ORDER BY id
        LIMIT :most
        """;

    // A person may have copied a local file at any time: its time of change says nothing about its content.
    private static final String NEWER_IMPORTED = """
        SELECT COUNT(*) FROM delivery
        WHERE automation_id = :automation AND state = 'IMPORTED'
          AND CASE WHEN :dated IS NULL THEN origin = 'SOURCE' AND modified_at > :modified ELSE dated_at > :dated END
          AND %s
        """.formatted(NotUndone.condition("delivery.run_id"));

    private static final String INSERT = """
        INSERT INTO delivery (automation_id, origin, path, listing_key, generation, size, modified_at, dated_at, state,
          disposal, created_at)
        VALUES (:automation, :origin, :path, :key, :generation, :size, :modified, :dated, 'WAITING', 'LEFT', :now)
        """;

    // Whoever decides about a delivery that waits asks in the same statement whether it still does.
    private static final String IF_WAITING = "WHERE id = :id AND state = 'WAITING' AND run_id IS NULL";

    private static final String TAKE = "UPDATE delivery SET state = 'TAKEN', run_id = :run " + IF_WAITING;

    private static final String SKIP = "UPDATE delivery SET state = 'SKIPPED' " + IF_WAITING;

    private static final String VANISHED = "UPDATE delivery SET state = 'GONE' " + IF_WAITING;

    private static final String HASH = """
        UPDATE delivery SET sha256 = :sha256, size = :size, state = IF(state = 'GONE', 'TAKEN', state)
        WHERE id = :id
        """;

    private static final String GIVE_UP =
            "UPDATE delivery SET state = 'ABANDONED', disposal = 'LEFT' WHERE id = :id AND state <> 'GONE'";

    private static final String STATE = "UPDATE delivery SET state = :state, disposal = :disposal WHERE id = :id";

    private static final String DISPOSED =
            "UPDATE delivery SET disposal = :disposal, archived_as = :archived WHERE id = :id";

    private static final int MOST_WAITING = 1_000;

    private final JdbcClient jdbc;
    private final PageReads reads;
    private final InstantSource clock;

    /** Where a delivered file comes from. */
    public enum Origin {
        /** A file on this machine that a person named. */
        LOCAL,
        /** A file on the source of its automation. */
        SOURCE,
        /** Contacts that a caller has sent; the database has them. */
        SENT,
        /** A file that a person has uploaded; the spool has it. */
        UPLOADED,
        /** Records that a run extracts. */
        RECORDS
    }

    /**
     * A file as it was found.
     *
     * @param path where it is, in the words of its source
     * @param size in bytes
     * @param modified when it was last changed
     * @param dated the date in its name, where its job orders files by one, as if it were a time in UTC; null elsewhere
     */
    public record Listed(
            Origin origin,
            String path,
            long size,
            Instant modified,
            @Nullable Instant dated) {

        /** A file of a source. */
        public static Listed of(SourceFile file) {
            return new Listed(Origin.SOURCE, file.path(), file.size(), file.modified(), null);
        }

        /** Records that a run extracts, with what they are called. */
        public static Listed ofRecords(String name, Instant now) {
            return new Listed(Origin.RECORDS, "records/" + name, 0, now, null);
        }

        /** The same file with the date in its name. */
        public Listed dated(Optional<LocalDateTime> date) {
            return new Listed(
                    origin,
                    path,
                    size,
                    modified,
                    date.map(local -> local.toInstant(ZoneOffset.UTC)).orElse(null));
        }

        /** The last part of the path. */
        public String name() {
            return nameOf(path);
        }

        /** The last part of a path, in the words of any source. */
        public static String nameOf(String path) {
            return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
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
                        Instant.ofEpochMilli(Files.getLastModifiedTime(absolute).toMillis()),
                        null);
            } catch (IOException e) {
                throw Refusal.failed("Cannot read " + file + ": " + e.getMessage() + ". Check the file.", e);
            }
        }

        /** What a caller has sent, by its id. */
        public static Listed sent(String id, long size, Instant at) {
            return new Listed(Origin.SENT, id + ".csv", size, at, null);
        }

        /** What a person has uploaded: the name of its content in the spool, and that of the file. */
        public static Listed uploaded(String content, String name, long size, Instant at) {
            return new Listed(Origin.UPLOADED, content + "/" + name, size, at, null);
        }

        /** Whether both are the same file, to the millisecond. */
        public boolean isSameAs(Listed other) {
            return Arrays.equals(key(), other.key());
        }

        private byte[] key() {
            // The same path may name a file here and one on the source.
            String where = origin == Origin.LOCAL ? "file:" : "";
            return new SourceFile(where + path, size, modified).listingKey();
        }
    }

    /** What happens to a delivery. */
    public enum State {
        /** Known, not worked on: an older file that came after a newer one was imported. */
        WAITING,
        /** A run works on it or has failed on it. */
        TAKEN,
        /** It changed or went away before it was read. When it is listed again, it is looked at again. */
        GONE,
        /** Loaded and balanced. */
        IMPORTED,
        /** Its run did not complete, but a later run of the same file has. */
        SETTLED,
        /** An operator gave it up. */
        ABANDONED,
        /** An operator settled it without importing it. */
        SKIPPED
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
     * @param entered when it was first seen
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
            @Nullable Long run,
            Instant entered) {

        /** Whether it came too late, and nobody has decided yet what happens to it. */
        public boolean isWaiting() {
            return state == State.WAITING && run == null;
        }

        /** Whether nothing of it was read and nobody has settled it, so that a run may take it. */
        public boolean isOpen() {
            return isWaiting() || state == State.GONE;
        }

        /** Where the file is, in the words of its source. */
        public String path() {
            return listed.path();
        }
    }

    /** A ledger in a database. */
    public Deliveries(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.reads = PageReads.of(jdbc);
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

    /** An earlier delivery of the same automation with the same content that was imported and not undone. */
    public Optional<Delivery> sameContent(Delivery delivery, byte[] sha256) {
        return jdbc.sql(SAME_CONTENT)
                .param("automation", delivery.automation())
                .param("sha256", sha256)
                .param("before", delivery.id())
                .query(Deliveries::delivery)
                .optional();
    }

    /** The last run of no automation that imported this content into a directory and was not undone. */
    public Optional<Long> importedByHand(int directory, byte[] sha256) {
        return jdbc.sql(IMPORTED_BY_HAND)
                .param("directory", directory)
                .param("sha256", sha256)
                .query(Long.class)
                .optional();
    }

    /** Deliveries of an automation that came too late, oldest first. */
    public List<Delivery> waiting(long automation) {
        return jdbc.sql(WAITING)
                .param("automation", automation)
                .query(Deliveries::delivery)
                .list();
    }

    private record Waiting() {}

    /** Deliveries of all automations that came too late, {@value #MOST_WAITING} at most, oldest first. */
    public List<Delivery> allWaiting() {
        return reads.once(
                new Waiting(),
                () -> jdbc.sql(ALL_WAITING)
                        .param("most", MOST_WAITING)
                        .query(Deliveries::delivery)
                        .list());
    }

    /**
     * Whether a newer file of the automation has been imported and not undone: by the dates in the names where the file has one, else by
     * the times of change.
     */
    public boolean isLate(long automation, Listed file) {
        return jdbc.sql(NEWER_IMPORTED)
                        .param("automation", automation)
                        .param("dated", millis(file.dated()))
                        .param("modified", file.modified().toEpochMilli())
                        .query(Long.class)
                        .single()
                > 0;
    }

    /** Enters a delivery that no run takes yet, once: the second time the result is the same delivery. */
    public Delivery enterLate(long automation, Listed file) {
        Optional<Delivery> known = newest(automation, file);
        if (known.isPresent() && known.get().state() != State.GONE) {
            return known.get();
        }

        try {
            return enterNext(automation, file);
        } catch (DuplicateKeyException e) {
            // Another process has just entered it.
            return newest(automation, file).orElseThrow();
        }
    }

    /** Settles a delivery that no run has taken; false when it is settled already, or a run has taken it. */
    public boolean skip(long id) {
        return jdbc.sql(SKIP).param("id", id).update() == 1;
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
                .param("dated", millis(file.dated()))
                .param("now", clock.millis())
                .update(key, "id");
        return find(Objects.requireNonNull(key.getKey()).longValue()).orElseThrow();
    }

    /** Gives a delivery to the run that works on it; false when it is settled or gone, or another run has it. */
    public boolean take(long id, long run) {
        return jdbc.sql(TAKE).param("run", run).param("id", id).update() == 1;
    }

    /** Notes that a waiting delivery is not at its source any more; false when it is settled, or a run has taken it. */
    public boolean vanished(long id) {
        return jdbc.sql(VANISHED).param("id", id).update() == 1;
    }

    /** Notes what was fetched. */
    public void fetched(long id, byte[] sha256, long size) {
        jdbc.sql(HASH)
                .param("sha256", sha256)
                .param("size", size)
                .param("id", id)
                .update();
    }

    /** Notes that an operator gave a delivery up; one that was never read stays as it is, to be looked at again. */
    public void giveUp(long id) {
        jdbc.sql(GIVE_UP).param("id", id).update();
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
                        Instant.ofEpochMilli(result.getLong("modified_at")),
                        time(result.getObject("dated_at", Long.class))),
                result.getInt("generation"),
                sha256 == null ? null : HexFormat.of().formatHex(sha256),
                State.valueOf(result.getString("state")),
                Disposal.valueOf(result.getString("disposal")),
                result.getString("archived_as"),
                taken ? run : null,
                Instant.ofEpochMilli(result.getLong("created_at")));
    }

    private static @Nullable Long millis(@Nullable Instant time) {
        return time == null ? null : time.toEpochMilli();
    }

    private static @Nullable Instant time(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
