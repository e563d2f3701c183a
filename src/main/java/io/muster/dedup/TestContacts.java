package io.muster.dedup;

import io.muster.directory.Actor;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/** Contacts that people test with, as {@link TestMarks} marks them: each change is one transaction. */
public final class TestContacts {

    private static final String UNMARK = """
        DELETE FROM test_contact
        WHERE directory_id = :directory AND number = :number AND held_by IS NULL
        """;

    private static final String PAGE = """
        SELECT t.number, c.ext_ref, t.marked_at
        FROM test_contact t
        JOIN contact c ON c.directory_id = t.directory_id AND c.number = t.number
        WHERE t.directory_id = :directory AND t.number > :after AND t.held_by IS NULL
        ORDER BY t.number
        LIMIT :most
        """;

    private static final String IS_MARKED = "SELECT 1 FROM test_contact WHERE directory_id = ? AND number = ?";

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final LockRetry transactions;
    private final ContactRows contacts;
    private final TestMarks marks;
    private final Audit audit;

    /**
     * A contact with a mark.
     *
     * @param reference null for none
     * @param markedAt epoch milliseconds
     */
    public record Marked(long number, @Nullable String reference, long markedAt) {}

    /** Those in a database. */
    public TestContacts(JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
        transactions = new LockRetry(manager);
        contacts = new ContactRows(jdbc);
        marks = new TestMarks(jdbc);
        audit = new Audit(jdbc, clock);
    }

    /** Marks a contact, and enters it; whether something changed. */
    public boolean mark(int directory, long number, Actor actor) {
        return transactions.inTransaction(status -> {
            if (contacts.lock(directory, List.of(number)).isEmpty() || marks.isMarked(directory, number)) {
                return false;
            }

            marks.mark(directory, number, clock.millis());
            audit.enter(actor, "testing.mark", AuditSubject.contact(directory, number), Map.of());
            return true;
        });
    }

    /** Takes the mark off a contact, and enters it; whether something changed. */
    public boolean unmark(int directory, long number, Actor actor) {
        return transactions.inTransaction(status -> {
            int unmarked = jdbc.sql(UNMARK)
                    .param("directory", directory)
                    .param("number", number)
                    .update();
            if (unmarked > 0) {
                audit.enter(actor, "testing.unmark", AuditSubject.contact(directory, number), Map.of());
            }

            return unmarked > 0;
        });
    }

    /** Whether people test with a contact. */
    public boolean isMarked(int directory, long number) {
        return jdbc.sql(IS_MARKED)
                .params(directory, number)
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    /** The contacts with a mark after a number, in number order. */
    public List<Marked> of(int directory, long after, int most) {
        return jdbc.sql(PAGE)
                .param("directory", directory)
                .param("after", after)
                .param("most", most)
                .query((row, index) -> new Marked(row.getLong(1), row.getString(2), row.getLong(3)))
                .list();
    }
}
