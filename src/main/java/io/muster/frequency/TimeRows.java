package io.muster.frequency;

import io.muster.frequency.EligibleTimes.Standing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Writes next eligible times, within the caller's transaction. */
final class TimeRows {

    private static final String MAKE = """
        INSERT IGNORE INTO frequency_computed (directory_id, generation, reader_epoch, computed_with, surveys, computed_at)
        VALUES (:directory, 0, 0, '', '[]', 0)
        """;

    private static final String LOCK = """
        SELECT generation, reader_epoch, computed_with, surveys, computed_at
        FROM frequency_computed
        WHERE directory_id = :directory
        FOR UPDATE
        """;

    // A row that somebody holds is left out.
    private static final String LOCK_IF_FREE = LOCK + " SKIP LOCKED";

    private static final String SWITCH = """
        UPDATE frequency_computed
        SET generation = :generation, reader_epoch = :epoch, computed_with = :with, surveys = :surveys, computed_at = :now
        WHERE directory_id = :directory
        """;

    private static final String FORGET = "DELETE FROM frequency_computed WHERE directory_id = :directory";

    private static final String INSERT =
            "INSERT INTO frequency_time (directory_id, generation, number, times) VALUES (?, ?, ?, ?)";

    private static final String ANOTHER = ", (?, ?, ?, ?)";

    private static final String REMOVE = """
        DELETE FROM frequency_time
        WHERE directory_id = :directory AND generation = :generation AND number IN (:numbers)
        """;

    private static final String REMOVE_OTHERS =
            "DELETE FROM frequency_time WHERE directory_id = :directory AND generation <> :generation LIMIT 20000";

    private static final int AT_ONCE = 1_000;

    private final JdbcClient jdbc;

    TimeRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What to do while another process computes times of the directory. */
    enum Patience {
        /** Leave it to that one. */
        LEAVE,
        /** Wait until it has ended. */
        WAIT
    }

    /** Makes the directory's row, which whoever computes locks. */
    void make(int directory) {
        jdbc.sql(MAKE).param("directory", directory).update();
    }

    /** Locks the directory's row until the transaction ends; empty when it is not there or left to another process. */
    Optional<Standing> lock(int directory, Patience patience) {
        return jdbc.sql(patience == Patience.WAIT ? LOCK : LOCK_IF_FREE)
                .param("directory", directory)
                .query((row, index) -> EligibleTimes.standing(row))
                .optional();
    }

    /** Puts a computation in force. */
    void publish(int directory, Standing standing) {
        jdbc.sql(SWITCH)
                .param("directory", directory)
                .param("generation", standing.computed().generation())
                .param("epoch", standing.readerEpoch())
                .param("with", standing.computedWith())
                .param(
                        "surveys",
                        JsonMapper.shared()
                                .writeValueAsString(standing.computed().surveys()))
                .param("now", standing.computed().computedAt())
                .update();
    }

    /** No computation is in force any more. */
    void forget(int directory) {
        jdbc.sql(FORGET).param("directory", directory).update();
    }

    /** Adds the times of contacts that have none. */
    void insert(int directory, long generation, SortedMap<Long, long[]> times) {
        List<Object> values = new ArrayList<>(4 * AT_ONCE);
        times.forEach((number, one) -> {
            Collections.addAll(values, directory, generation, number, EligibleTimes.pack(one));
            if (values.size() == 4 * AT_ONCE) {
                insert(values);
            }
        });
        insert(values);
    }

    private void insert(List<Object> values) {
        if (!values.isEmpty()) {
            jdbc.sql(INSERT + ANOTHER.repeat(values.size() / 4 - 1))
                    .params(values)
                    .update();
            values.clear();
        }
    }

    /** Takes the times of contacts away. */
    void remove(int directory, long generation, Collection<Long> numbers) {
        jdbc.sql(REMOVE)
                .param("directory", directory)
                .param("generation", generation)
                .param("numbers", numbers)
                .update();
    }

    /** Takes some of the times away that are not of a generation; how many. */
    int removeSomeOthers(int directory, long generation) {
        return jdbc.sql(REMOVE_OTHERS)
                .param("directory", directory)
                .param("generation", generation)
                .update();
    }
}
