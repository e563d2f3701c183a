package io.muster.jobs;

import io.muster.load.OutcomeCounts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The ledger of runs. Who works on a run holds an epoch of it; every change asks for that epoch, so that a process
 * whose run was taken over can change nothing any more. Heartbeats use the database's clock, which all processes share.
 */
public final class RunLedger {

    /** How often a process lets its runs be heard of. */
    public static final Duration HEARTBEAT = Duration.ofSeconds(5);

    /** Silence after which a run counts as dead: four heartbeats. */
    public static final Duration DEAD_AFTER = Duration.ofSeconds(20);

    private static final String NOW = "CAST(UNIX_TIMESTAMP(CURRENT_TIMESTAMP(3)) * 1000 AS SIGNED)";

    private static final String COLUMNS = """
            SELECT r.id, r.kind, a.name AS automation, r.delivery_id, d.path, r.directory_id, r.spec, r.status,
              r.step, r.reason, r.epoch, r.as_of, r.started_at, r.ended_at, h.beat_at, r.rows_read, r.rows_created,
              r.rows_updated, r.rows_unchanged, r.rows_rejected, r.rows_skipped, r.worked_ms, r.report,
              %s - h.beat_at AS silence
            FROM run r
            JOIN run_heartbeat h ON h.run_id = r.id
            JOIN delivery d ON d.id = r.delivery_id
            LEFT JOIN automation a ON a.id = r.automation_id
            """.formatted(NOW);

    private static final String FIND = COLUMNS + "WHERE r.id = :id";

    private static final String LIST = COLUMNS + """
                    WHERE (:directory IS NULL OR r.directory_id = :directory)
                      AND (:automation IS NULL OR a.name = :automation)
                    ORDER BY r.id DESC
                    LIMIT :most
                    """;

    private static final String LAST_COMPLETED = COLUMNS + """
                    WHERE r.automation_id = :automation AND r.status = 'COMPLETED' AND r.id < :before
                    ORDER BY r.id DESC
                    LIMIT 1
                    """;

    private static final String NEWER_COMPLETED = COLUMNS + """
                    WHERE a.name = :automation AND r.status = 'COMPLETED' AND r.delivery_id > :delivery
                    ORDER BY r.id
                    LIMIT 1
                    """;

    private static final String REPROCESSED = """
            SELECT outcome FROM run_action WHERE run_id = :id AND action = 'reprocess' ORDER BY id DESC LIMIT 1
            """;

    private static final String LOCK = "SELECT id FROM run WHERE id = :id FOR UPDATE";

    private static final String INSERT = """
            INSERT INTO run (kind, automation_id, delivery_id, directory_id, spec, status, step, owner, epoch, as_of,
              started_at)
            VALUES (:kind, :automation, :delivery, :directory, :spec, 'RUNNING', 'fetch', :owner, 1, :now, :now)
            """;

    private static final String INSERT_HEARTBEAT =
            "INSERT INTO run_heartbeat (run_id, epoch, beat_at) VALUES (:id, 1, " + NOW + ")";

    private static final String TAKE_OVER = """
            UPDATE run SET epoch = epoch + 1, owner = :owner, status = 'RUNNING', stop_requested = 0, reason = NULL,
              ended_at = NULL
            WHERE id = :id AND epoch = :epoch AND status <> 'COMPLETED' AND status <> 'ABANDONED'
            """;

    private static final String BEAT_AGAIN =
            "UPDATE run_heartbeat SET epoch = :epoch, beat_at = " + NOW + " WHERE run_id = :id";

    private static final String BEAT =
            "UPDATE run_heartbeat SET beat_at = " + NOW + " WHERE run_id = :id AND epoch = :epoch";

    private static final String STOP_REQUESTED = "SELECT stop_requested FROM run WHERE id = :id AND epoch = :epoch";

    private static final String STEP = "UPDATE run SET step = :step WHERE id = :id AND epoch = :epoch";

    private static final String PROGRESS = """
            UPDATE run SET rows_read = :read, rows_created = :created, rows_updated = :updated,
              rows_unchanged = :unchanged, rows_rejected = :rejected, rows_skipped = :skipped
            WHERE id = :id AND epoch = :epoch
            """;

    private static final String REPORT = "UPDATE run SET report = :report WHERE id = :id AND epoch = :epoch";

    private static final String FINISH = """
            UPDATE run SET status = :status, reason = :reason, ended_at = :now, worked_ms = worked_ms + :worked
            WHERE id = :id AND epoch = :epoch AND status = 'RUNNING'
            """;

    private static final String REQUEST_STOP =
            "UPDATE run SET stop_requested = 1 WHERE id = :id AND status = 'RUNNING'";

    private static final String ABANDON = """
            UPDATE run SET status = 'ABANDONED', epoch = epoch + 1, ended_at = COALESCE(ended_at, :now)
            WHERE id = :id AND epoch = :epoch AND status <> 'COMPLETED'
            """;

    private static final String MARK_DEAD = """
            UPDATE run r JOIN run_heartbeat h ON h.run_id = r.id
            SET r.status = 'DEAD', r.ended_at = h.beat_at,
              r.reason = 'Its process was lost. Resume it to go on where it stopped.'
            WHERE r.status = 'RUNNING' AND h.beat_at < %s - :silence
            """.formatted(NOW);

    private static final String ACT = """
            INSERT INTO run_action (run_id, action, actor, outcome, acted_at)
            VALUES (:id, :action, :actor, :outcome, :now)
            """;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final java.time.InstantSource clock;

    /** What a new run is started with. */
    public record NewRun(String kind, long automation, long delivery, int directory, String spec, String owner) {}

    /** A ledger in a database. */
    public RunLedger(JdbcClient jdbc, TransactionTemplate transactions, java.time.InstantSource clock) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Enters a run, held by its owner with epoch 1. */
    public Run start(NewRun run) {
        long id = transactions.execute(ignored -> {
            GeneratedKeyHolder key = new GeneratedKeyHolder();
            jdbc.sql(INSERT)
                    .param("kind", run.kind())
                    .param("automation", run.automation())
                    .param("delivery", run.delivery())
                    .param("directory", run.directory())
                    .param("spec", run.spec())
                    .param("owner", run.owner())
                    .param("now", clock.millis())
                    .update(key, "id");
            long number = java.util.Objects.requireNonNull(key.getKey()).longValue();
            jdbc.sql(INSERT_HEARTBEAT).param("id", number).update();
            return number;
        });
        return find(id).orElseThrow();
    }

    /** The run with a numeric id. */
    public Optional<Run> find(long id) {
        return jdbc.sql(FIND).param("id", id).query(RunLedger::run).optional();
    }

    /** Runs, newest first; both filters may be null. */
    public List<Run> list(@Nullable Integer directory, @Nullable String automation, int most) {
        return jdbc.sql(LIST)
                .param("directory", directory, java.sql.Types.INTEGER)
                .param("automation", automation, java.sql.Types.VARCHAR)
                .param("most", most)
                .query(RunLedger::run)
                .list();
    }

    /** An automation's last completed run before another. */
    public Optional<Run> lastCompleted(long automation, long before) {
        return jdbc.sql(LAST_COMPLETED)
                .param("automation", automation)
                .param("before", before)
                .query(RunLedger::run)
                .optional();
    }

    /** A completed run over a newer delivery of the same automation. */
    public Optional<Run> newerCompleted(Run run) {
        return jdbc.sql(NEWER_COMPLETED)
                .param("automation", run.automation())
                .param("delivery", run.delivery())
                .query(RunLedger::run)
                .optional();
    }

    /** Keeps others from acting on a run until the transaction ends; the result is the run as it is then. */
    public Run lock(long id) {
        jdbc.sql(LOCK).param("id", id).query(Long.class).single();
        return find(id).orElseThrow();
    }

    /** The run that reprocessed another. */
    public Optional<Run> reprocessed(long id) {
        return jdbc.sql(REPROCESSED)
                .param("id", id)
                .query(String.class)
                .optional()
                .flatMap(number -> find(Long.parseLong(number)));
    }

    /**
     * Takes a run over that is over or dead; waits for block transactions of the former owner.
     *
     * @return the new epoch; empty when somebody else was faster or it has completed
     */
    public OptionalLong takeOver(Run run, String owner) {
        return transactions.execute(ignored -> {
            int taken = jdbc.sql(TAKE_OVER)
                    .param("owner", owner)
                    .param("id", run.number())
                    .param("epoch", run.epoch())
                    .update();
            if (taken == 0) {
                return OptionalLong.empty();
            }

            jdbc.sql(BEAT_AGAIN)
                    .param("epoch", run.epoch() + 1)
                    .param("id", run.number())
                    .update();
            return OptionalLong.of(run.epoch() + 1L);
        });
    }

    /** Lets a run be heard of; false when it is held by somebody else now. */
    public boolean beat(long id, int epoch) {
        return jdbc.sql(BEAT).param("id", id).param("epoch", epoch).update() == 1;
    }

    /** Whether the run is to stop: an operator asked for it, or somebody else holds it. */
    public boolean isToStop(long id, int epoch) {
        return jdbc.sql(STOP_REQUESTED)
                        .param("id", id)
                        .param("epoch", epoch)
                        .query(Integer.class)
                        .optional()
                        .orElse(1)
                == 1;
    }

    /** Notes the step a run is in. */
    public void step(long id, int epoch, String step) {
        jdbc.sql(STEP).param("step", step).param("id", id).param("epoch", epoch).update();
    }

    /** Notes what is known so far. */
    public void progress(long id, int epoch, long read, OutcomeCounts counts) {
        jdbc.sql(PROGRESS)
                .param("read", read)
                .param("created", counts.created())
                .param("updated", counts.updated())
                .param("unchanged", counts.unchanged())
                .param("rejected", counts.rejected())
                .param("skipped", counts.skipped())
                .param("id", id)
                .param("epoch", epoch)
                .update();
    }

    /** Notes findings, as JSON. */
    public void report(long id, int epoch, String report) {
        jdbc.sql(REPORT)
                .param("report", report)
                .param("id", id)
                .param("epoch", epoch)
                .update();
    }

    /** Ends a run; without effect when it is held by somebody else now. */
    public void finish(long id, int epoch, RunStatus status, @Nullable String reason, Duration worked) {
        jdbc.sql(FINISH)
                .param("status", status.name())
                .param("reason", reason)
                .param("now", clock.millis())
                .param("worked", worked.toMillis())
                .param("id", id)
                .param("epoch", epoch)
                .update();
    }

    /** Whether an operator asked for the last stop of a run, rather than the end of its process. */
    public boolean isStopWanted(long id) {
        return jdbc.sql("SELECT stop_requested FROM run WHERE id = :id")
                        .param("id", id)
                        .query(Integer.class)
                        .single()
                == 1;
    }

    /** Asks the process that works on a run to stop it; false when none does. */
    public boolean requestStop(long id) {
        return jdbc.sql(REQUEST_STOP).param("id", id).update() == 1;
    }

    /** Gives a run up; false when it has completed or somebody else took it over. */
    public boolean abandon(Run run) {
        return jdbc.sql(ABANDON)
                        .param("now", clock.millis())
                        .param("id", run.number())
                        .param("epoch", run.epoch())
                        .update()
                == 1;
    }

    /** Marks runs whose process was lost; the result is their number. */
    public int markDead() {
        return jdbc.sql(MARK_DEAD).param("silence", DEAD_AFTER.toMillis()).update();
    }

    /** Records what an operator did. */
    public void act(long id, String action, String actor, String outcome) {
        jdbc.sql(ACT)
                .param("id", id)
                .param("action", action)
                .param("actor", actor)
                .param("outcome", outcome)
                .param("now", clock.millis())
                .update();
    }

    private static Run run(ResultSet result, int row) throws SQLException {
        RunStatus status = RunStatus.valueOf(result.getString("status"));
        boolean silent = result.getLong("silence") > DEAD_AFTER.toMillis();
        long ended = result.getLong("ended_at");
        boolean over = !result.wasNull();
        return new Run(
                result.getLong("id"),
                result.getString("kind"),
                result.getString("automation"),
                result.getLong("delivery_id"),
                result.getString("path"),
                result.getInt("directory_id"),
                result.getString("spec"),
                status == RunStatus.RUNNING && silent ? RunStatus.DEAD : status,
                result.getString("step"),
                result.getString("reason"),
                result.getInt("epoch"),
                result.getLong("as_of"),
                result.getLong("started_at"),
                over ? ended : null,
                result.getLong("beat_at"),
                result.getLong("rows_read"),
                new OutcomeCounts(
                        result.getLong("rows_created"),
                        result.getLong("rows_updated"),
                        result.getLong("rows_unchanged"),
                        result.getLong("rows_rejected"),
                        result.getLong("rows_skipped")),
                result.getLong("worked_ms"),
                result.getString("report"));
    }
}
