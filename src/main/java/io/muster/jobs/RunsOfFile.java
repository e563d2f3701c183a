package io.muster.jobs;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Runs of one and the same file: those that repeat each other, and for an automation those of the same listed file or of
 * the same content. One of them that completes settles the others.
 */
public final class RunsOfFile {

    // Up to the first run of the file, then down to all that repeat it.
    private static final String REPEATED = """
        WITH RECURSIVE up (run_id, repeats) AS (
          SELECT run_id, repeats FROM run_import WHERE run_id = :run
          UNION ALL
          SELECT i.run_id, i.repeats FROM run_import i JOIN up ON i.run_id = up.repeats
        ), down (run_id) AS (
          SELECT MIN(run_id) FROM up
          UNION ALL
          SELECT i.run_id FROM run_import i JOIN down ON i.repeats = down.run_id
        )
        SELECT run_id FROM down WHERE run_id IS NOT NULL ORDER BY run_id
        """;

    private static final String DELIVERED = """
        SELECT o.run_id
        FROM delivery d
        JOIN delivery o ON o.automation_id = d.automation_id AND o.listing_key = d.listing_key
        WHERE d.id = :delivery AND d.automation_id <> 0 AND o.run_id IS NOT NULL
        UNION
        SELECT o.run_id
        FROM delivery d
        JOIN delivery o ON o.automation_id = d.automation_id AND o.sha256 = d.sha256
        WHERE d.id = :delivery AND d.automation_id <> 0 AND o.run_id IS NOT NULL
        """;

    private static final String REPEAT =
            "UPDATE run_import SET repeats = :repeats, changes = :changes WHERE run_id = :run";

    // Of runs that completed, only those that were repeated on purpose: the same content may be delivered anew every
    // day.
    // What a run has settled that was undone since is settled anew.
    private static final String SETTLE = """
        UPDATE run_import i
        JOIN run r ON r.id = i.run_id
        LEFT JOIN delivery d ON d.id = i.delivery_id AND d.state = 'TAKEN'
        LEFT JOIN run_import s ON s.run_id = i.settled_by
        LEFT JOIN run u ON u.id = s.undone_by
        SET i.settled_by = :by, d.state = 'SETTLED'
        WHERE i.run_id IN (:runs) AND (i.settled_by IS NULL OR s.undone_by IS NOT NULL AND COALESCE(u.status, '') <> 'ABANDONED')
          AND (r.status <> 'COMPLETED' OR i.run_id IN (:repeated))
        """;

    private static final String SETTLED_BY =
            "SELECT run_id FROM run_import WHERE run_id IN (:runs) AND settled_by = :by";

    private final JdbcClient jdbc;
    private final RunLedger runs;

    /** The runs in a database. */
    public RunsOfFile(JdbcClient jdbc, RunLedger runs) {
        this.jdbc = jdbc;
        this.runs = runs;
    }

    /** Notes that a run imports the file of another one again; within the transaction that enters it. */
    public void repeat(Run run, Run of, @Nullable String changes) {
        jdbc.sql(REPEAT)
                .param("repeats", of.number())
                .param("changes", changes)
                .param("run", run.number())
                .update();
    }

    /** Numbers of the runs that repeat each other, the given one among them, oldest first. */
    public List<Long> repeated(Run run) {
        return jdbc.sql(REPEATED).param("run", run.number()).query(Long.class).list();
    }

    private Set<Long> all(Run run) {
        Set<Long> all = new TreeSet<>(repeated(run));
        all.addAll(jdbc.sql(DELIVERED)
                .param("delivery", run.imported().delivery())
                .query(Long.class)
                .list());
        return all;
    }

    /** The other run of the file that a process works on or has accepted. */
    public Optional<Run> underWay(Run run) {
        return all(run).stream()
                .filter(number -> number != run.number())
                .flatMap(number -> runs.find(number).stream())
                .filter(other -> !other.status().isOver())
                .findFirst();
    }

    /** The other runs of a file are settled by the one that has completed; within the transaction that completes it. */
    public void settle(Run by) {
        Set<Long> others = new LinkedHashSet<>(all(by));
        others.remove(by.number());
        if (!others.isEmpty()) {
            jdbc.sql(SETTLE)
                    .param("by", by.number())
                    .param("runs", others)
                    .param("repeated", repeated(by))
                    .update();
        }
    }

    /** Numbers of the runs that a run has settled. */
    public List<Long> settledBy(Run by) {
        return jdbc.sql(SETTLED_BY)
                .param("runs", all(by))
                .param("by", by.number())
                .query(Long.class)
                .list();
    }
}
