package io.muster.jobs.contactimport;

import io.muster.directory.store.LineageRuns;
import io.muster.jobs.CommittedRows;
import io.muster.jobs.RunLease;
import io.muster.load.JournalReader;
import io.muster.load.OutcomeCounts;
import io.muster.load.RowSet;
import io.muster.load.SideFile;
import io.muster.support.RunTakenOver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The part of the ledger about surveys and blocks of runs: what it has is done, and nothing else is. */
final class SurveyLedger {

    private static final String SURVEYS = """
        SELECT round, side_length, side_checksum, blocks, rule_ids, first_number, new_contacts, first_transaction,
          rows_unchanged, rows_rejected, rows_skipped
        FROM run_survey WHERE run_id = ? ORDER BY round
        """;

    private static final String DECIDED = "SELECT decided_rows FROM run_survey WHERE run_id = ?";

    private static final String FENCE = "SELECT COUNT(*) FROM run WHERE id = ? AND epoch = ? LOCK IN SHARE MODE";

    private static final String INSERT = """
        INSERT INTO run_survey (run_id, round, side_file, side_length, side_checksum, writes, blocks, rule_ids,
          first_number, new_contacts, first_transaction, rows_unchanged, rows_rejected, rows_skipped, decided_rows,
          surveyed_at)
        VALUES (:run, :round, :file, :length, :checksum, :writes, :blocks, :rules, :first, :created, :transaction,
          :unchanged, :rejected, :skipped, :decided, :now)
        """;

    private static final String DONE_BLOCKS = "SELECT block FROM run_block WHERE run_id = ? AND round = ?";

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final JournalReader journal;
    private final CommittedRows committed;

    /** A survey that was sealed. */
    record Sealed(
            int round,
            long sideLength,
            long sideChecksum,
            int blocks,
            List<Integer> rules,
            long firstNumber,
            long newContacts,
            long firstTransaction,
            OutcomeCounts decided) {}

    SurveyLedger(JdbcClient jdbc, TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.journal = new JournalReader(jdbc);
        this.committed = new CommittedRows(jdbc);
    }

    List<Sealed> sealed(long run) {
        return jdbc.sql(SURVEYS).param(run).query(SurveyLedger::sealed).list();
    }

    /**
     * Seals a survey: numbers for its new contacts and transactions are given out and nothing of it changes any more.
     *
     * @param known what the lineage of contacts will say of the run
     */
    void seal(
            RunLease lease,
            int round,
            int directory,
            List<Integer> rules,
            SideFile.Finished side,
            SurveyResult result,
            LineageRuns.Known known,
            long now) {
        long run = lease.run().number();
        transactions.executeWithoutResult(ignored -> {
            fence(lease);
            new LineageRuns(jdbc).enter(directory, run, known);
            NewNumbers next = NewNumbers.take(jdbc, directory, result.resolved());
            OutcomeCounts decided = result.resolved().decided();
            jdbc.sql(INSERT)
                    .param("run", run)
                    .param("round", round)
                    .param("file", side.path().getFileName().toString())
                    .param("length", side.length())
                    .param("checksum", side.checksum())
                    .param("writes", side.writes())
                    .param("blocks", side.blocks())
                    .param("rules", rules.stream().map(String::valueOf).collect(Collectors.joining(",")))
                    .param("first", next.contact())
                    .param("created", result.resolved().newContacts())
                    .param("transaction", next.transaction())
                    .param("unchanged", decided.unchanged())
                    .param("rejected", decided.rejected())
                    .param("skipped", decided.skipped())
                    .param("decided", RowSet.pack(result.resolved().decidedRows()))
                    .param("now", now)
                    .update();
        });
    }

    /** Refuses to go on with a run that another process holds now; no process can take it over before the transaction ends. */
    void fence(RunLease lease) {
        long run = lease.run().number();
        long held = jdbc.sql(FENCE).params(run, lease.epoch()).query(Long.class).single();
        if (held == 0) {
            throw RunTakenOver.of(lease.run().id());
        }
    }

    BitSet doneBlocks(long run, int round) {
        BitSet done = new BitSet();
        jdbc.sql(DONE_BLOCKS).params(run, round).query(Integer.class).list().forEach(done::set);
        return done;
    }

    /** Outcomes that are final. */
    OutcomeCounts counts(long run) {
        return committed.of(run).orElse(OutcomeCounts.NONE);
    }

    /** The rows of a file whose outcome is not final. */
    BitSet openRows(long run, long rowsRead) {
        BitSet open = new BitSet();
        open.set(1, Math.toIntExact(rowsRead + 1));
        jdbc.sql(DECIDED).param(run).query(byte[].class).list().forEach(rows -> open.andNot(RowSet.unpack(rows)));
        journal.forEach(run, entry -> entry.rows().forEach(row -> open.clear((int) row.row())));
        return open;
    }

    private static Sealed sealed(ResultSet result, int row) throws SQLException {
        String rules = result.getString("rule_ids");
        return new Sealed(
                result.getInt("round"),
                result.getLong("side_length"),
                result.getLong("side_checksum"),
                result.getInt("blocks"),
                rules.isEmpty()
                        ? List.of()
                        : Arrays.stream(rules.split(",")).map(Integer::valueOf).toList(),
                result.getLong("first_number"),
                result.getLong("new_contacts"),
                result.getLong("first_transaction"),
                new OutcomeCounts(
                        0,
                        0,
                        result.getLong("rows_unchanged"),
                        result.getLong("rows_rejected"),
                        result.getLong("rows_skipped")));
    }
}
