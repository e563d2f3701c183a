package io.muster.jobs.deletion;

import io.muster.jobs.FencedTransactions;
import io.muster.jobs.Progress;
import io.muster.jobs.RunLease;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStopped;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * The deletion of a directory as a Spring Batch job of one step: everything that carries its number goes in blocks of
 * rows, each in a transaction of its own, and the directory itself with the last one. An attempt that was cut off goes on
 * where it stopped. Runs stay in the ledger, without the contents of their rows.
 */
public final class DeletionJob {

    /** The job's name in Spring Batch. */
    public static final String NAME = "deleteDirectory";

    private static final int BLOCK = 5_000;

    /** What runs in the directory left that holds contents of rows. */
    private static final List<String> OF_RUNS = List.of(
            "run_journal",
            "run_reject",
            "run_block",
            "run_survey",
            "run_undo_block",
            "run_undo_kept",
            "eligibility_block",
            "sent_import_row");

    /** Tables that lead with the directory's number; those that others lead to come last. */
    private static final List<String> TABLES = List.of(
            "contact",
            "claim",
            "claim_shadow",
            "content_claim",
            "lineage_run",
            "contact_alias",
            "list_member",
            "contact_transaction",
            "transaction_claim",
            "touchpoint",
            "touchpoint_claim",
            "response",
            "event_source",
            "import_draft",
            "import_mapping",
            "sent_import",
            "transaction_batch",
            "batch_transaction",
            "transaction_list",
            "repeated_call",
            "json_event",
            "keep_apart",
            "contact_merge_image",
            "contact_merge",
            "rekey_progress",
            "embedded_name",
            "segment_change",
            "segment_publication",
            "segment_members",
            "segment_block",
            "segment_version",
            "segment_rebuild",
            "segment_use",
            "segment",
            "segment_gate",
            "kept_count",
            "contact_search",
            "mailing_list",
            "identity_rule",
            "frequency_rule",
            "frequency_revision",
            "frequency_time",
            "frequency_computed",
            "frequency_block",
            "frequency_reservation",
            "frequency_reset",
            "test_contact",
            "access_token_directory",
            "console_user_directory",
            "contact_change",
            "change_reader");

    private static final String RUNS = "SELECT id FROM run WHERE directory_id = ?";

    private static final String SEGMENTS = "SELECT id FROM segment WHERE directory_id = ?";

    private static final String LOCK_GATE = "SELECT directory_id FROM identity_gate WHERE directory_id = ? FOR UPDATE";

    private static final List<String> LAST =
            List.of("DELETE FROM identity_gate WHERE directory_id = ?", "DELETE FROM directory WHERE id = ?");

    private final JobRepository repository;
    private final JdbcClient jdbc;
    private final PlatformTransactionManager manager;
    private final RunLedger runs;
    private final JsonMapper json;

    /** Makes jobs on that database. */
    public DeletionJob(
            JobRepository repository,
            JdbcClient jdbc,
            PlatformTransactionManager manager,
            RunLedger runs,
            JsonMapper json) {
        this.repository = repository;
        this.jdbc = jdbc;
        this.manager = manager;
        this.runs = runs;
        this.json = json;
    }

    /** The job of one attempt at a deletion. */
    public Job of(RunLease lease, Progress progress) {
        Tasklet delete = (contribution, context) -> {
            progress.step("delete");
            new Deletion(lease, progress).run();
            return RepeatStatus.FINISHED;
        };
        return new JobBuilder(NAME, repository)
                .start(new StepBuilder("delete", repository).tasklet(delete).build())
                .build();
    }

    /** Deletes a block of the rows that carry a number. */
    private record Statement(String sql, long number) {

        static Statement of(String table, String column, long number) {
            return new Statement("DELETE FROM " + table + " WHERE " + column + " = ? LIMIT " + BLOCK, number);
        }
    }

    private List<Statement> statements(int directory) {
        List<Statement> statements = new ArrayList<>();
        for (long run : jdbc.sql(RUNS).param(directory).query(Long.class).list()) {
            OF_RUNS.forEach(table -> statements.add(Statement.of(table, "run_id", run)));
        }

        for (long segment :
                jdbc.sql(SEGMENTS).param(directory).query(Long.class).list()) {
            statements.add(Statement.of("segment_definition", "segment_id", segment));
        }

        TABLES.forEach(table -> statements.add(Statement.of(table, "directory_id", directory)));
        return statements;
    }

    private final class Deletion {

        private final RunLease lease;
        private final Progress progress;
        private final TransactionTemplate transactions;
        private final int directory;
        private long rows;

        Deletion(RunLease lease, Progress progress) {
            this.lease = lease;
            this.progress = progress;
            this.transactions = new TransactionTemplate(new FencedTransactions(manager, runs, lease));
            this.directory = lease.run().directory();
            String before = runs.find(lease.run().number()).orElseThrow().report();
            this.rows = before == null
                    ? 0
                    : json.readValue(before, DeletionReport.class).rows();
        }

        void run() {
            List<Statement> statements = statements(directory);
            for (int i = 0; i < statements.size(); i++) {
                empty(statements.get(i), (double) i / statements.size());
            }

            // Edits that had begun before may have written since; none can while the gate is held alone.
            transactions.executeWithoutResult(status -> {
                jdbc.sql(LOCK_GATE).param(directory).query(Integer.class).optional();
                for (Statement statement : statements(directory)) {
                    while (delete(statement) > 0) {
                        // until nothing is left
                    }
                }

                LAST.forEach(statement -> jdbc.sql(statement).param(directory).update());
            });
        }

        private void empty(Statement statement, double share) {
            int deleted;
            do {
                if (lease.stopRequested()) {
                    throw new RunStopped();
                }

                deleted = Objects.requireNonNull(transactions.execute(status -> delete(statement)));
                rows += deleted;
                progress.at(rows, share);
            } while (deleted > 0);

            runs.report(lease.run().number(), lease.epoch(), json.writeValueAsString(new DeletionReport(rows)));
        }

        private int delete(Statement statement) {
            return jdbc.sql(statement.sql()).param(statement.number()).update();
        }
    }
}
