package io.muster.directory.store;

import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How many contacts directories and lists had when they were last counted. Counting reads every one of them, so that pages
 * show what was counted before, with its moment.
 */
public final class KeptCounts {

    /** Stands for the directory itself among its lists. */
    public static final int DIRECTORY = 0;

    private static final String READ = """
        SELECT list_id, contacts, opted_out, counted_at, took_ms
        FROM kept_count
        WHERE directory_id = :directory AND list_id IN (:lists)
        """;

    private static final String CONTACTS =
            "SELECT COUNT(*), COALESCE(SUM(unsubscribed), 0) FROM contact WHERE directory_id = :directory";

    private static final String MEMBERS = """
        SELECT COUNT(*), COALESCE(SUM(unsubscribed), 0)
        FROM list_member
        WHERE directory_id = :directory AND list_id = :list
        """;

    // A directory that is being deleted, or a list that is gone, gets no row.
    private static final String KEEP = """
        INSERT INTO kept_count (directory_id, list_id, contacts, opted_out, counted_at, took_ms)
        SELECT d.id, :list, :contacts, :optedOut, :now, :took
        FROM directory d
        WHERE d.id = :directory
          AND (:list = 0 OR EXISTS (SELECT 1 FROM mailing_list l WHERE l.id = :list AND l.directory_id = d.id))
        ON DUPLICATE KEY UPDATE contacts = :contacts, opted_out = :optedOut, counted_at = :now, took_ms = :took
        """;

    private final JdbcClient jdbc;
    private final InstantSource clock;

    /**
     * A count.
     *
     * @param contacts of the directory or list
     * @param optedOut those of them who opted out of it
     * @param countedAt of which moment it is, in epoch milliseconds
     * @param took how many milliseconds the counting took
     */
    public record Kept(long contacts, long optedOut, long countedAt, long took) {}

    private record Counted(long contacts, long optedOut) {}

    /** Counts in that database. */
    public KeptCounts(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** What was counted last of some lists of a directory, by their numbers; those never counted are left out. */
    public Map<Integer, Kept> read(int directory, Collection<Integer> lists) {
        Map<Integer, Kept> kept = new HashMap<>();
        if (!lists.isEmpty()) {
            jdbc.sql(READ).param("directory", directory).param("lists", lists).query(row -> {
                kept.put(
                        row.getInt("list_id"),
                        new Kept(
                                row.getLong("contacts"),
                                row.getLong("opted_out"),
                                row.getLong("counted_at"),
                                row.getLong("took_ms")));
            });
        }

        return kept;
    }

    /** Counts a list, or the directory itself, and keeps that. */
    public void count(int directory, int list) {
        long began = clock.millis();
        JdbcClient.StatementSpec statement =
                list == DIRECTORY ? jdbc.sql(CONTACTS) : jdbc.sql(MEMBERS).param("list", list);
        Counted counted = statement
                .param("directory", directory)
                .query((row, index) -> new Counted(row.getLong(1), row.getLong(2)))
                .single();
        jdbc.sql(KEEP)
                .param("directory", directory)
                .param("list", list)
                .param("contacts", counted.contacts())
                .param("optedOut", counted.optedOut())
                .param("now", began)
                .param("took", clock.millis() - began)
                .update();
    }
}
