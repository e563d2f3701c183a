package io.muster.directory.store;

import io.muster.directory.Lineage;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What the {@link Lineage} records of contacts say of a run by its number alone: its file, its source, its time. Kept
 * as long as the directory, so that it can be asked for when the history of the run was pruned.
 */
public final class LineageRuns {

    // Leaves what is there as it is, on both servers.
    private static final String ENTER = """
        INSERT INTO lineage_run (directory_id, run_id, source, file, imported_at)
        VALUES (:directory, :run, :source, :file, :at)
        ON DUPLICATE KEY UPDATE run_id = run_id
        """;

    private static final String OF_RUNS = """
        SELECT run_id, source, file, imported_at
        FROM lineage_run
        WHERE directory_id = :directory AND run_id IN (:runs)
        """;

    private static final String SOURCES = "SELECT run_id, source FROM lineage_run WHERE directory_id = :directory";

    private static final int LONGEST_FILE = 1_024;

    private final JdbcClient jdbc;

    /**
     * What is known of a run.
     *
     * @param source the name of the source that its rows speak for; empty for none
     * @param file the path of the delivered file, its first 1,024 characters
     * @param at the moment that it wrote, in epoch milliseconds
     */
    public record Known(String source, String file, long at) {}

    /** Works on the current transaction where there is one. */
    public LineageRuns(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Enters a run whose rows contacts are about to name; a run that is there stays as it is. */
    public void enter(int directory, long run, Known known) {
        String file = known.file();
        jdbc.sql(ENTER)
                .param("directory", directory)
                .param("run", run)
                .param("source", known.source())
                .param(
                        "file",
                        file.codePointCount(0, file.length()) <= LONGEST_FILE
                                ? file
                                : file.substring(0, file.offsetByCodePoints(0, LONGEST_FILE)))
                .param("at", known.at())
                .update();
    }

    /** What is known of these runs, by their numbers; those that are not known are left out. */
    public Map<Long, Known> of(int directory, Collection<Long> runs) {
        Map<Long, Known> known = new HashMap<>();
        if (!runs.isEmpty()) {
            jdbc.sql(OF_RUNS)
                    .param("directory", directory)
                    .param("runs", runs)
                    .query((row, index) ->
                            known.put(row.getLong(1), new Known(row.getString(2), row.getString(3), row.getLong(4))))
                    .list();
        }

        return known;
    }

    /** The name of the source of every run of a directory. */
    public Map<Long, String> sources(int directory) {
        Map<Long, String> sources = new HashMap<>();
        jdbc.sql(SOURCES)
                .param("directory", directory)
                .query((row, index) -> sources.put(row.getLong(1), row.getString(2)))
                .list();
        return sources;
    }
}
