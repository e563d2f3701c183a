package io.muster.directory.store;

import io.muster.directory.ContactTransaction;
import io.muster.directory.EmbeddedJson;
import io.muster.support.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Transactions by their numbers, those of a contact from the oldest on, and the batches that callers put them into. */
public final class TransactionBatches {

    private static final int ROWS_PER_STATEMENT = 500;

    private static final String COLUMNS = """
        SELECT t.number, t.transaction_no, t.source, t.caller_id, t.happened_at, t.fields, t.run_id, t.recorded_at,
          l.list_id
        """;

    private static final String LIST = """
        LEFT JOIN transaction_list l ON l.directory_id = t.directory_id AND l.transaction_no = t.transaction_no
        """;

    private static final String FIND = COLUMNS + "FROM contact_transaction t\n" + LIST + """
        WHERE t.directory_id = :directory AND t.transaction_no = :number
        """;

    private static final String OF_CONTACT = COLUMNS + "FROM contact_transaction t\n" + LIST + """
        WHERE t.directory_id = :directory AND t.number = :contact
          AND (t.happened_at > :at OR (t.happened_at = :at AND t.transaction_no > :after))
        ORDER BY t.happened_at, t.transaction_no
        LIMIT :most
        """;

    private static final String OF_BATCH = COLUMNS + """
        FROM batch_transaction b
        JOIN contact_transaction t ON t.directory_id = b.directory_id AND t.transaction_no = b.transaction_no
        """ + LIST + """
        WHERE b.directory_id = :directory AND b.batch_no = :batch AND b.transaction_no > :after
        ORDER BY b.transaction_no
        LIMIT :most
        """;

    private static final String TAKE = "UPDATE directory SET next_batch = next_batch + 1 WHERE id = :directory";

    private static final String TAKEN = "SELECT next_batch - 1 FROM directory WHERE id = :directory";

    private static final String CREATE = """
        INSERT INTO transaction_batch (directory_id, batch_no, created_at) VALUES (:directory, :batch, :at)
        """;

    private static final String BATCHES = """
        SELECT batch_no, created_at FROM transaction_batch
        WHERE directory_id = :directory AND batch_no > :after
        ORDER BY batch_no
        LIMIT :most
        """;

    private static final String BATCH = """
        SELECT batch_no, created_at FROM transaction_batch WHERE directory_id = :directory AND batch_no = :batch
        """;

    private static final String ADD =
            "INSERT IGNORE INTO batch_transaction (directory_id, batch_no, transaction_no) VALUES ";

    private static final String OF_LIST =
            "INSERT IGNORE INTO transaction_list (directory_id, transaction_no, list_id) VALUES ";

    private final JdbcClient jdbc;
    private final InstantSource clock;

    /**
     * A transaction with whose it is.
     *
     * @param contact the number of its contact
     * @param list the number of the list that its caller named; null for none
     */
    public record Held(
            long contact,
            ContactTransaction transaction,
            @Nullable Integer list) {}

    /** A batch. */
    public record Batch(long number, long createdAt) {}

    /** A place between two transactions of a contact: after the one with that date and number. */
    public record Place(long at, long number) {

        /** Before the oldest. */
        public static final Place START = new Place(Long.MIN_VALUE, 0);
    }

    /** Those in a database. */
    public TransactionBatches(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** A transaction by its number. */
    public Optional<Held> find(int directory, long number) {
        return jdbc.sql(FIND)
                .param("directory", directory)
                .param("number", number)
                .query(TransactionBatches::held)
                .optional();
    }

    /** Transactions of a contact from a place on, the oldest first. */
    public List<Held> ofContact(int directory, long contact, Place from, int most) {
        return jdbc.sql(OF_CONTACT)
                .param("directory", directory)
                .param("contact", contact)
                .param("at", from.at())
                .param("after", from.number())
                .param("most", most)
                .query(TransactionBatches::held)
                .list();
    }

    /** Transactions of a batch after the one of a number, in the order in which they came to be known. */
    public List<Held> ofBatch(int directory, long batch, long after, int most) {
        return jdbc.sql(OF_BATCH)
                .param("directory", directory)
                .param("batch", batch)
                .param("after", after)
                .param("most", most)
                .query(TransactionBatches::held)
                .list();
    }

    /**
     * Within a transaction: makes a batch.
     *
     * @param at its date, epoch milliseconds; null for now
     */
    public Batch create(int directory, @Nullable Long at) {
        jdbc.sql(TAKE).param("directory", directory).update();
        long number = jdbc.sql(TAKEN)
                .param("directory", directory)
                .query(Long.class)
                .optional()
                .orElseThrow(() -> Refusal.notFound(
                        "UNKNOWN_DIRECTORY", "Cannot make the batch: its directory has been deleted meanwhile."));
        long created = at == null ? clock.millis() : at;
        jdbc.sql(CREATE)
                .param("directory", directory)
                .param("batch", number)
                .param("at", created)
                .update();
        return new Batch(number, created);
    }

    /** Batches after the one of a number, in the order of their making. */
    public List<Batch> batches(int directory, long after, int most) {
        return jdbc.sql(BATCHES)
                .param("directory", directory)
                .param("after", after)
                .param("most", most)
                .query((row, index) -> new Batch(row.getLong(1), row.getLong(2)))
                .list();
    }

    /** The batch of a number. */
    public Optional<Batch> batch(int directory, long number) {
        return jdbc.sql(BATCH)
                .param("directory", directory)
                .param("batch", number)
                .query((row, index) -> new Batch(row.getLong(1), row.getLong(2)))
                .optional();
    }

    /** Puts transactions into a batch; those that are in it stay. */
    public void add(int directory, long batch, List<Long> transactions) {
        insert(ADD, transactions, transaction -> List.of(directory, batch, transaction));
    }

    /** Notes the list that was named with some transactions. */
    public void ofList(int directory, int list, List<Long> transactions) {
        insert(OF_LIST, transactions, transaction -> List.of(directory, transaction, list));
    }

    private void insert(String sql, List<Long> transactions, Function<Long, List<?>> row) {
        for (int from = 0; from < transactions.size(); from += ROWS_PER_STATEMENT) {
            List<Long> some = transactions.subList(from, Math.min(transactions.size(), from + ROWS_PER_STATEMENT));
            List<Object> values = new ArrayList<>();
            some.forEach(transaction -> values.addAll(row.apply(transaction)));
            jdbc.sql(sql + "(?, ?, ?)" + ", (?, ?, ?)".repeat(some.size() - 1))
                    .params(values)
                    .update();
        }
    }

    private static Held held(ResultSet row, int index) throws SQLException {
        return new Held(
                row.getLong("number"),
                new ContactTransaction(
                        row.getLong("transaction_no"),
                        row.getString("source"),
                        row.getString("caller_id"),
                        row.getLong("happened_at"),
                        EmbeddedJson.read(row.getString("fields")),
                        row.getObject("run_id", Long.class),
                        row.getLong("recorded_at")),
                row.getObject("list_id", Integer.class));
    }
}
