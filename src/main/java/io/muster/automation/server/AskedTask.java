package io.muster.automation.server;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.muster.automation.AutomationBusy;
import io.muster.automation.AutomationRuns;
import io.muster.automation.RunSummary;
import io.muster.automation.Trigger;
import io.muster.automation.jobfile.JobFile;
import io.muster.database.Outage;
import io.muster.jobs.AskedRuns;
import io.muster.jobs.AskedRuns.AskedRun;
import io.muster.jobs.RunStatus;
import io.muster.jobs.servers.Servers;
import io.muster.jobs.servers.ThisServer;
import io.muster.support.Refusal;
import io.muster.support.RunTakenOver;
import io.muster.support.log.LogContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an automation that somebody has asked for, and notes the answer. A server that dies or is stopped meanwhile leaves the
 * request open: another one answers it, and goes on with what was begun.
 */
final class AskedTask {

    static final String NAME = "asked-run";

    private static final Logger LOG = LoggerFactory.getLogger(AskedTask.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration BUSY_PAUSE = Duration.ofSeconds(10);

    private final JobCatalog catalog;
    private final ThisServer me;
    private final AutomationRuns runs;
    private final AskedRuns asked;
    private final Clock clock;
    private final AtomicBoolean stopping;

    AskedTask(
            JobCatalog catalog,
            ThisServer me,
            AutomationRuns runs,
            AskedRuns asked,
            Clock clock,
            AtomicBoolean stopping) {
        this.catalog = catalog;
        this.me = me;
        this.runs = runs;
        this.asked = asked;
        this.clock = clock;
        this.stopping = stopping;
    }

    CustomTask<String> task() {
        return Tasks.custom(NAME, String.class)
                .onDeadExecutionRevive()
                .onFailure((complete, operations) ->
                        operations.reschedule(complete, clock.instant().plus(BUSY_PAUSE)))
                .execute(this::run);
    }

    private CompletionHandler<String> run(TaskInstance<String> instance, ExecutionContext context) {
        if (stopping.get()) {
            return again(PAUSE);
        }

        Optional<AskedRun> open = asked.of(instance.getId()).filter(one -> one.answered() == null);
        if (open.isEmpty()) {
            return (ignored, operations) -> operations.remove();
        }

        // Whoever has asked has seen the files as they are now.
        catalog.refresh();
        Optional<JobFile> job = catalog.find(instance.getId());
        if (job.isPresent()) {
            return run(job.get(), open.get());
        }

        if (!catalog.isWhole() || me.isUnlikeOthers()) {
            return again(PAUSE);
        }

        return answered(open.get(), "Its job file is not there any more.");
    }

    private CompletionHandler<String> run(JobFile job, AskedRun one) {
        LogContext context = LogContext.begin().with(LogContext.AUTOMATION, job.id());
        try (context) {
            List<RunSummary> ended = runs.run(job, new Trigger.Asked(one.by(), one.file()));
            LOG.info("Ran automation={} runs={}, as was asked", job.id(), ended.size());
            boolean interrupted = stopping.get() && ended.stream().anyMatch(run -> run.status() == RunStatus.STOPPED);
            return interrupted ? again(PAUSE) : answered(one, text(ended));
        } catch (AutomationBusy busy) {
            return again(BUSY_PAUSE);
        } catch (Refusal refusal) {
            return refused(one, refusal);
        } catch (RuntimeException unexpected) {
            if (Outage.isOutage(unexpected)) {
                return again(BUSY_PAUSE);
            }

            LOG.error("Failed automation={}, as was asked", job.id(), unexpected);
            return answered(one, "It failed for a reason that only the log of the server has.");
        }
    }

    private CompletionHandler<String> refused(AskedRun one, Refusal refusal) {
        if (Outage.isOutage(refusal)) {
            return again(BUSY_PAUSE);
        }

        boolean another = refusal.code().equals(Servers.ELSEWHERE)
                && Boolean.parseBoolean(refusal.arguments().get("living"));
        if (another || (stopping.get() && AutomationTask.ENDED_BY_A_STOP.contains(refusal.code()))) {
            return again(PAUSE);
        }

        return answered(
                one,
                refusal.code().equals(RunTakenOver.CODE)
                        ? "Another server has gone on with it."
                        : String.valueOf(refusal.getMessage()));
    }

    private static String text(List<RunSummary> ended) {
        return ended.isEmpty()
                ? "Nothing new was there to take."
                : ended.stream()
                        .map(run -> run.run() + " " + run.status().name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", ", "It ran: ", "."));
    }

    private CompletionHandler<String> answered(AskedRun one, String answer) {
        asked.answer(one, answer);
        return (ignored, operations) -> operations.remove();
    }

    private CompletionHandler<String> again(Duration pause) {
        Instant at = clock.instant().plus(pause);
        return (complete, operations) -> operations.reschedule(complete, at);
    }
}
