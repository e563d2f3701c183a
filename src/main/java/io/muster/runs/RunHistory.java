package io.muster.runs;

import io.muster.jobs.RunFolder;
import io.muster.jobs.RunLedger;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Spool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Prunes what runs leave behind, of failed ones too: first the values of rows (rejected cells, before-images, the ledger of
 * blocks, files in the spool), later the runs themselves. Deliveries stay: they keep files from coming twice.
 */
final class RunHistory {

    // A run that is resumed meanwhile has no end any more. An undo reads the values of its import until it has ended.
    private static final String ENDED = """
        LEFT JOIN run_import i ON i.run_id = r.id
        LEFT JOIN run u ON u.id = i.undone_by
        %s
        WHERE r.ended_at < :before AND r.status NOT IN ('QUEUED', 'RUNNING')
          AND (u.id IS NULL OR u.status IN ('COMPLETED', 'ABANDONED'))
        """;

    // From then on nobody may count on the rest.
    private static final String MARK =
            "UPDATE run r " + ENDED.formatted("SET r.pruned_at = :now") + "AND r.pruned_at IS NULL";

    private static final String MARKED = """
        SELECT r.id FROM run r
        WHERE r.pruned_at IS NOT NULL
          AND (EXISTS (SELECT 1 FROM run_reject j WHERE j.run_id = r.id)
            OR EXISTS (SELECT 1 FROM eligibility_block e WHERE e.run_id = r.id)
            OR EXISTS (SELECT 1 FROM run_survey s WHERE s.run_id = r.id))
        ORDER BY r.id
        LIMIT :most
        """;

    /** Small transactions: the journal of a large import has gigabytes. The survey comes last, as it marks what is left. */
    private static final List<String> VALUES = List.of(
            "DELETE FROM run_journal WHERE run_id = :run LIMIT 20",
            "DELETE FROM run_reject WHERE run_id = :run LIMIT 10000",
            "DELETE FROM eligibility_block WHERE run_id = :run LIMIT 100",
            "UPDATE sent_import SET content = NULL WHERE run_id = :run AND content IS NOT NULL",
            "DELETE FROM run_block WHERE run_id = :run LIMIT 1000",
            "DELETE FROM run_survey WHERE run_id = :run LIMIT 10");

    private static final String OLD = "SELECT r.id FROM run r " + ENDED.formatted("")
            + "AND r.kind <> 'segment-rebuild' ORDER BY r.id LIMIT :most";

    private static final List<String> FORGET = List.of(
            "UPDATE delivery SET state = 'ABANDONED' WHERE state = 'TAKEN' AND run_id = :run",
            "DELETE FROM run_undo_block WHERE run_id = :run",
            "DELETE FROM run_undo_kept WHERE run_id = :run",
            "DELETE FROM sent_import_row WHERE run_id = :run",
            "DELETE FROM sent_import WHERE run_id = :run",
            "DELETE FROM run_import WHERE run_id = :run",
            "DELETE FROM run_heartbeat WHERE run_id = :run",
            "DELETE FROM run WHERE id = :run");

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final RunLedger runs;
    private final Spool spool;
    private final InstantSource clock;
    private final Ids ids;

    RunHistory(
            JdbcClient jdbc,
            TransactionTemplate transactions,
            RunLedger runs,
            Spool spool,
            InstantSource clock,
            Ids ids) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.runs = runs;
        this.spool = spool;
        this.clock = clock;
        this.ids = ids;
    }

    /** Prunes the values of rows of runs that ended before a time; the result is the number of runs, at most {@code most}. */
    int pruneValues(Instant endedBefore, int most) {
        // Whoever was lost unnoticed has ended as well, and its counts are still in what is pruned here.
        var ignored = runs.markDead();
        jdbc.sql(MARK)
                .param("now", clock.millis())
                .param("before", endedBefore.toEpochMilli())
                .update();
        List<Long> marked =
                jdbc.sql(MARKED).param("most", most).query(Long.class).list();
        marked.forEach(this::deleteValues);
        return marked.size();
    }

    private void deleteValues(long run) {
        VALUES.forEach(portion -> deleteAll(portion, run));
    }

    private void deleteAll(String portion, long run) {
        while (jdbc.sql(portion).param("run", run).update() > 0) {
            // a portion more
        }
    }

    /** Forgets runs that ended before a time; the result is their number, at most {@code most}. Rebuilds are not among them. */
    int forget(Instant endedBefore, int most) {
        List<Long> old = jdbc.sql(OLD)
                .param("before", endedBefore.toEpochMilli())
                .param("most", most)
                .query(Long.class)
                .list();
        for (long run : old) {
            // They are found by their run only.
            deleteValues(run);
            transactions.executeWithoutResult(status ->
                    FORGET.forEach(sql -> jdbc.sql(sql).param("run", run).update()));
        }

        return old.size();
    }

    /** Deletes the folders in this machine's spool of runs that ended before a time, or are forgotten. */
    void pruneSpool(Instant endedBefore) {
        for (Path folder : folders(spool.path())) {
            OptionalLong run = ids.read(PublicId.RUN, folder.getFileName().toString());
            if (run.isPresent() && changed(folder).isBefore(endedBefore) && isOver(run.getAsLong(), endedBefore)) {
                RunFolder.delete(folder);
            }
        }
    }

    private boolean isOver(long run, Instant before) {
        return runs.find(run)
                .map(found -> found.status().isOver()
                        && Instant.ofEpochMilli(found.heartbeat()).isBefore(before))
                .orElse(true);
    }

    private static List<Path> folders(Path spool) {
        if (!Files.isDirectory(spool)) {
            return List.of();
        }

        try (Stream<Path> folders = Files.list(spool)) {
            return folders.filter(Files::isDirectory).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Instant changed(Path folder) {
        try {
            return Files.getLastModifiedTime(folder).toInstant();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
