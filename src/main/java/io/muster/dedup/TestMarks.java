package io.muster.dedup;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The marks of contacts that people test with, within the caller's transaction. A mark goes with its contact. A merge with a
 * contact that has none takes it away until the merge is undone: what is a real person's as well must not go with the tests.
 */
public final class TestMarks {

    private static final String MARK = """
        INSERT INTO test_contact (directory_id, number, marked_at, held_by)
        VALUES (:directory, :number, :now, NULL)
        ON DUPLICATE KEY UPDATE held_by = NULL
        """;

    private static final String MARKED = """
        SELECT number
        FROM test_contact
        WHERE directory_id = :directory AND number IN (:numbers) AND held_by IS NULL
        """;

    private static final String HOLD = """
        UPDATE test_contact
        SET held_by = :merge
        WHERE directory_id = :directory AND number = :number AND held_by IS NULL
        """;

    private static final String RELEASE = """
        UPDATE test_contact
        SET held_by = NULL
        WHERE directory_id = :directory AND number = :number AND held_by = :merge
        """;

    private final JdbcClient jdbc;

    /** Those in a database. */
    public TestMarks(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void mark(int directory, long number, long now) {
        jdbc.sql(MARK)
                .param("directory", directory)
                .param("number", number)
                .param("now", now)
                .update();
    }

    boolean isMarked(int directory, long number) {
        return marked(directory, Set.of(number)).contains(number);
    }

    private Set<Long> marked(int directory, Collection<Long> numbers) {
        return new HashSet<>(jdbc.sql(MARKED)
                .param("directory", directory)
                .param("numbers", numbers)
                .query(Long.class)
                .list());
    }

    /** A merge makes one of a group: the survivor keeps its mark when all of them have one. */
    public void merged(int directory, long survivor, Collection<Long> group, long merge) {
        Set<Long> marked = marked(directory, group);
        if (marked.contains(survivor) && marked.size() < group.size()) {
            move(HOLD, directory, survivor, merge);
        }
    }

    /** The merge is undone; those it had absorbed have the marks that they had. */
    public void parted(int directory, long survivor, long merge) {
        move(RELEASE, directory, survivor, merge);
    }

    private void move(String sql, int directory, long survivor, long merge) {
        jdbc.sql(sql)
                .param("directory", directory)
                .param("number", survivor)
                .param("merge", merge)
                .update();
    }
}
