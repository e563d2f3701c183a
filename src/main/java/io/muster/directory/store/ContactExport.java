package io.muster.directory.store;

import io.muster.directory.MailingList;
import io.muster.directory.Spellings;
import io.muster.support.Ids;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes all contacts of a directory, or of a list, in the order of their numbers, as they were at one moment. Contacts
 * go from the database to the stream one by one, in windows of numbers, so that memory does not grow with their number.
 */
public final class ContactExport {

    private static final String NEXT_CONTACT =
            "SELECT MIN(number) FROM contact WHERE directory_id = :directory AND number >= :from";

    private static final String NEXT_MEMBER = """
        SELECT MIN(number) FROM list_member
        WHERE directory_id = :directory AND list_id = :list AND number >= :from
        """;

    private static final String COLUMNS = "SELECT " + ContactColumns.of("c") + "\n";

    private static final String CONTACTS = COLUMNS + """
        FROM contact c
        WHERE c.directory_id = :directory AND c.number BETWEEN :from AND :to
        ORDER BY c.number
        """;

    private static final String MEMBERS = COLUMNS + """
        FROM list_member m
        JOIN contact c ON c.directory_id = m.directory_id AND c.number = m.number
        WHERE m.directory_id = :directory AND m.list_id = :list AND m.number BETWEEN :from AND :to
        ORDER BY m.number
        """;

    // One window's rows are streamed, but its memberships are kept: with a thousand lists some ten million of them.
    /** How many numbers are read at once. */
    public static final int WINDOW = 8_192;

    // MySQL's driver then hands out rows one by one instead of keeping the whole result.
    private static final int ROW_BY_ROW = Integer.MIN_VALUE;

    private final JdbcClient jdbc;
    private final Ids ids;
    private final TransactionTemplate snapshot;

    /** How contacts are written. */
    public enum Format {
        /** RFC 4180 with a header: fields, one column per name of embedded data, lists, aliases, times. */
        CSV,
        /** One JSON object per line with the keys of a single contact. */
        JSONL
    }

    /**
     * Some contacts of a directory, by their numbers. Which of them are among {@link #WINDOW} numbers from a first one on is
     * asked after that one was, and must need no statement.
     */
    public interface Chosen {

        /** The first of them from a number on. */
        OptionalLong next(long from);

        /** Whether a contact is among them. */
        boolean contains(long number);
    }

    /** Which contacts are written: those of a list, chosen ones, or all; and in which form every cell of CSV. */
    private record Which(
            @Nullable MailingList list, @Nullable Chosen chosen, UnaryOperator<String> form) {}

    /** Reads from that database. */
    public ContactExport(JdbcClient jdbc, PlatformTransactionManager transactions, Ids ids) {
        this.jdbc = jdbc;
        this.ids = ids;
        this.snapshot = new TransactionTemplate(transactions);
        // The rule of the connections, READ COMMITTED, would show every window another moment.
        snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        snapshot.setReadOnly(true);
        snapshot.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    /**
     * Writes the contacts and leaves the stream open.
     *
     * @param list the list whose members are written; null for the whole directory
     * @return how many contacts were written
     */
    public long write(int directory, @Nullable MailingList list, Format format, OutputStream out) throws IOException {
        return write(directory, new Which(list, null, UnaryOperator.identity()), format, out);
    }

    /** Writes all contacts of a directory as CSV, each cell in a form. */
    public long writeCsv(int directory, UnaryOperator<String> form, OutputStream out) throws IOException {
        return write(directory, new Which(null, null, form), Format.CSV, out);
    }

    /** Writes chosen contacts as CSV, each cell in a form. */
    public long writeCsv(int directory, Chosen chosen, UnaryOperator<String> form, OutputStream out)
            throws IOException {
        return write(directory, new Which(null, chosen, form), Format.CSV, out);
    }

    /** Writes chosen contacts as others are; those that are not there are left out. */
    public long writeChosen(int directory, Chosen chosen, Format format, OutputStream out) throws IOException {
        return write(directory, new Which(null, chosen, UnaryOperator.identity()), format, out);
    }

    private long write(int directory, Which which, Format format, OutputStream out) throws IOException {
        ExportFailure failure = new ExportFailure();
        long written = Objects.requireNonNull(snapshot.execute(status -> {
            try {
                return copy(directory, which, format, out);
            } catch (IOException e) {
                failure.cause = e;
                return 0L;
            }
        }));
        if (failure.cause != null) {
            throw failure.cause;
        }

        return written;
    }

    /** Carries an exception out of a callback that may throw none. */
    private static final class ExportFailure {
        private @Nullable IOException cause;
    }

    private long copy(int directory, Which which, Format format, OutputStream out) throws IOException {
        // The first statement is what sets the moment.
        List<String> names = Spellings.of(jdbc.sql("SELECT name FROM embedded_name WHERE directory_id = ?")
                        .param(directory)
                        .query(String.class)
                        .list())
                .names();
        ExportWriter writer = format == Format.CSV ? new CsvContacts(names, which.form(), out) : new JsonContacts(out);
        ExportSide side = new ExportSide(jdbc, directory, ids);
        long written = 0;
        OptionalLong from = next(directory, which, 1);
        while (from.isPresent()) {
            long first = from.getAsLong();
            long last = first + WINDOW - 1;
            side.load(first, last);
            written += window(
                    directory, which, first, last, new ExportWindow(directory, which.chosen(), side, writer, ids));
            from = next(directory, which, last + 1);
        }

        writer.finish();
        return written;
    }

    private OptionalLong next(int directory, Which which, long from) {
        if (which.chosen() != null) {
            return which.chosen().next(from);
        }
        MailingList list = which.list();
        JdbcClient.StatementSpec statement =
                list == null ? jdbc.sql(NEXT_CONTACT) : jdbc.sql(NEXT_MEMBER).param("list", list.number());
        Long number = statement
                .param("directory", directory)
                .param("from", from)
                .query((row, index) -> row.getObject(1, Long.class))
                .list()
                .getFirst();
        return number == null ? OptionalLong.empty() : OptionalLong.of(number);
    }

    private long window(int directory, Which which, long from, long to, ExportWindow window) throws IOException {
        MailingList list = which.list();
        JdbcClient.StatementSpec statement =
                list == null ? jdbc.sql(CONTACTS) : jdbc.sql(MEMBERS).param("list", list.number());
        statement
                .withFetchSize(ROW_BY_ROW)
                .param("directory", directory)
                .param("from", from)
                .param("to", to)
                .query(window);
        return window.written();
    }
}
