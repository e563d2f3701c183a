package io.muster.automation.server;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.muster.automation.AutomationBusy;
import io.muster.automation.AutomationRuns;
import io.muster.automation.RunSummary;
import io.muster.automation.Trigger;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.notify.Notifications;
import io.muster.automation.schedule.Schedule.Firing;
import io.muster.database.Outage;
import io.muster.extract.source.StopSignal;
import io.muster.jobs.Holds;
import io.muster.jobs.RunStatus;
import io.muster.jobs.servers.Servers;
import io.muster.jobs.servers.ThisServer;
import io.muster.support.Refusal;
import io.muster.support.RunTakenOver;
import io.muster.support.log.LogContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a job when its row of the schedule comes due, and moves the row on to the next time. */
final class AutomationTask {

    static final String NAME = "automation";

    /** Prefix of the task data while an interrupted run is waiting to be resumed. */
    static final String RECOVER = "recover ";

    /** Follows while what is to be taken up lies in the spool of a server that does not run; that is reported once. */
    private static final String AWAY = "away ";

    /** Prefix of the task data while the automation is held; the time that came due first follows. */
    static final String HELD = "held ";

    private static final Logger LOG = LoggerFactory.getLogger(AutomationTask.class);
    static final Set<String> ENDED_BY_A_STOP = Set.of(StopSignal.STOPPED, "STOPPING");
    private static final Duration BUSY_PAUSE = Duration.ofMinutes(1);
    /** What is left to another server is due again just after this one has looked, so that the other one looks next. */
    private static final Duration OTHERS_PAUSE = Duration.ofSeconds(1);

    /** A server that is started again soon finds its work due. */
    private static final Duration AWAY_PAUSE = Duration.ofSeconds(10);

    /** Who releases an automation does not want to wait for what it has missed. */
    private static final Duration HELD_PAUSE = Duration.ofSeconds(5);

    private static final Duration OUTAGE_PAUSE = Duration.ofSeconds(30);

    private final JobCatalog catalog;
    private final ThisServer me;
    private final AutomationRuns runs;
    private final Holds holds;
    private final Notifications notifications;
    private final Clock clock;
    private final AtomicBoolean stopping;

    AutomationTask(
            JobCatalog catalog,
            ThisServer me,
            AutomationRuns runs,
            Holds holds,
            Notifications notifications,
            Clock clock,
            AtomicBoolean stopping) {
        this.catalog = catalog;
        this.me = me;
        this.runs = runs;
        this.holds = holds;
        this.notifications = notifications;
        this.clock = clock;
        this.stopping = stopping;
    }

    CustomTask<String> task() {
        return Tasks.custom(NAME, String.class)
                .onDeadExecution(this::recover)
                // Only what must not happen reaches it: the row is moved on, so that tomorrow runs.
                .onFailure((complete, operations) -> moveOn(complete, operations, complete.getTimeDone()))
                .execute(this::run);
    }

    private CompletionHandler<String> run(TaskInstance<String> instance, ExecutionContext context) {
        Optional<JobFile> found = catalog.find(instance.getId()).filter(JobFile::enabled);
        if (found.isEmpty() && !catalog.isWhole()) {
            return again(clock.instant().plus(BUSY_PAUSE), data(instance));
        }

        if (found.isEmpty() && me.isUnlikeOthers()) {
            return again(clock.instant().plus(OTHERS_PAUSE), data(instance));
        }

        if (found.isEmpty()) {
            return (ignored, operations) -> operations.remove();
        }

        JobFile job = found.get();
        Execution execution = context.getExecution();
        String data = data(instance);
        Instant due = due(execution.executionTime, data);
        Instant begun = clock.instant();
        boolean recovers = data.startsWith(RECOVER);
        if (stopping.get()) {
            return again(execution.executionTime, data);
        }

        if (isHeld(job)) {
            String kept = recovers ? data : HELD + due.toEpochMilli() + " " + JobSchedules.version(job);
            return again(begun.plus(HELD_PAUSE), kept);
        }

        if (!recovers && !JobSchedules.runsNow(job, due, begun)) {
            LOG.warn("Missed automation={} at {}: skipped, as the job says", job.id(), due);
            return (complete, operations) -> moveOn(complete, operations, begun);
        }

        Trigger trigger = recovers ? new Trigger.Recovery() : new Trigger.Scheduled(firing(job, due));
        return run(job, trigger, begun, data);
    }

    /** When it came due first: what comes due while the automation is held is missed like what comes due without a server. */
    private static Instant due(Instant executionTime, String data) {
        return data.startsWith(HELD)
                ? Instant.ofEpochMilli(Long.parseLong(data.substring(HELD.length(), data.indexOf(' ', HELD.length()))))
                : executionTime;
    }

    private boolean isHeld(JobFile job) {
        try {
            return holds.of(job.id()).isPresent();
        } catch (RuntimeException outage) {
            if (Outage.isOutage(outage)) {
                // Looked at again, and missed nothing.
                return true;
            }

            throw outage;
        }
    }

    /** The local time that the moment stands for; the clock's own when a busy or changed job runs between its times. */
    private static Firing firing(JobFile job, Instant due) {
        return JobSchedules.next(job, due.minusMillis(1))
                .filter(firing -> firing.at().equals(due))
                .orElseGet(() -> new Firing(due, LocalDateTime.ofInstant(due, job.zone())));
    }

    private CompletionHandler<String> run(JobFile job, Trigger trigger, Instant begun, String data) {
        LogContext context = LogContext.begin().with(LogContext.AUTOMATION, job.id());
        try (context) {
            List<RunSummary> ended = runs.run(job, trigger);
            boolean interrupted = stopping.get() && ended.stream().anyMatch(run -> run.status() == RunStatus.STOPPED);
            LOG.info("Ran automation={} runs={}", job.id(), ended.size());
            return interrupted
                    ? again(clock.instant(), RECOVER + JobSchedules.version(job))
                    : (complete, operations) -> moveOn(complete, operations, begun);
        } catch (AutomationBusy busy) {
            LOG.warn("Waiting automation={}: {}", job.id(), busy.getMessage());
            return again(clock.instant().plus(BUSY_PAUSE), JobSchedules.version(job));
        } catch (Refusal refusal) {
            if (refusal.code().equals(Servers.ELSEWHERE)) {
                return elsewhere(job, refusal, data);
            }

            return Outage.isOutage(refusal) ? lost(job, refusal) : refused(job, trigger, begun, refusal);
        } catch (RuntimeException unexpected) {
            if (Outage.isOutage(unexpected)) {
                return lost(job, unexpected);
            }

            LOG.error("Failed automation={}", job.id(), unexpected);
            notifications.couldNotRun(
                    job, "An unexpected error (" + unexpected.getClass().getSimpleName() + "). See the server's log.");
            return (complete, operations) -> moveOn(complete, operations, begun);
        }
    }

    private CompletionHandler<String> refused(JobFile job, Trigger trigger, Instant begun, Refusal refusal) {
        if (ENDED_BY_A_STOP.contains(refusal.code()) && stopping.get()) {
            LOG.info("Stopped automation={}: {}", job.id(), refusal.getMessage());
            String version = JobSchedules.version(job);
            return again(clock.instant(), trigger instanceof Trigger.Recovery ? RECOVER + version : version);
        }

        if (refusal.code().equals(RunTakenOver.CODE)) {
            // This server was stopped for so long that another one has gone on with its work; that one reports it.
            LOG.warn("Taken over automation={}: {}", job.id(), refusal.getMessage());
        } else {
            LOG.error("Not started automation={}: {}", job.id(), refusal.getMessage());
            LOG.debug("Not started automation={}", job.id(), refusal);
            notifications.couldNotRun(job, refusal.getMessage());
        }

        return (complete, operations) -> moveOn(complete, operations, begun);
    }

    /** It is due again until the server that has the file has taken it up, by whatever times the job runs. */
    private CompletionHandler<String> elsewhere(JobFile job, Refusal refusal, String data) {
        String version = JobSchedules.version(job);
        if (Boolean.parseBoolean(refusal.arguments().get("living"))) {
            LOG.info("Left automation={} to another server: {}", job.id(), refusal.getMessage());
            return again(clock.instant().plus(OTHERS_PAUSE), RECOVER + version);
        }

        if (!data.startsWith(RECOVER + AWAY)) {
            LOG.error("Not started automation={}: {}", job.id(), refusal.getMessage());
            notifications.couldNotRun(job, refusal.getMessage());
        }

        return again(clock.instant().plus(AWAY_PAUSE), RECOVER + AWAY + version);
    }

    /** What was begun goes on soon: tomorrow's files must not wait for a person because of an outage tonight. */
    private CompletionHandler<String> lost(JobFile job, RuntimeException outage) {
        LOG.warn("Lost the database automation={}: {}", job.id(), outage.getMessage());
        return again(clock.instant().plus(OUTAGE_PAUSE), RECOVER + JobSchedules.version(job));
    }

    /** The server that ran it sent no heartbeat any more. */
    private void recover(ExecutionComplete complete, ExecutionOperations<String> operations) {
        Execution execution = complete.getExecution();
        LOG.error(
                "Recovering automation={}: the server {} died while it ran",
                execution.taskInstance.getId(),
                execution.pickedBy);
        String data = execution.taskInstance.getData() instanceof String text ? text : "";
        operations.reschedule(complete, clock.instant(), data.startsWith(RECOVER) ? data : RECOVER + data);
    }

    private static CompletionHandler<String> again(Instant at, String data) {
        return (complete, operations) -> operations.reschedule(complete, at, data);
    }

    /** To the first time after the given one. A time that has passed meanwhile comes due at once, once. */
    private void moveOn(ExecutionComplete complete, ExecutionOperations<String> operations, Instant served) {
        Optional<JobFile> job =
                catalog.find(complete.getExecution().taskInstance.getId());
        Optional<Firing> next = job.flatMap(current -> JobSchedules.next(current, served));
        if (job.isPresent() && next.isPresent()) {
            operations.reschedule(complete, next.get().at(), JobSchedules.version(job.get()));
        } else {
            operations.remove();
        }
    }

    private static String data(TaskInstance<String> instance) {
        return instance.getData() == null ? "" : instance.getData();
    }
}
