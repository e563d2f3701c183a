package io.muster.dedup.merge;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which contacts are never merged with each other: those that share a mark. A mark is the id of the merge whose undo parted
 * them, or a negative number for what a person decided, the newest lowest.
 */
final class KeepApart {

    private static final String ALL = "SELECT number, apart_id FROM keep_apart WHERE directory_id = :directory";

    private static final String OF_SOME = ALL + " AND number IN (:numbers)";

    private static final String INSERT = """
            INSERT IGNORE INTO keep_apart (directory_id, number, apart_id, created_at)
            VALUES (:directory, :number, :apart, :now)
            """;

    private static final String DELETE = """
            DELETE FROM keep_apart
            WHERE directory_id = :directory AND number = :number AND apart_id IN (:aparts)
            """;

    private static final String DELETE_OF =
            "DELETE FROM keep_apart WHERE directory_id = :directory AND number IN (:numbers)";

    private static final String DECIDED = """
            SELECT apart_id
            FROM keep_apart
            WHERE directory_id = :directory AND apart_id > :after AND apart_id < 0
            GROUP BY apart_id
            ORDER BY apart_id
            LIMIT :most
            """;

    private static final String OF_MARKS = """
            SELECT apart_id, number, created_at
            FROM keep_apart
            WHERE directory_id = :directory AND apart_id IN (:aparts)
            ORDER BY apart_id, number
            """;

    private static final String TAKE_BACK =
            "DELETE FROM keep_apart WHERE directory_id = :directory AND apart_id = :apart";

    private static final int WITHIN_A_MILLISECOND = 1 << 16;

    private final JdbcClient jdbc;

    /** Contacts that share a mark. */
    record Kept(long mark, long since, List<Long> contacts) {}

    KeepApart(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The marks of all contacts that have any. */
    Map<Long, Set<Long>> all(int directory) {
        return marks(jdbc.sql(ALL).param("directory", directory));
    }

    /** The marks of these contacts. */
    Map<Long, Set<Long>> of(int directory, Collection<Long> numbers) {
        return marks(jdbc.sql(OF_SOME).param("directory", directory).param("numbers", numbers));
    }

    void mark(int directory, long number, Collection<Long> marks, long now) {
        for (long mark : marks) {
            jdbc.sql(INSERT)
                    .param("directory", directory)
                    .param("number", number)
                    .param("apart", mark)
                    .param("now", now)
                    .update();
        }
    }

    void unmark(int directory, long number, Collection<Long> marks) {
        if (!marks.isEmpty()) {
            jdbc.sql(DELETE)
                    .param("directory", directory)
                    .param("number", number)
                    .param("aparts", marks)
                    .update();
        }
    }

    /** A mark for what a person decides at that moment. */
    static long decision(long now, int among) {
        return -(now * WITHIN_A_MILLISECOND + Math.floorMod(among, WITHIN_A_MILLISECOND));
    }

    /** What people have decided, newest first. */
    List<Kept> decided(int directory, long after, int most) {
        return kept(
                directory,
                jdbc.sql(DECIDED)
                        .param("directory", directory)
                        .param("after", after)
                        .param("most", most)
                        .query(Long.class)
                        .list());
    }

    /** Those of the marks that contacts have still, in their order. */
    List<Kept> kept(int directory, Collection<Long> marks) {
        SortedMap<Long, Kept> kept = new TreeMap<>();
        if (!marks.isEmpty()) {
            jdbc.sql(OF_MARKS)
                    .param("directory", directory)
                    .param("aparts", marks)
                    .query(row -> {
                        long mark = row.getLong(1);
                        long since = row.getLong(3);
                        kept.computeIfAbsent(mark, absent -> new Kept(mark, since, new ArrayList<>()))
                                .contacts()
                                .add(row.getLong(2));
                    });
        }

        return List.copyOf(kept.values());
    }

    /** Lets them meet again; how many contacts had the mark. */
    int takeBack(int directory, long mark) {
        return jdbc.sql(TAKE_BACK)
                .param("directory", directory)
                .param("apart", mark)
                .update();
    }

    void forget(int directory, List<Long> numbers) {
        jdbc.sql(DELETE_OF)
                .param("directory", directory)
                .param("numbers", numbers)
                .update();
    }

    private static Map<Long, Set<Long>> marks(JdbcClient.StatementSpec statement) {
        Map<Long, Set<Long>> marks = new HashMap<>();
        statement
                .query((row, index) -> marks.computeIfAbsent(row.getLong(1), absent -> new HashSet<>())
                        .add(row.getLong(2)))
                .list();
        return marks;
    }
}
