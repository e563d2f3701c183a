package io.muster.jobs;

import io.muster.database.PageReads;
import io.muster.jobs.Holds.Hold;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the ledger knows of automations: their numbers, and the run that has one to itself. */
public final class Automations {

    private static final String REGISTER = "INSERT IGNORE INTO automation (name, created_at) VALUES (:name, :now)";

    private static final String NUMBER = "SELECT id FROM automation WHERE name = :name";

    private static final String NAME = "SELECT name FROM automation WHERE id = :id";

    private static final String ALL =
            "SELECT id, name, job_file, held_at, held_by_kind, held_by, held_reason FROM automation";

    private static final String SEEN =
            "UPDATE automation SET job_file = :file WHERE id = :id AND NOT job_file <=> :file";

    private static final String JOB_FILE =
            "SELECT job_file FROM automation WHERE name = :name AND job_file IS NOT NULL";

    private static final String HOLDER = "SELECT COALESCE(active_run, 0) FROM automation WHERE id = :id FOR UPDATE";

    private static final String HOLD = "UPDATE automation SET active_run = :run WHERE id = :id";

    private static final String UNFINISHED = """
        SELECT d.run_id FROM delivery d
        WHERE d.automation_id = :id AND d.state = 'TAKEN' AND d.run_id IS NOT NULL
        ORDER BY d.id
        """;

    private final JdbcClient jdbc;
    private final RunLedger runs;
    private final InstantSource clock;
    private final PageReads reads;

    private record All() {}

    /**
     * An automation as the ledger knows it.
     *
     * @param jobFile where its job file was when it was last seen; null when none was
     * @param hold null when nobody holds it
     */
    public record Known(
            long number,
            String name,
            @Nullable String jobFile,
            @Nullable Hold hold) {}

    /** The automations in a database. */
    public Automations(JdbcClient jdbc, RunLedger runs, InstantSource clock) {
        this.jdbc = jdbc;
        this.runs = runs;
        this.clock = clock;
        this.reads = PageReads.of(jdbc);
    }

    /** The numeric id of an automation, given out when it is first asked for. */
    public long number(String name) {
        Optional<Long> known = find(name);
        if (known.isPresent()) {
            return known.get();
        }

        jdbc.sql(REGISTER).param("name", name).param("now", clock.millis()).update();
        return find(name).orElseThrow();
    }

    /** The id in the job file of the automation with that numeric id. */
    public Optional<String> name(long number) {
        return jdbc.sql(NAME).param("id", number).query(String.class).optional();
    }

    /** Notes where an automation's job file is; from the first time on it has an id. */
    public void seen(String name, String jobFile) {
        long automation = number(name);
        jdbc.sql(SEEN).param("file", jobFile).param("id", automation).update();
    }

    /** Where an automation's job file was when it was last seen. */
    public Optional<String> jobFile(String name) {
        return jdbc.sql(JOB_FILE).param("name", name).query(String.class).optional();
    }

    /** All that have a number, by the ids in their job files. */
    public Map<String, Known> known() {
        return reads.once(
                new All(),
                () -> jdbc
                        .sql(ALL)
                        .query((row, index) -> new Known(
                                row.getLong("id"),
                                row.getString("name"),
                                row.getString("job_file"),
                                row.getObject("held_at") == null ? null : Holds.read(row, index)))
                        .list()
                        .stream()
                        .collect(Collectors.toMap(Known::name, Function.identity())));
    }

    private Optional<Long> find(String name) {
        return jdbc.sql(NUMBER).param("name", name).query(Long.class).optional();
    }

    /**
     * The run that an automation has now. Within a transaction the answer holds until its end: no other run of it can
     * be started meanwhile.
     */
    public Optional<Run> holder(long automation) {
        long run = jdbc.sql(HOLDER).param("id", automation).query(Long.class).single();
        return run == 0
                ? Optional.empty()
                : runs.find(run).filter(held -> !held.status().isOver());
    }

    /** Gives an automation to a run. */
    public void hold(long automation, long run) {
        jdbc.sql(HOLD).param("run", run).param("id", automation).update();
    }

    /** Runs that ended without importing their file and wait for a person or the next process, oldest delivery first. */
    public List<Run> pending(long automation) {
        return unfinished(automation).stream()
                .filter(run -> run.status().isResumable())
                .toList();
    }

    /** Pending runs of all automations, oldest delivery first. */
    public List<Run> allPending(int most) {
        return runs.unfinished(most).stream()
                .filter(run -> run.status().isResumable())
                .toList();
    }

    /** Runs over deliveries that are neither imported nor abandoned, oldest delivery first. */
    public List<Run> unfinished(long automation) {
        return jdbc.sql(UNFINISHED).param("id", automation).query(Long.class).list().stream()
                .map(runs::find)
                .flatMap(Optional::stream)
                .toList();
    }
}
