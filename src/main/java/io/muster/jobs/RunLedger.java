package io.muster.jobs;

import io.muster.directory.Actor;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.jobs.RunFilter.Times;
import io.muster.load.OutcomeCounts;
import io.muster.load.TakenAway;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import io.muster.support.RunTakenOver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * The ledger of everything that runs. The process that works on a run holds an epoch of it; every change asks for that
 * epoch, so that a process whose run was taken over can change nothing any more. Heartbeats use the database's clock,
 * which all processes share.
 */
public final class RunLedger {

    /** Interval between heartbeats. */
    public static final Duration HEARTBEAT = Duration.ofSeconds(5);

    /** Silence after which a run counts as dead: four heartbeats. */
    public static final Duration DEAD_AFTER = Duration.ofSeconds(20);

    /** Numbers from here on belong to events; a run never gets one. */
    public static final long FIRST_EVENT = 1L << 62;

    private static final String NOW = "CAST(UNIX_TIMESTAMP(CURRENT_TIMESTAMP(3)) * 1000 AS SIGNED)";

    private static final String COLUMNS = """
        SELECT r.id, r.kind, a.name AS automation, r.directory_id, y.name AS directory, r.spec, r.status, r.step, r.reason,
          r.epoch,
          r.as_of, r.started_at, r.ended_at, r.worked_ms + h.worked_ms AS worked_ms, r.report, r.pruned_at, r.owner,
          h.beat_at, h.done, h.share, h.rate, h.left_ms, %s - h.beat_at AS silence, i.delivery_id, d.path, i.rows_read,
          i.rows_created, i.rows_updated, i.rows_unchanged, i.rows_rejected, i.rows_skipped, i.rows_left,
          i.rows_opted_out, i.rows_deleted, i.repeats, i.settled_by, i.changes,
          CASE WHEN %s THEN NULL ELSE i.undone_by END AS undone_by,
          EXISTS (SELECT 1 FROM run_chain_step c WHERE c.run_id = r.id) AS chained
        FROM run r
        JOIN run_heartbeat h ON h.run_id = r.id
        LEFT JOIN automation a ON a.id = r.automation_id
        LEFT JOIN directory y ON y.id = r.directory_id
        LEFT JOIN run_import i ON i.run_id = r.id
        LEFT JOIN delivery d ON d.id = i.delivery_id
        """.formatted(NOW, NotUndone.condition("i.run_id"));

    private static final String FIND = COLUMNS + "WHERE r.id = :id";

    private static final String UNFINISHED = COLUMNS + """
        JOIN (
          SELECT id, run_id FROM delivery
          WHERE automation_id > 0 AND state = 'TAKEN' AND run_id IS NOT NULL
          ORDER BY id
          LIMIT :most
        ) open ON open.run_id = r.id
        ORDER BY open.id
        """;

    private static final String OPEN = COLUMNS + """
        WHERE r.directory_id = :directory AND r.kind = :kind
          AND r.status NOT IN ('COMPLETED', 'ABANDONED')
        ORDER BY r.id
        """;

    private static final String UNDER_WAY = COLUMNS + """
        WHERE r.directory_id = :directory AND r.status IN ('QUEUED', 'RUNNING')
        ORDER BY r.id
        """;

    private static final String COUNT = "SELECT COUNT(*) FROM run WHERE directory_id = :directory";

    // Tasks of a workflow have rows of their own; a run without a chain is compared with those without one.
    private static final String SAME_TASK = """
        (SELECT MAX(s.task) FROM run_chain_step s WHERE s.run_id = r.id)
            <=> (SELECT MAX(s.task) FROM run_chain_step s WHERE s.run_id = :run)
        """;

    private static final String LAST_COMPLETED = COLUMNS + """
        WHERE r.automation_id = :automation AND r.kind = 'contact-import' AND r.status = 'COMPLETED'
          AND r.id < :run AND %s AND %s
        ORDER BY r.id DESC
        LIMIT 1
        """.formatted(NotUndone.condition("r.id"), SAME_TASK);

    private static final String NEWER_COMPLETED = COLUMNS + """
        JOIN delivery own ON own.id = :delivery
        WHERE a.name = :automation AND r.status = 'COMPLETED' AND i.delivery_id > :delivery
          AND d.listing_key <> own.listing_key AND (d.sha256 IS NULL OR NOT d.sha256 <=> own.sha256)
          AND NOT CASE
            WHEN d.dated_at IS NOT NULL AND own.dated_at IS NOT NULL THEN d.dated_at < own.dated_at
            ELSE d.origin = 'SOURCE' AND own.origin = 'SOURCE' AND d.modified_at < own.modified_at
          END
          AND %s AND %s
        ORDER BY r.id
        LIMIT 1
        """.formatted(NotUndone.condition("r.id"), SAME_TASK);

    private static final String HOLDER = """
        SELECT r.owner, h.beat_at, %s - h.beat_at AS silence
        FROM run r
        JOIN run_heartbeat h ON h.run_id = r.id
        WHERE r.id = :id AND r.status IN ('QUEUED', 'RUNNING')
        """.formatted(NOW);

    private static final String LOCK = "SELECT id FROM run WHERE id = :id FOR UPDATE";

    // A shared lock: transactions of one run do not wait for each other; a process that takes the run over waits for
    // all of them.
    private static final String FENCE = "SELECT COUNT(*) FROM run WHERE id = ? AND epoch = ? LOCK IN SHARE MODE";

    private static final String SHARE_DIRECTORY = "SELECT id FROM directory WHERE id = :directory LOCK IN SHARE MODE";

    private static final String LOCK_DIRECTORY = "SELECT id FROM directory WHERE id = :directory FOR UPDATE";

    private static final String INSERT = """
        INSERT INTO run (kind, automation_id, directory_id, spec, status, step, owner, epoch, as_of, started_at)
        VALUES (:kind, :automation, :directory, :spec, 'QUEUED', :step, :owner, 1, :asOf, :now)
        """;

    private static final String INSERT_HEARTBEAT =
            "INSERT INTO run_heartbeat (run_id, epoch, beat_at) VALUES (:id, 1, " + NOW + ")";

    private static final String INSERT_IMPORT = "INSERT INTO run_import (run_id, delivery_id) VALUES (:id, :delivery)";

    private static final String LIES_IN = "UPDATE run SET spool = :spool WHERE id = :id";

    private static final String SPOOL = "SELECT spool FROM run WHERE id = :id AND spool IS NOT NULL";

    private static final String BEGIN = """
        UPDATE run SET status = 'RUNNING', started_at = CASE WHEN epoch = 1 THEN :now ELSE started_at END,
          as_of = CASE WHEN epoch = 1 AND as_of IS NOT NULL THEN :now ELSE as_of END
        WHERE id = :id AND epoch = :epoch AND status = 'QUEUED'
        """;

    private static final String TAKE_OVER = """
        UPDATE run SET epoch = epoch + 1, owner = :owner, status = 'QUEUED', stop_requested = 0, reason = NULL,
          ended_at = NULL
        WHERE id = :id AND epoch = :epoch AND status <> 'COMPLETED' AND status <> 'ABANDONED'
          AND (pruned_at IS NULL OR kind <> 'contact-import')
        """;

    // What the attempts before have worked, also the last one, whose process may be lost.
    private static final String KEEP_WORKED = """
        UPDATE run r JOIN run_heartbeat h ON h.run_id = r.id
        SET r.worked_ms = r.worked_ms + h.worked_ms
        WHERE r.id = :id
        """;

    private static final String BEAT_AGAIN = """
        UPDATE run_heartbeat
        SET epoch = :epoch, done = 0, share = 0, rate = 0, left_ms = NULL, worked_ms = 0, beat_at = %s
        WHERE run_id = :id
        """.formatted(NOW);

    private static final String BEAT = """
        UPDATE run_heartbeat
        SET beat_at = %s, done = :done, share = :share, rate = :rate, left_ms = :left, worked_ms = :worked
        WHERE run_id = :id AND epoch = :epoch
        """.formatted(NOW);

    private static final String STOP_REQUESTED = "SELECT stop_requested FROM run WHERE id = :id AND epoch = :epoch";

    private static final String STEP = "UPDATE run SET step = :step WHERE id = :id AND epoch = :epoch";

    private static final String AS_OF = "UPDATE run SET as_of = :asOf WHERE id = :id AND epoch = :epoch";

    private static final String PROGRESS = """
        UPDATE run_import i JOIN run r ON r.id = i.run_id
        SET i.rows_read = :read, i.rows_created = :created, i.rows_updated = :updated,
          i.rows_unchanged = :unchanged, i.rows_rejected = :rejected, i.rows_skipped = :skipped,
          i.rows_left = :left, i.rows_opted_out = :optedOut, i.rows_deleted = :deleted
        WHERE i.run_id = :id AND r.epoch = :epoch
        """;

    private static final String REPORT = "UPDATE run SET report = :report WHERE id = :id AND epoch = :epoch";

    // Rows of a run are together in the index, by code.
    private static final String REJECT_CODES = """
        SELECT code, COUNT(*) AS number FROM run_reject WHERE run_id = :id GROUP BY code ORDER BY number DESC, code
        """;

    private static final String KEEP_REJECT_CODES = """
        UPDATE run_import i JOIN run r ON r.id = i.run_id
        SET i.reject_codes = :codes
        WHERE i.run_id = :id AND r.epoch = :epoch
        """;

    private static final String FINISH = """
        UPDATE run SET status = :status, reason = :reason, ended_at = :now
        WHERE id = :id AND epoch = :epoch AND status IN ('QUEUED', 'RUNNING')
        """;

    private static final String REQUEST_STOP =
            "UPDATE run SET stop_requested = 1 WHERE id = :id AND status IN ('QUEUED', 'RUNNING')";

    private static final String ABANDON = """
        UPDATE run SET status = 'ABANDONED', epoch = epoch + 1, ended_at = COALESCE(ended_at, :now)
        WHERE id = :id AND epoch = :epoch AND status <> 'COMPLETED'
        """;

    private static final String SILENT = """
        SELECT r.id FROM run r JOIN run_heartbeat h ON h.run_id = r.id
        WHERE r.status IN ('QUEUED', 'RUNNING') AND h.beat_at < %s - :silence
        """.formatted(NOW);

    private static final String MARK_DEAD = """
        UPDATE run r JOIN run_heartbeat h ON h.run_id = r.id
        SET r.status = 'DEAD', r.ended_at = h.beat_at, r.reason = :reason
        WHERE r.id = :id AND r.epoch = :epoch AND r.status IN ('QUEUED', 'RUNNING') AND h.beat_at = :heartbeat
        """;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Audit audit;
    private final CommittedRows committed;
    private final InstantSource clock;
    private final Ids ids;

    /**
     * What a new run is started with.
     *
     * @param automation numeric id of its automation; {@link Deliveries#NO_AUTOMATION} for none
     * @param delivery what an import loads; null for other kinds
     * @param step its place in a chain of tasks; null for none
     */
    public record NewRun(
            RunKind kind,
            long automation,
            @Nullable Long delivery,
            int directory,
            String spec,
            String owner,
            @Nullable ChainStep step) {

        /** A run that belongs to no chain. */
        public NewRun(
                RunKind kind, long automation, @Nullable Long delivery, int directory, String spec, String owner) {
            this(kind, automation, delivery, directory, spec, owner, null);
        }
    }

    /** A ledger in a database. */
    public RunLedger(JdbcClient jdbc, TransactionTemplate transactions, InstantSource clock, Ids ids) {
        this.ids = ids;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.audit = new Audit(jdbc, clock);
        this.committed = new CommittedRows(jdbc);
        this.clock = clock;
    }

    /** Enters a run as queued, held by its owner with epoch 1. */
    public Run enter(NewRun run, Actor actor) {
        long id = transactions.execute(ignored -> {
            refuseWhileDeleted(run.kind(), run.directory());
            GeneratedKeyHolder key = new GeneratedKeyHolder();
            jdbc.sql(INSERT)
                    .param("kind", run.kind().key())
                    .param("automation", run.automation())
                    .param("directory", run.directory())
                    .param("spec", run.spec())
                    .param("step", run.kind().firstStep())
                    .param("owner", run.owner())
                    // A rebuild reads a moment that it fixes later; all others write this one.
                    .param("asOf", run.kind() == RunKind.SEGMENT_REBUILD ? null : clock.millis())
                    .param("now", clock.millis())
                    .update(key, "id");
            long number = Objects.requireNonNull(key.getKey()).longValue();
            if (number >= FIRST_EVENT) {
                throw new IllegalStateException("No numbers are left for runs");
            }

            jdbc.sql(INSERT_HEARTBEAT).param("id", number).update();
            if (run.delivery() != null) {
                jdbc.sql(INSERT_IMPORT)
                        .param("id", number)
                        .param("delivery", run.delivery())
                        .update();
            }

            ChainStep step = run.step();
            if (step != null) {
                new Chains(jdbc, clock).enter(step, run.automation(), number);
            }

            audit.enter(
                    actor,
                    "run.start",
                    AuditSubject.run(run.directory(), number),
                    Map.of("kind", run.kind().key()));
            return number;
        });
        return find(id).orElseThrow();
    }

    /** A deletion has its directory to itself from the moment it is entered, until it is complete or given up. */
    private void refuseWhileDeleted(RunKind kind, int directory) {
        boolean deletion = kind == RunKind.DELETION;
        jdbc.sql(deletion ? LOCK_DIRECTORY : SHARE_DIRECTORY)
                .param("directory", directory)
                .query(Integer.class)
                .optional();
        Optional<Refusal> refusal = deletion
                ? againstDeletion(directory)
                : open(directory, RunKind.DELETION).stream()
                        .findFirst()
                        .map(run -> inUse(
                                "Cannot start a run: the directory is being deleted by run ",
                                run,
                                ". Choose another directory, or stop and abandon that run."));
        if (refusal.isPresent()) {
            throw refusal.get();
        }
    }

    /** What stands in the way of deleting a directory: a run of it that is under way. */
    public Optional<Refusal> againstDeletion(int directory) {
        return underWay(directory).stream()
                .findFirst()
                .map(run ->
                        inUse("Cannot delete the directory: its run ", run, " is under way. Wait for it or stop it."));
    }

    private static Refusal inUse(String before, Run run, String after) {
        return Refusal.conflict("DIRECTORY_IN_USE", before + run.id() + after).with("run", run.id());
    }

    /** The run with a numeric id. */
    public Optional<Run> find(long id) {
        return jdbc.sql(FIND).param("id", id).query(this::run).optional();
    }

    /** Runs, newest first. */
    public List<Run> list(RunFilter filter) {
        StringBuilder sql = new StringBuilder(COLUMNS).append("WHERE 1 = 1");
        sql.append(filter.directory() == null ? "" : " AND r.directory_id = :directory");
        sql.append(filter.automation() == null ? "" : " AND a.name = :automation");
        sql.append(filter.kind() == null ? "" : " AND r.kind = :kind");
        sql.append(filter.status() == null ? "" : " AND r.status = :status");
        sql.append(filter.before() == null ? "" : " AND r.id < :before");
        Times times = filter.times();
        Instant from = times == null ? null : times.from();
        Instant until = times == null ? null : times.until();
        String file = filter.file();
        sql.append(from == null ? "" : " AND r.started_at >= :from");
        sql.append(until == null ? "" : " AND r.started_at < :until");
        sql.append(file == null ? "" : " AND d.path LIKE :file ESCAPE '!'");
        sql.append(" ORDER BY r.id DESC LIMIT :most");
        RunKind kind = filter.kind();
        RunStatus status = filter.status();
        return jdbc.sql(sql.toString())
                .param("directory", filter.directory())
                .param("automation", filter.automation())
                .param("kind", kind == null ? null : kind.key())
                .param("status", status == null ? null : status.name())
                .param("before", filter.before())
                .param("from", from == null ? null : from.toEpochMilli())
                .param("until", until == null ? null : until.toEpochMilli())
                .param("file", file == null ? null : "%" + file.replaceAll("[!%_]", "!$0") + "%")
                .param("most", filter.most())
                .query(this::run)
                .list();
    }

    /** The newest run, and of each of these states the newest runs, {@code most} at most; the newest first. */
    public List<Run> newest(Collection<RunStatus> states, int most) {
        List<String> parts = new ArrayList<>();
        parts.add("(" + COLUMNS + "ORDER BY r.id DESC LIMIT 1)");
        states.forEach(state ->
                parts.add("(" + COLUMNS + "WHERE r.status = '" + state.name() + "' ORDER BY r.id DESC LIMIT :most)"));
        Map<Long, Run> runs = new LinkedHashMap<>();
        jdbc.sql(String.join(" UNION ALL ", parts) + " ORDER BY id DESC")
                .param("most", most)
                .query(this::run)
                .list()
                .forEach(run -> runs.put(run.number(), run));
        return List.copyOf(runs.values());
    }

    /** Runs over deliveries of any automation that are neither imported nor abandoned, oldest delivery first. */
    public List<Run> unfinished(int most) {
        return jdbc.sql(UNFINISHED).param("most", most).query(this::run).list();
    }

    /** How many runs a directory has had. */
    public long count(int directory) {
        return jdbc.sql(COUNT).param("directory", directory).query(Long.class).single();
    }

    /** Runs of a kind in a directory that are neither complete nor given up, oldest first. */
    public List<Run> open(int directory, RunKind kind) {
        return jdbc.sql(OPEN)
                .param("directory", directory)
                .param("kind", kind.key())
                .query(this::run)
                .list();
    }

    /** Runs in a directory that a process works on or has accepted, oldest first. */
    public List<Run> underWay(int directory) {
        return jdbc.sql(UNDER_WAY).param("directory", directory).query(this::run).list().stream()
                .filter(run -> !run.status().isOver())
                .toList();
    }

    /** An automation's last completed import before a run, of the same task in a workflow, that was not undone. */
    public Optional<Run> lastCompleted(long automation, long run) {
        return jdbc.sql(LAST_COMPLETED)
                .param("automation", automation)
                .param("run", run)
                .query(this::run)
                .optional();
    }

    /** A completed import of a newer delivery of the same automation, and task of a workflow, that was not undone. */
    public Optional<Run> newerCompleted(Run run) {
        return jdbc.sql(NEWER_COMPLETED)
                .param("automation", run.automation())
                .param("delivery", run.imported().delivery())
                .param("run", run.number())
                .query(this::run)
                .optional();
    }

    /** Keeps others from acting on a run until the transaction ends; the result is the run as it is then. */
    public Run lock(long id) {
        jdbc.sql(LOCK).param("id", id).query(Long.class).single();
        return find(id).orElseThrow();
    }

    /** The process that works on a run, or has accepted it; empty when it has ended. */
    public Optional<RunHolder> holder(Run run) {
        return jdbc.sql(HOLDER)
                .param("id", run.number())
                .query((row, ignored) ->
                        RunHolder.of(row.getString("owner"), row.getLong("beat_at"), row.getLong("silence")))
                .optional();
    }

    /** Notes in the audit log that a person had a run's file imported again; within the transaction that enters it. */
    public void reprocessed(Run run, Run by, Actor actor) {
        act(run, "run.reprocess", actor, Map.of("run", by.id()));
    }

    /** Notes in the audit log that a run imports corrected rows of another one; within the transaction that enters it. */
    public void corrects(Run run, Run of, Actor actor) {
        act(run, "run.correct", actor, Map.of("corrects", of.id()));
        act(of, "run.correct", actor, Map.of("run", run.id()));
    }

    private void act(Run run, String action, Actor actor, Map<String, ?> detail) {
        audit.enter(actor, action, AuditSubject.run(run.directory(), run.number()), detail);
    }

    /**
     * Refuses to go on with a run that another process holds now; none can take it over before the transaction ends.
     */
    public void fence(RunLease lease) {
        long held = jdbc.sql(FENCE)
                .params(lease.run().number(), lease.epoch())
                .query(Long.class)
                .single();
        if (held == 0) {
            throw RunTakenOver.of(lease.run().id());
        }
    }

    /**
     * Work on a queued run begins, and with its first attempt the moment that it writes; false when another process holds
     * it or it was ended meanwhile.
     */
    public boolean begin(Run run) {
        return jdbc.sql(BEGIN)
                        .param("now", clock.millis())
                        .param("id", run.number())
                        .param("epoch", run.epoch())
                        .update()
                == 1;
    }

    /**
     * Takes a run over that is over or dead, and queues it; waits for transactions of the former owner.
     *
     * @return the run with its new epoch; empty when another process was faster, it has completed, or it is an import whose
     *     ledger of blocks was pruned
     */
    public Optional<Run> takeOver(Run run, String owner, Actor actor) {
        return Objects.requireNonNull(transactions.execute(ignored -> {
            refuseWhileDeleted(run.kind(), run.directory());
            int taken = jdbc.sql(TAKE_OVER)
                    .param("owner", owner)
                    .param("id", run.number())
                    .param("epoch", run.epoch())
                    .update();
            if (taken == 0) {
                return Optional.<Run>empty();
            }

            jdbc.sql(KEEP_WORKED).param("id", run.number()).update();
            jdbc.sql(BEAT_AGAIN)
                    .param("epoch", run.epoch() + 1)
                    .param("id", run.number())
                    .update();
            act(run, "run.resume", actor, Map.of("attempt", run.epoch() + 1));
            return find(run.number());
        }));
    }

    /** Notes in which spool the files of a run lie. */
    public void liesIn(long run, String spool) {
        jdbc.sql(LIES_IN).param("id", run).param("spool", spool).update();
    }

    /** In which spool the files of a run lie; empty where that is not known, or it has none. */
    public Optional<String> spool(long run) {
        return jdbc.sql(SPOOL).param("id", run).query(String.class).optional();
    }

    /** Sends a heartbeat with the progress made; false when another process holds the run now. */
    boolean beat(RunLease lease) {
        return jdbc.sql(BEAT)
                        .param("done", lease.pace().done())
                        .param("share", lease.pace().share())
                        .param("rate", lease.pace().rate())
                        .param(
                                "left",
                                lease.pace().left().map(Duration::toMillis).orElse(null))
                        .param("worked", lease.worked().toMillis())
                        .param("id", lease.run().number())
                        .param("epoch", lease.epoch())
                        .update()
                == 1;
    }

    /** Whether the run is to stop: it was asked to, or another process holds it. */
    boolean stopRequested(RunLease lease) {
        return jdbc.sql(STOP_REQUESTED)
                        .param("id", lease.run().number())
                        .param("epoch", lease.epoch())
                        .query(Integer.class)
                        .optional()
                        .orElse(1)
                == 1;
    }

    /**
     * Notes the step a run is in.
     *
     * @throws Refusal when another process holds the run now: on the same machine the two share the run's files
     */
    public void step(RunLease lease, String step) {
        int held = jdbc.sql(STEP)
                .param("step", step)
                .param("id", lease.run().number())
                .param("epoch", lease.epoch())
                .update();
        if (held == 0) {
            throw RunTakenOver.of(lease.run().id());
        }

        // Others must not see what was done in the step before as progress of this one.
        beat(lease);
    }

    /** Notes the moment a run reads. */
    public void fixMoment(RunLease lease, long asOf) {
        jdbc.sql(AS_OF)
                .param("asOf", asOf)
                .param("id", lease.run().number())
                .param("epoch", lease.epoch())
                .update();
    }

    /** Notes the outcomes of an import that are known so far. */
    public void progress(long id, int epoch, long read, OutcomeCounts counts) {
        jdbc.sql(PROGRESS)
                .param("read", read)
                .param("created", counts.created())
                .param("updated", counts.updated())
                .param("unchanged", counts.unchanged())
                .param("rejected", counts.rejected())
                .param("skipped", counts.skipped())
                .param("left", counts.takenAway().left())
                .param("optedOut", counts.takenAway().optedOut())
                .param("deleted", counts.takenAway().deleted())
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

    /** Ends a run; without effect when another process holds it now, or it has ended already. */
    public void finish(RunLease lease, RunStatus status, @Nullable String reason) {
        beat(lease);
        keepCounts(lease.run().number(), lease.epoch());
        if (lease.run().kind() == RunKind.CONTACT_IMPORT) {
            keepRejectCodes(lease.run().number(), lease.epoch());
        }

        jdbc.sql(FINISH)
                .param("status", status.name())
                .param("reason", reason)
                .param("now", clock.millis())
                .param("id", lease.run().number())
                .param("epoch", lease.epoch())
                .update();
    }

    /** Whether a person asked for the last stop of a run, rather than the end of its process. */
    public boolean isStopWanted(long id) {
        return jdbc.sql("SELECT stop_requested FROM run WHERE id = :id")
                        .param("id", id)
                        .query(Integer.class)
                        .single()
                == 1;
    }

    /** Asks the process that works on a run to stop it; false when none does. */
    public boolean requestStop(Run run, Actor actor) {
        return Objects.requireNonNull(transactions.execute(ignored -> {
            boolean asked = jdbc.sql(REQUEST_STOP).param("id", run.number()).update() == 1;
            if (asked) {
                act(run, "run.stop", actor, Map.of());
            }

            return asked;
        }));
    }

    /** Gives a run up; false when it has completed or another process took it over. */
    public boolean abandon(Run run, Actor actor) {
        return Objects.requireNonNull(transactions.execute(ignored -> {
            boolean abandoned = jdbc.sql(ABANDON)
                            .param("now", clock.millis())
                            .param("id", run.number())
                            .param("epoch", run.epoch())
                            .update()
                    == 1;
            if (abandoned) {
                act(run, "run.abandon", actor, Map.of());
            }

            return abandoned;
        }));
    }

    /** What was committed since the counts were noted last counts as well. */
    private void keepCounts(long id, int epoch) {
        Optional<OutcomeCounts> counts = committed.of(id);
        if (counts.isPresent()) {
            progress(id, epoch, find(id).orElseThrow().imported().read(), counts.get());
        }
    }

    private void keepRejectCodes(long id, int epoch) {
        Map<String, Long> codes = new LinkedHashMap<>();
        jdbc.sql(REJECT_CODES).param("id", id).query(row -> {
            codes.put(row.getString("code"), row.getLong("number"));
        });
        jdbc.sql(KEEP_REJECT_CODES)
                .param("codes", JsonMapper.shared().writeValueAsString(codes))
                .param("id", id)
                .param("epoch", epoch)
                .update();
    }

    /** Marks runs whose process was lost; the result is those that this call has marked. */
    public List<Run> markDead() {
        return jdbc.sql(SILENT).param("silence", DEAD_AFTER.toMillis()).query(Long.class).list().stream()
                .flatMap(id -> find(id).stream())
                .filter(this::markDead)
                .toList();
    }

    private boolean markDead(Run run) {
        keepCounts(run.number(), run.epoch());
        return jdbc.sql(MARK_DEAD)
                        .param("reason", run.reason())
                        .param("id", run.number())
                        .param("epoch", run.epoch())
                        .param("heartbeat", run.heartbeat())
                        .update()
                > 0;
    }

    private Run run(ResultSet row, int index) throws SQLException {
        RunStatus stored = RunStatus.valueOf(row.getString("status"));
        boolean lost = row.getLong("silence") > DEAD_AFTER.toMillis() && !stored.isOver();
        String kind = row.getString("kind");
        String owner = row.getString("owner");
        long heartbeat = row.getLong("beat_at");
        return new Run(
                row.getLong("id"),
                ids.run(row.getLong("id")),
                RunKind.of(kind).orElseThrow(() -> new IllegalStateException("Unknown kind of run: " + kind)),
                row.getString("automation"),
                row.getInt("directory_id"),
                row.getString("directory"),
                row.getString("spec"),
                lost ? RunStatus.DEAD : stored,
                row.getString("step"),
                lost ? lost(owner, heartbeat) : row.getString("reason"),
                row.getInt("epoch"),
                time(row, "as_of"),
                row.getLong("started_at"),
                time(row, "ended_at"),
                heartbeat,
                owner,
                row.getLong("done"),
                row.getDouble("share"),
                row.getDouble("rate"),
                time(row, "left_ms"),
                row.getLong("worked_ms"),
                row.getString("report"),
                time(row, "pruned_at"),
                row.getBoolean("chained"),
                lost ? counted(row.getLong("id"), rows(row)) : rows(row));
    }

    private static String lost(String owner, long heartbeat) {
        return "Nothing has been heard of its process (" + owner + ") since "
                + Instant.ofEpochMilli(heartbeat).truncatedTo(ChronoUnit.SECONDS)
                + ". Resume it to go on where it stopped.";
    }

    private Run.@Nullable ImportedRows counted(long run, Run.@Nullable ImportedRows rows) {
        return rows == null ? null : rows.withCounts(committed.of(run).orElse(rows.counts()));
    }

    private Run.@Nullable ImportedRows rows(ResultSet row) throws SQLException {
        long delivery = row.getLong("delivery_id");
        return row.wasNull()
                ? null
                : new Run.ImportedRows(
                        delivery,
                        row.getString("path"),
                        row.getLong("rows_read"),
                        new OutcomeCounts(
                                row.getLong("rows_created"),
                                row.getLong("rows_updated"),
                                row.getLong("rows_unchanged"),
                                row.getLong("rows_rejected"),
                                row.getLong("rows_skipped"),
                                new TakenAway(
                                        row.getLong("rows_left"),
                                        row.getLong("rows_opted_out"),
                                        row.getLong("rows_deleted"))),
                        id(row, "repeats"),
                        id(row, "settled_by"),
                        row.getString("changes"),
                        id(row, "undone_by"));
    }

    private @Nullable String id(ResultSet row, String column) throws SQLException {
        Long number = time(row, column);
        return number == null ? null : ids.run(number);
    }

    private static @Nullable Long time(ResultSet row, String column) throws SQLException {
        long time = row.getLong(column);
        return row.wasNull() ? null : time;
    }
}
