package io.muster.automation.server;

import com.github.kagkarlsson.scheduler.ScheduledExecution;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceCurrentlyExecutingException;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceNotFoundException;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.schedule.Schedule.Firing;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the rows of the schedule in step with the job files. A row whose times have not changed is left alone, so that
 * what was missed while no server ran is still known.
 */
final class Timetable {

    private static final Logger LOG = LoggerFactory.getLogger(Timetable.class);

    private final SchedulerClient client;
    private final Clock clock;

    Timetable(SchedulerClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    void bringInStep(
            JobCatalog catalog,
            CustomTask<String> task,
            BiFunction<JobFile, Instant, Optional<Firing>> next,
            Function<JobFile, String> version) {
        Map<String, ScheduledExecution<String>> rows = new TreeMap<>();
        client.fetchScheduledExecutionsForTask(
                task.getName(),
                String.class,
                row -> rows.put(row.getTaskInstance().getId(), row));
        Instant now = clock.instant();
        for (LoadedJob loaded : catalog.all()) {
            JobFile job = loaded.job();
            ScheduledExecution<String> row = rows.get(job.id());
            Optional<Firing> firing = next.apply(job, now);
            if (firing.isEmpty()) {
                continue;
            }

            rows.remove(job.id());
            TaskInstance<String> instance = task.instance(job.id(), version.apply(job));
            if (row == null) {
                client.scheduleIfNotExists(instance, firing.get().at());
            } else if (!row.isPicked() && timesChanged(row, version.apply(job))) {
                move(instance, firing.get().at());
            }
        }

        if (catalog.isWhole()) {
            rows.values().stream().filter(row -> !row.isPicked()).forEach(this::cancel);
        }
    }

    private static boolean timesChanged(ScheduledExecution<String> row, String version) {
        String data = row.getData();
        // What was cut off is due at once, whatever the times are now; so is, after a hold, what it has kept back.
        return data == null
                || (!data.startsWith(AutomationTask.RECOVER)
                        && !data.startsWith(AutomationTask.HELD)
                        && !data.equals(version));
    }

    private void move(TaskInstance<String> instance, Instant at) {
        try {
            client.reschedule(instance, at, instance.getData());
        } catch (TaskInstanceCurrentlyExecutingException | TaskInstanceNotFoundException raced) {
            // It runs, and is moved on by the new times when it ends; or another server took it away.
            LOG.debug("Not moved: {}", raced.getMessage());
        }
    }

    private void cancel(ScheduledExecution<String> row) {
        try {
            client.cancel(row.getTaskInstance());
        } catch (TaskInstanceCurrentlyExecutingException | TaskInstanceNotFoundException raced) {
            LOG.debug("Not cancelled: {}", raced.getMessage());
        }
    }
}
