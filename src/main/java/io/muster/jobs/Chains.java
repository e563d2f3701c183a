package io.muster.jobs;

import io.muster.support.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/** The ledger of chains: which tasks of a workflow are done, which one is due, and which runs they were. */
public final class Chains {

    private static final String COLUMNS =
            "SELECT id, automation_id, tasks, task, state, started_at, ended_at FROM run_chain ";

    private static final String OPEN = COLUMNS + "WHERE open_of = :automation";

    private static final String FIND = COLUMNS + "WHERE id = :id";

    private static final String OF_RUN = """
        SELECT c.id, c.automation_id, c.tasks, c.task, c.state, c.started_at, c.ended_at
        FROM run_chain c JOIN run_chain_step s ON s.chain_id = c.id
        WHERE s.run_id = :run
        ORDER BY c.id DESC
        LIMIT 1
        """;

    private static final String BEGIN = """
        INSERT INTO run_chain (automation_id, open_of, tasks, task, state, started_at)
        VALUES (:automation, :automation, :tasks, 0, 'OPEN', :now)
        """;

    private static final String ENTER =
            "INSERT INTO run_chain_step (chain_id, task, run_id) VALUES (:chain, :task, :run)";

    private static final String REPLACE =
            "UPDATE run_chain_step SET run_id = :run WHERE chain_id = :chain AND task = :task";

    private static final String STEPS = "SELECT task, run_id FROM run_chain_step WHERE chain_id = :chain ORDER BY task";

    // Whoever moves a chain on says from where, so that two processes do not do it twice.
    private static final String DONE = """
        UPDATE run_chain
        SET task = task + 1,
          state = CASE WHEN :last THEN 'COMPLETED' ELSE state END,
          open_of = CASE WHEN :last THEN NULL ELSE open_of END,
          ended_at = CASE WHEN :last THEN :now ELSE NULL END
        WHERE id = :chain AND task = :task AND state = 'OPEN'
        """;

    private static final String ABANDON = """
        UPDATE run_chain SET state = 'ABANDONED', open_of = NULL, ended_at = :now
        WHERE id = :chain AND state = 'OPEN'
        """;

    private static final String FORGET_STEPS = """
        DELETE FROM run_chain_step
        WHERE chain_id IN (SELECT id FROM run_chain WHERE ended_at < :before)
        """;

    private static final String FORGET = "DELETE FROM run_chain WHERE ended_at < :before";

    private final JdbcClient jdbc;
    private final InstantSource clock;

    /** How a chain stands. */
    public enum State {
        /** Tasks of it are to be done. */
        OPEN,
        /** All are done. */
        COMPLETED,
        /** A run of it was given up, and the rest with it. */
        ABANDONED
    }

    /**
     * A chain.
     *
     * @param tasks the kinds of its tasks, in order
     * @param task which of them is due, counted from 0; their number when all are done
     * @param ended when its last task was done; null before
     */
    public record Chain(
            long id,
            long automation,
            List<String> tasks,
            int task,
            State state,
            long started,
            @Nullable Long ended) {

        /** The step of a run for one of its tasks. */
        public ChainStep step(int which) {
            return new ChainStep(id, tasks, which);
        }

        /** The task that is due, as people count and call it. */
        public String due() {
            return "task " + (task + 1) + " of " + tasks.size() + " (" + tasks.get(Math.min(task, tasks.size() - 1))
                    + ")";
        }
    }

    /** The run of a task. */
    public record Step(int task, long run) {}

    /** Chains in a database. */
    public Chains(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** The chain of an automation that has tasks to do. */
    public Optional<Chain> open(long automation) {
        return jdbc.sql(OPEN)
                .param("automation", automation)
                .query(Chains::chain)
                .optional();
    }

    /** A chain as it is now. */
    public Chain find(long id) {
        return jdbc.sql(FIND).param("id", id).query(Chains::chain).single();
    }

    /** The chain that a run belongs to. */
    public Optional<Chain> of(long run) {
        return jdbc.sql(OF_RUN).param("run", run).query(Chains::chain).optional();
    }

    /** The place of a run in its chain. */
    public Optional<ChainStep> stepOf(long run) {
        return of(run).flatMap(chain -> steps(chain).stream()
                .filter(step -> step.run() == run)
                .map(step -> chain.step(step.task()))
                .findFirst());
    }

    /**
     * Begins a chain.
     *
     * @throws Refusal (busy) when the automation has an open one
     */
    public long begin(long automation, List<String> tasks) {
        try {
            GeneratedKeyHolder key = new GeneratedKeyHolder();
            jdbc.sql(BEGIN)
                    .param("automation", automation)
                    .param("tasks", String.join(",", tasks))
                    .param("now", clock.millis())
                    .update(key, "id");
            return Objects.requireNonNull(key.getKey()).longValue();
        } catch (DuplicateKeyException e) {
            throw Refusal.busy(
                            "CHAIN_OPEN",
                            "Cannot begin another chain of tasks: one of the same workflow is not done yet. Wait for it.")
                    .causedBy(e);
        }
    }

    /**
     * Enters the run of a task, in the transaction that enters the run itself.
     *
     * @throws Refusal (busy) when another process does the task
     */
    void enter(ChainStep step, long automation, long run) {
        Long known = step.chain();
        long chain = known == null ? begin(automation, step.tasks()) : known;
        try {
            jdbc.sql(ENTER)
                    .param("chain", chain)
                    .param("task", step.task())
                    .param("run", run)
                    .update();
        } catch (DuplicateKeyException e) {
            throw Refusal.busy(
                            "TASK_TAKEN",
                            "Cannot begin task " + (step.task() + 1)
                                    + " of the workflow: another process has begun it. Wait for it.")
                    .causedBy(e);
        }
    }

    /** Notes which run does a task that may be done by several one after the other. */
    public void note(Chain chain, int task, long run) {
        boolean known = jdbc.sql(REPLACE)
                        .param("run", run)
                        .param("chain", chain.id())
                        .param("task", task)
                        .update()
                > 0;
        if (!known && run(chain, task).isEmpty()) {
            jdbc.sql(ENTER)
                    .param("chain", chain.id())
                    .param("task", task)
                    .param("run", run)
                    .update();
        }
    }

    /** The run of a task; empty when none has begun. */
    public Optional<Long> run(Chain chain, int task) {
        return steps(chain).stream()
                .filter(step -> step.task() == task)
                .map(Step::run)
                .findFirst();
    }

    /** The runs of the tasks that have begun, in order. */
    public List<Step> steps(Chain chain) {
        return jdbc.sql(STEPS)
                .param("chain", chain.id())
                .query((row, index) -> new Step(row.getInt("task"), row.getLong("run_id")))
                .list();
    }

    /** Notes that a task is done; the chain is complete with its last. */
    public void done(Chain chain, int task) {
        jdbc.sql(DONE)
                .param("chain", chain.id())
                .param("task", task)
                .param("last", task == chain.tasks().size() - 1)
                .param("now", clock.millis())
                .update();
    }

    /** Gives the tasks up that are still to be done. */
    public void abandon(Chain chain) {
        jdbc.sql(ABANDON)
                .param("chain", chain.id())
                .param("now", clock.millis())
                .update();
    }

    /** Forgets chains that ended before a time; how many. */
    public int forget(Instant before) {
        jdbc.sql(FORGET_STEPS).param("before", before.toEpochMilli()).update();
        return jdbc.sql(FORGET).param("before", before.toEpochMilli()).update();
    }

    private static Chain chain(ResultSet row, int index) throws SQLException {
        long ended = row.getLong("ended_at");
        boolean open = row.wasNull();
        return new Chain(
                row.getLong("id"),
                row.getLong("automation_id"),
                List.of(row.getString("tasks").split(",")),
                row.getInt("task"),
                State.valueOf(row.getString("state")),
                row.getLong("started_at"),
                open ? null : ended);
    }
}
