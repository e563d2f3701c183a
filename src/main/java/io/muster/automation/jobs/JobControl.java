package io.muster.automation.jobs;

import io.muster.automation.jobfile.EventJob;
import io.muster.automation.jobfile.JobFile;
import io.muster.directory.Actor;
import io.muster.jobs.AskedRuns;
import io.muster.jobs.AskedRuns.AskedRun;
import io.muster.jobs.Automations;
import io.muster.jobs.Holds;
import io.muster.jobs.Holds.Hold;
import io.muster.support.Refusal;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What people want of automations: to hold one, to release it, to have it run now. Each may be asked for twice, also in two
 * processes at once: it happens once.
 */
public final class JobControl {

    private static final int LONGEST_REASON = 500;

    private final Automations automations;
    private final Holds holds;
    private final AskedRuns asked;
    private final TransactionTemplate transactions;

    JobControl(Automations automations, Holds holds, AskedRuns asked, TransactionTemplate transactions) {
        this.automations = automations;
        this.holds = holds;
        this.asked = asked;
        this.transactions = transactions;
    }

    /** The hold of an automation; empty when nobody holds it. */
    public Optional<Hold> hold(String automation) {
        return holds.of(automation);
    }

    /** All holds, by the ids in the job files. */
    public Map<String, Hold> holds() {
        return holds.all();
    }

    /** The run that was asked for last. */
    public Optional<AskedRun> asked(String automation) {
        return asked.of(automation);
    }

    /**
     * Holds an automation. One that is held already stays held as it was.
     *
     * @return the hold
     * @throws Refusal when there is no reason, or the automation runs when events come
     */
    public Hold hold(JobFile job, String reason, Actor actor) {
        refuseEvents("hold", job);
        String why = reason.strip();
        if (why.isEmpty() || why.length() > LONGEST_REASON || why.chars().anyMatch(Character::isISOControl)) {
            throw Refusal.invalid(
                            "BAD_REASON",
                            "Cannot hold " + job.id() + ": say why, in one line of at most " + LONGEST_REASON
                                    + " characters. Whoever finds it held reads it.")
                    .with("field", "reason");
        }

        long automation = automations.number(job.id());
        transactions.executeWithoutResult(ignored -> {
            boolean unused = holds.hold(automation, why, actor);
        });
        return holds.of(job.id())
                .orElseThrow(() -> Refusal.conflict(
                        "RELEASED",
                        "Cannot hold " + job.id() + ": somebody released it at the same moment. Look again."));
    }

    /**
     * Releases an automation.
     *
     * @return whether this call has released it; false when nobody held it
     */
    public boolean release(JobFile job, Actor actor) {
        long automation = automations.number(job.id());
        return Objects.requireNonNull(transactions.execute(ignored -> holds.release(automation, actor)));
    }

    /**
     * Asks for a run, which a server begins within seconds. What was asked already is answered with that.
     *
     * @param file the name of the one file on the source that is to be taken; null for all new ones
     * @throws Refusal when something else was asked for that no server has answered, or the automation runs when events come
     */
    public AskedRun run(JobFile job, @Nullable String file, Actor actor) {
        refuseEvents("run", job);
        long automation = automations.number(job.id());
        boolean mine = Objects.requireNonNull(transactions.execute(ignored -> asked.ask(automation, file, actor)));
        AskedRun open = asked.of(job.id()).orElseThrow();
        if (!mine && !Objects.equals(open.file(), file)) {
            throw Refusal.conflict(
                    "RUN_ASKED_FOR",
                    "Cannot run " + job.id() + ": " + open.by().text()
                            + " has asked for another run of it that has not ended. Wait for that one.");
        }

        return open;
    }

    private static void refuseEvents(String verb, JobFile job) {
        if (job instanceof EventJob) {
            throw Refusal.conflict(
                    "RUNS_ON_EVENTS",
                    "Cannot " + verb + " " + job.id()
                            + ": it runs when events come. To take none any more, say enabled: false in its job file.");
        }
    }
}
