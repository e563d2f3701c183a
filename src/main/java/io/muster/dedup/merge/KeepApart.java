package io.muster.dedup.merge;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which contacts are never merged with each other: those that share a mark. */
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

    private final JdbcClient jdbc;

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
