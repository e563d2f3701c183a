package io.muster.directory.changes;

import io.muster.directory.changes.DirectoryGate.Recording;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The door through which every writer records what it changed of which contacts: once in each transaction, in that
 * transaction, one row for all of it. While no reader wants the stream nothing is written.
 *
 * <p>Nothing is missed. A writer shares the directory's gate when it notes its changes and keeps it until it ends. A
 * reader is entered while it holds the gate exclusively. So a writer either ended before the reader was entered, and the
 * reader sees its work in the contacts themselves, or it finds the stream wanted.
 */
public final class ChangeStream {

    private static final String APPEND = """
        INSERT INTO contact_change (directory_id, kinds, changes, changed_at)
        VALUES (:directory, :kinds, :changes, :now)
        """;

    private final JdbcClient jdbc;
    private final DirectoryGate gate;

    /** @param jdbc the store of record */
    public ChangeStream(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.gate = new DirectoryGate(jdbc);
    }

    /** Within the transaction that changes the contact: shares the directory's gate and notes the change. */
    public void note(int directory, long number, Set<ChangeKind> kinds, long now) {
        note(directory, () -> new ContactChanges().add(number, kinds), now);
    }

    /** Within the transaction that changes the contacts, all of them in the same kinds. */
    public void note(int directory, LongStream numbers, Set<ChangeKind> kinds, long now) {
        note(
                directory,
                () -> {
                    ContactChanges changes = new ContactChanges();
                    numbers.forEach(number -> changes.add(number, kinds));
                    return changes;
                },
                now);
    }

    /**
     * Within the transaction that changes the contacts.
     *
     * @param changes asked for only while the stream is wanted
     * @param now epoch milliseconds
     */
    public void note(int directory, Supplier<ContactChanges> changes, long now) {
        if (gate.lockShared(directory) == Recording.OFF) {
            return;
        }

        ContactChanges noted = changes.get();
        if (!noted.isEmpty()) {
            jdbc.sql(APPEND)
                    .param("directory", directory)
                    .param("kinds", ChangeKind.mask(noted.kinds()))
                    .param("changes", noted.write())
                    .param("now", now)
                    .update();
        }
    }
}
