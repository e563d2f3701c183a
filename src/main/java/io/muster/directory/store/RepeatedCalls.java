package io.muster.directory.store;

import io.muster.support.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Answers to calls that carried a key, so that the same call again is answered the same. */
public final class RepeatedCalls {

    /** How long an answer is kept: as long as the values of runs usually are. */
    private static final Duration KEPT = Duration.ofDays(30);

    private static final int MOST_FORGOTTEN = 10_000;

    private static final String FIND = "SELECT sent_hash, answer FROM repeated_call WHERE call_key = :key";

    private static final String KEEP = """
        INSERT IGNORE INTO repeated_call (call_key, sent_hash, directory_id, answer, created_at)
        VALUES (:key, :hash, :directory, :answer, :now)
        """;

    private static final String FORGET = "DELETE FROM repeated_call WHERE created_at < :before LIMIT " + MOST_FORGOTTEN;

    private final JdbcClient jdbc;
    private final InstantSource clock;

    /**
     * An answer that was given.
     *
     * @param hash hash of what was sent
     */
    public record Answer(Sha256 hash, String text) {}

    /** Those in a database. */
    public RepeatedCalls(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** The answer to the call of that key. */
    public Optional<Answer> find(Sha256 key) {
        return jdbc.sql(FIND)
                .param("key", key.bytes())
                .query((row, index) -> new Answer(Sha256.of(row.getBytes(1)), row.getString(2)))
                .optional();
    }

    /** Keeps an answer, unless there is one. */
    public void keep(Sha256 key, Sha256 hash, int directory, String answer) {
        jdbc.sql(KEEP)
                .param("key", key.bytes())
                .param("hash", hash.bytes())
                .param("directory", directory)
                .param("answer", answer)
                .param("now", clock.millis())
                .update();
    }

    /** Forgets those that are old enough; how many. */
    public int forget() {
        Instant before = clock.instant().minus(KEPT);
        return jdbc.sql(FORGET).param("before", before.toEpochMilli()).update();
    }
}
