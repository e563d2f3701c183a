package io.muster.jobs;

import io.muster.support.Refusal;
import io.muster.support.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/** Contacts that callers have sent to be imported, with what became of each. */
public final class SentImports {

    private static final int ROWS_PER_STATEMENT = 500;

    private static final String INSERT = """
        INSERT INTO sent_import (directory_id, list_id, run_id, batch_no, contacts, unprocessed, content, repeat_key,
          sent_hash, created_at)
        VALUES (:directory, :list, 0, :batch, :contacts, :unprocessed, NULL, :key, :hash, :now)
        """;

    private static final String OF_RUN = "UPDATE sent_import SET run_id = :run, content = :content WHERE id = :id";

    private static final String COLUMNS = """
        SELECT id, directory_id, list_id, run_id, batch_no, contacts, unprocessed, percent, sent_hash, created_at
        FROM sent_import
        """;

    private static final String FIND = COLUMNS + "WHERE id = :id";

    private static final String REPEATED = COLUMNS + "WHERE repeat_key = :key";

    private static final String BY_RUN = COLUMNS + "WHERE run_id = :run";

    private static final String CONTENT = "SELECT content FROM sent_import WHERE id = :id AND content IS NOT NULL";

    private static final String FORGET_CONTENT = "UPDATE sent_import SET content = NULL WHERE run_id = :run";

    private static final String OPEN = "SELECT COUNT(*) FROM sent_import WHERE waiting = 1";

    private static final String IN_FRONT = """
        SELECT COUNT(*) FROM sent_import WHERE waiting = 1 AND list_id = :list AND id < :id
        """;

    private static final String AGAIN = "UPDATE sent_import SET waiting = 1 WHERE run_id = :run";

    // A run that its process has lost goes on, and so does one that stopped with its process; nothing else does by
    // itself.
    private static final String END = """
        UPDATE sent_import s JOIN run r ON r.id = s.run_id
        SET s.waiting = CASE
          WHEN r.status IN ('QUEUED', 'RUNNING', 'DEAD') THEN 1
          WHEN r.status = 'STOPPED' AND r.stop_requested = 0 THEN 1
          ELSE 0 END
        WHERE s.run_id = :run
        """;

    private static final String LEFT = """
        SELECT r.id FROM sent_import s JOIN run r ON r.id = s.run_id
        WHERE s.waiting = 1 AND r.status IN ('DEAD', 'STOPPED')
        ORDER BY s.id
        """;

    private static final String TELL =
            "UPDATE sent_import SET percent = :percent WHERE id = :id AND percent < :percent";

    private static final String PUT_ROWS = """
        INSERT INTO sent_import_row (run_id, row_no, outcome, number, joined, transaction_no, code) VALUES %s
        ON DUPLICATE KEY UPDATE outcome = VALUES(outcome), number = VALUES(number), joined = VALUES(joined),
          transaction_no = VALUES(transaction_no), code = VALUES(code)
        """;

    private static final String ROWS = """
        SELECT row_no, outcome, number, joined, transaction_no, code FROM sent_import_row
        WHERE run_id = :run AND row_no > :after
        ORDER BY row_no
        LIMIT :most
        """;

    private static final String REJECTED = """
        SELECT row_no FROM run_reject WHERE run_id = :run AND code = :code ORDER BY row_no
        """;

    private static final String TRANSACTIONS = "SELECT COUNT(transaction_no) FROM sent_import_row WHERE run_id = :run";

    private final JdbcClient jdbc;
    private final InstantSource clock;

    /**
     * What a caller has sent.
     *
     * @param run the run that was entered with it
     * @param percent the largest share that was told to a caller, 0 to 100
     */
    public record Sent(
            long number,
            int directory,
            int list,
            long run,
            @Nullable Long batch,
            int contacts,
            List<Integer> unprocessed,
            double percent,
            Sha256 hash,
            long createdAt) {}

    /**
     * What became of one contact.
     *
     * @param row its place, counted from 1
     * @param outcome the name of the outcome that is counted
     * @param contact the number of the contact it is about; null for none
     * @param joined whether the contact joined the list with it
     * @param transaction the number of the transaction that was recorded; null for none
     * @param code why it was rejected; null else
     */
    public record Row(
            int row,
            String outcome,
            @Nullable Long contact,
            boolean joined,
            @Nullable Long transaction,
            @Nullable String code) {}

    /** Those in a database. */
    public SentImports(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Keeps what was sent, within the caller's transaction; its number.
     *
     * @throws org.springframework.dao.DuplicateKeyException when its key is known already
     */
    public long enter(int directory, SentContacts sent) {
        Sha256 key = sent.repeatKey();
        GeneratedKeyHolder number = new GeneratedKeyHolder();
        jdbc.sql(INSERT)
                .param("directory", directory)
                .param("list", sent.list())
                .param("batch", sent.batch())
                .param("contacts", sent.contacts())
                .param(
                        "unprocessed",
                        sent.unprocessed().stream().map(String::valueOf).collect(Collectors.joining(",")))
                .param("key", key == null ? null : key.bytes())
                .param("hash", sent.hash().bytes())
                .param("now", clock.millis())
                .update(number, "id");
        return Objects.requireNonNull(number.getKey()).longValue();
    }

    /** Completes what was entered: the run that imports it, and the contacts as a file. */
    public void ofRun(long number, long run, byte[] file) {
        jdbc.sql(OF_RUN)
                .param("run", run)
                .param("content", packed(file))
                .param("id", number)
                .update();
    }

    /** What has that number. */
    public Optional<Sent> find(long number) {
        return jdbc.sql(FIND).param("id", number).query(SentImports::sent).optional();
    }

    /** What was sent with that key. */
    public Optional<Sent> repeated(Sha256 key) {
        return jdbc.sql(REPEATED)
                .param("key", key.bytes())
                .query(SentImports::sent)
                .optional();
    }

    /** What a run imports. */
    public Optional<Sent> byRun(long run) {
        return jdbc.sql(BY_RUN).param("run", run).query(SentImports::sent).optional();
    }

    /** The contacts as a file. A refusal when they are not kept any longer. */
    public InputStream content(long number) {
        byte[] content = jdbc.sql(CONTENT)
                .param("id", number)
                .query(byte[].class)
                .optional()
                .orElseThrow(() -> Refusal.failed(
                        "CONTENT_GONE",
                        "Cannot read the contacts that were sent: they are not kept any longer. Send them again."));
        try {
            return new GZIPInputStream(new ByteArrayInputStream(content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the contacts of an import are still kept. */
    public boolean hasContent(long number) {
        return jdbc.sql("SELECT content IS NOT NULL FROM sent_import WHERE id = :id")
                .param("id", number)
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    /** Forgets the contacts that a run has imported. */
    public void forgetContent(long run) {
        jdbc.sql(FORGET_CONTENT).param("run", run).update();
    }

    /** How many wait or are being worked on. */
    public long open() {
        return jdbc.sql(OPEN).query(Long.class).single();
    }

    /** How many that came before go into the same list and have not ended for good. */
    public long inFront(Sent sent) {
        return jdbc.sql(IN_FRONT)
                .param("list", sent.list())
                .param("id", sent.number())
                .query(Long.class)
                .single();
    }

    /** Has later ones into the same list wait for a run that is to be worked on, again where it had ended before. */
    public void begin(long run) {
        jdbc.sql(AGAIN).param("run", run).update();
    }

    /** Lets later ones into the same list go on, if the run has ended for good. */
    public void end(long run) {
        jdbc.sql(END).param("run", run).update();
    }

    /** Runs of imports that ended with their process, so that another one can go on with them; the oldest first. */
    public List<Long> left() {
        return jdbc.sql(LEFT).query(Long.class).list();
    }

    /** Notes that a caller was told of so much; what is told never falls. */
    public double tell(Sent sent, double percent) {
        if (percent <= sent.percent()) {
            return sent.percent();
        }

        jdbc.sql(TELL).param("percent", percent).param("id", sent.number()).update();
        return percent;
    }

    /** Enters what became of some contacts; what was entered of them before is replaced. */
    public void put(long run, List<Row> rows) {
        for (int from = 0; from < rows.size(); from += ROWS_PER_STATEMENT) {
            List<Row> some = rows.subList(from, Math.min(rows.size(), from + ROWS_PER_STATEMENT));
            List<@Nullable Object> values = new ArrayList<>();
            for (Row row : some) {
                values.addAll(Arrays.asList(
                        run, row.row(), row.outcome(), row.contact(), row.joined(), row.transaction(), row.code()));
            }

            String places = "(?, ?, ?, ?, ?, ?, ?)";
            jdbc.sql(PUT_ROWS.formatted(places + (", " + places).repeat(some.size() - 1)))
                    .params(values)
                    .update();
        }
    }

    /** What became of the contacts after a place, in their order. */
    public List<Row> rows(long run, int after, int most) {
        return jdbc.sql(ROWS)
                .param("run", run)
                .param("after", after)
                .param("most", most)
                .query((row, index) -> new Row(
                        row.getInt(1),
                        row.getString(2),
                        row.getObject(3, Long.class),
                        row.getBoolean(4),
                        row.getObject(5, Long.class),
                        row.getString(6)))
                .list();
    }

    /** The places of the contacts that were rejected for a reason, as far as is known and kept. */
    public List<Integer> rejected(long run, String code) {
        return jdbc.sql(REJECTED)
                .param("run", run)
                .param("code", code)
                .query(Integer.class)
                .list();
    }

    /** How many transactions were recorded. */
    public long transactions(long run) {
        return jdbc.sql(TRANSACTIONS).param("run", run).query(Long.class).single();
    }

    private static byte[] packed(byte[] file) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(file.length / 4 + 100);
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(file);
        } catch (IOException e) {
            throw new AssertionError("memory cannot fail", e);
        }

        return packed.toByteArray();
    }

    private static Sent sent(ResultSet row, int index) throws SQLException {
        String unprocessed = row.getString("unprocessed");
        return new Sent(
                row.getLong("id"),
                row.getInt("directory_id"),
                row.getInt("list_id"),
                row.getLong("run_id"),
                row.getObject("batch_no", Long.class),
                row.getInt("contacts"),
                unprocessed.isEmpty()
                        ? List.of()
                        : Arrays.stream(unprocessed.split(","))
                                .map(Integer::valueOf)
                                .toList(),
                row.getDouble("percent"),
                Sha256.of(row.getBytes("sent_hash")),
                row.getLong("created_at"));
    }
}
