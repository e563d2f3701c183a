package io.muster.dedup;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.roaringbitmap.longlong.Roaring64NavigableMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Searches that read all contacts of a directory, with what they have found so far; kept for a day. */
public final class SearchTasks {

    private static final String ADD = """
        INSERT INTO contact_search
          (id, directory_id, actor, question, state, read_to, read_contacts, found, started_at, beat_at)
        VALUES (:id, :directory, :actor, :question, 'RUNNING', 0, 0, :found, :now, :now)
        """;

    private static final String READ = """
        SELECT id, directory_id, question, state, read_to, read_contacts, found, started_at, beat_at
        FROM contact_search
        WHERE id = ? AND directory_id = ?
        """;

    private static final String SAVE = """
        UPDATE contact_search
        SET state = :state, read_to = :readTo, read_contacts = :read, found = :found, beat_at = :now
        WHERE id = :id AND state = 'RUNNING' AND beat_at = :beat
        """;

    private static final String STOP = "UPDATE contact_search SET state = 'STOPPED' WHERE id = ? AND state = 'RUNNING'";

    private static final String TAKE = """
        UPDATE contact_search SET state = 'RUNNING', beat_at = :now
        WHERE id = :id AND beat_at = :beat AND (state = 'STOPPED' OR (state = 'RUNNING' AND beat_at < :silent))
        """;

    private static final String LAST_DONE = """
        SELECT id, directory_id, question, state, read_to, read_contacts, found, started_at, beat_at
        FROM contact_search
        WHERE directory_id = ? AND state = 'DONE'
        ORDER BY started_at DESC
        LIMIT 1
        """;

    private static final String FORGET = "DELETE FROM contact_search WHERE started_at < ?";

    private static final Duration KEPT = Duration.ofDays(1);
    /** A process that was not heard for so long does not read any more. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final JdbcClient jdbc;
    private final InstantSource clock;

    /** Whether a search goes on, and if not, why. */
    public enum State {
        RUNNING,
        /** All contacts were read. */
        DONE,
        /** Somebody stopped it. */
        STOPPED,
        /** As many were found as are kept. */
        FULL
    }

    /**
     * A search.
     *
     * @param question what is searched for, as its asker wrote it down
     * @param readTo contacts up to this number have been read
     * @param read how many those were
     * @param found the numbers of those found
     * @param startedAt epoch milliseconds
     * @param beatAt when it was last heard, epoch milliseconds
     */
    public record SearchTask(
            String id,
            int directory,
            String question,
            State state,
            long readTo,
            long read,
            Roaring64NavigableMap found,
            long startedAt,
            long beatAt) {}

    /** Keeps searches in that database. */
    public SearchTasks(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Adds a search that begins now. */
    public SearchTask add(String id, int directory, String actor, String question) {
        long now = clock.millis();
        SearchTask task =
                new SearchTask(id, directory, question, State.RUNNING, 0, 0, new Roaring64NavigableMap(), now, now);
        jdbc.sql(ADD)
                .param("id", id)
                .param("directory", directory)
                .param("actor", actor)
                .param("question", question)
                .param("found", write(task.found()))
                .param("now", now)
                .update();
        return task;
    }

    /** A search of a directory; empty when it is not there any more. */
    public Optional<SearchTask> find(int directory, String id) {
        return jdbc.sql(READ)
                .params(id, directory)
                .query((row, index) -> task(row))
                .optional();
    }

    /** The last search of a directory that read all its contacts: it says how long that takes. */
    public Optional<SearchTask> lastDone(int directory) {
        return jdbc.sql(LAST_DONE)
                .param(directory)
                .query((row, index) -> task(row))
                .optional();
    }

    /**
     * Writes down how far a search has come.
     *
     * @param before the search as it was written down last
     * @param after as it is now
     * @return as it is written down; empty when it was stopped, or somebody else goes on with it
     */
    public Optional<SearchTask> save(SearchTask before, SearchTask after) {
        // Two beats of one moment are not told apart otherwise.
        long now = Math.max(clock.millis(), before.beatAt() + 1);
        int saved = jdbc.sql(SAVE)
                .param("state", after.state().name())
                .param("readTo", after.readTo())
                .param("read", after.read())
                .param("found", write(after.found()))
                .param("now", now)
                .param("id", after.id())
                .param("beat", before.beatAt())
                .update();
        return saved == 0 ? Optional.empty() : Optional.of(at(after, now));
    }

    private static SearchTask at(SearchTask task, long now) {
        return new SearchTask(
                task.id(),
                task.directory(),
                task.question(),
                task.state(),
                task.readTo(),
                task.read(),
                task.found(),
                task.startedAt(),
                now);
    }

    /** Deletes the searches that began more than a day ago, and with them the texts that were searched for. */
    public void forgetOld() {
        jdbc.sql(FORGET).param(clock.millis() - KEPT.toMillis()).update();
    }

    /** Ends a search; what it has found stays. */
    public void stop(String id) {
        jdbc.sql(STOP).param(id).update();
    }

    /** Whether a search goes on by its state, and nobody has been heard of it for long. */
    public boolean isSilent(SearchTask task) {
        return task.state() == State.RUNNING && task.beatAt() < clock.millis() - SILENCE.toMillis();
    }

    /** Takes a search that was stopped, or that nobody goes on with; empty when somebody else has. */
    public Optional<SearchTask> take(SearchTask task) {
        long now = Math.max(clock.millis(), task.beatAt() + 1);
        int taken = jdbc.sql(TAKE)
                .param("id", task.id())
                .param("now", now)
                .param("beat", task.beatAt())
                .param("silent", clock.millis() - SILENCE.toMillis())
                .update();
        return taken == 0
                ? Optional.empty()
                : Optional.of(at(
                        new SearchTask(
                                task.id(),
                                task.directory(),
                                task.question(),
                                State.RUNNING,
                                task.readTo(),
                                task.read(),
                                task.found(),
                                task.startedAt(),
                                now),
                        now));
    }

    private static SearchTask task(ResultSet row) throws SQLException {
        return new SearchTask(
                row.getString("id"),
                row.getInt("directory_id"),
                row.getString("question"),
                State.valueOf(row.getString("state")),
                row.getLong("read_to"),
                row.getLong("read_contacts"),
                read(row.getBytes("found")),
                row.getLong("started_at"),
                row.getLong("beat_at"));
    }

    private static byte[] write(Roaring64NavigableMap numbers) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            numbers.serializePortable(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return bytes.toByteArray();
    }

    private static Roaring64NavigableMap read(byte[] bytes) {
        Roaring64NavigableMap numbers = new Roaring64NavigableMap();
        try {
            numbers.deserializePortable(new DataInputStream(new ByteArrayInputStream(bytes)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return numbers;
    }
}
