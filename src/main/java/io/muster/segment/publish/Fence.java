package io.muster.segment.publish;

import io.muster.support.RunTakenOver;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a process needs to hold to write for a rebuild. Every transaction that writes asks for it, so a process whose
 * rebuild was taken over can write nothing any more.
 *
 * @param version the version that is built
 * @param run numeric id of the rebuild's run
 * @param runId public id of that run
 * @param epoch the epoch of that run which the process holds
 */
public record Fence(int directory, long version, long run, String runId, int epoch) {

    // A shared lock: blocks do not wait for each other, a process that takes the rebuild over waits for all of them.
    private static final String CHECK =
            "SELECT 1 FROM run WHERE id = ? AND epoch = ? AND status = 'RUNNING' LOCK IN SHARE MODE";

    void check(JdbcClient jdbc) {
        if (jdbc.sql(CHECK).params(run, epoch).query(Integer.class).optional().isEmpty()) {
            throw RunTakenOver.of(runId);
        }
    }
}
