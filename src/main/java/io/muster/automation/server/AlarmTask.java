package io.muster.automation.server;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.muster.automation.attention.Attention;
import io.muster.automation.attention.Concern;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobfile.NoFileAlarm;
import io.muster.automation.notify.Notifications;
import io.muster.automation.schedule.Schedule.Firing;
import io.muster.jobs.Holds;
import io.muster.jobs.servers.ThisServer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Raises the alarm when no file of an automation has come by its time. */
final class AlarmTask {

    static final String NAME = "no-file-alarm";

    private static final Logger LOG = LoggerFactory.getLogger(AlarmTask.class);

    /**
     * A file has come when the automation has seen it, whatever became of it; also when it only waits for an older one.
     * What is imported again came before.
     */
    private static final String FILES_SINCE = """
            SELECT
              (SELECT COUNT(*) FROM delivery d
               WHERE d.automation_id = a.id AND d.generation = 1 AND d.created_at >= :since)
              + (SELECT COUNT(*) FROM passed_over_file p
                 WHERE p.automation_id = a.id AND p.reason = 'HELD_BACK' AND p.since >= :since)
            FROM automation a
            WHERE a.name = :automation
            """;

    // As many of these as there are alarms that have passed today.
    private static final String MISSING = """
            (SELECT a.name FROM automation a
             WHERE a.name = ? AND a.held_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM delivery d
                 WHERE d.automation_id = a.id AND d.generation = 1 AND d.created_at >= ?)
               AND NOT EXISTS (SELECT 1 FROM passed_over_file p
                 WHERE p.automation_id = a.id AND p.reason = 'HELD_BACK' AND p.since >= ?))
            """;

    private final JobCatalog catalog;
    private final ThisServer me;
    private final JdbcClient jdbc;
    private final Holds holds;
    private final Notifications notifications;
    private final Clock clock;

    AlarmTask(
            JobCatalog catalog, ThisServer me, JdbcClient jdbc, Holds holds, Notifications notifications, Clock clock) {
        this.catalog = catalog;
        this.me = me;
        this.jdbc = jdbc;
        this.holds = holds;
        this.notifications = notifications;
        this.clock = clock;
    }

    CustomTask<String> task() {
        return Tasks.custom(NAME, String.class)
                .onDeadExecutionRevive()
                .onFailure(this::later)
                .execute(this::run);
    }

    private CompletionHandler<String> run(TaskInstance<String> instance, ExecutionContext context) {
        Optional<JobFile> job = catalog.find(instance.getId()).filter(JobFile::enabled);
        if (job.isEmpty() && (!catalog.isWhole() || me.isUnlikeOthers())) {
            return this::later;
        }

        NoFileAlarm alarm = job.map(JobFile::alarm).orElse(null);
        if (job.isEmpty() || alarm == null) {
            return (ignored, operations) -> operations.remove();
        }

        Instant now = clock.instant();
        check(job.get(), alarm, context.getExecution().executionTime, now);
        return (complete, operations) -> moveOn(complete, operations, now);
    }

    private void later(ExecutionComplete complete, ExecutionOperations<String> operations) {
        operations.reschedule(complete, clock.instant().plus(Duration.ofMinutes(1)));
    }

    private void check(JobFile job, NoFileAlarm alarm, Instant due, Instant now) {
        ZoneId zone = JobSchedules.zone(job, alarm);
        LocalDate day = LocalDate.ofInstant(due, zone);
        // After a long downtime yesterday's alarm says nothing: today's follows.
        if (!day.equals(LocalDate.ofInstant(now, zone))) {
            LOG.warn("Missed the no-file alarm of automation={} on {}", job.id(), day);
            return;
        }

        if (holds.of(job.id()).isPresent()) {
            LOG.info("No alarm of automation={} on {}: it is held, so that nothing looks for its files", job.id(), day);
            return;
        }

        Instant since = JobSchedules.countedFrom(job, alarm, day);
        long files = jdbc.sql(FILES_SINCE)
                .param("automation", job.id())
                .param("since", since.toEpochMilli())
                .query(Long.class)
                .optional()
                .orElse(0L);
        if (files == 0) {
            String reason = reason(alarm, zone, since);
            LOG.error("No file automation={}: {}", job.id(), reason);
            notifications.noFile(job, day, reason);
        }
    }

    /** An alarm whose time has passed today. */
    private record Passed(JobFile job, Instant by, Instant since, String reason) {}

    /** Automations of which no file has come by its time today. */
    List<Concern> missing() {
        List<Passed> passed = catalog.all().stream()
                .map(LoadedJob::job)
                .filter(JobFile::enabled)
                .flatMap(job -> passed(job).stream())
                .limit(Attention.MOST)
                .toList();
        if (passed.isEmpty()) {
            return List.of();
        }

        List<Object> values = new ArrayList<>();
        passed.forEach(one -> {
            values.add(one.job().id());
            values.add(one.since().toEpochMilli());
            values.add(one.since().toEpochMilli());
        });
        Set<String> missing =
                Set.copyOf(jdbc.sql(String.join(" UNION ALL ", Collections.nCopies(passed.size(), MISSING)))
                        .params(values)
                        .query(String.class)
                        .list());
        return passed.stream()
                .filter(one -> missing.contains(one.job().id()))
                .map(one -> Concern.noFile(one.job().id(), one.by(), one.reason()))
                .toList();
    }

    private Optional<Passed> passed(JobFile job) {
        NoFileAlarm alarm = job.alarm();
        if (alarm == null) {
            return Optional.empty();
        }

        ZoneId zone = JobSchedules.zone(job, alarm);
        Instant now = clock.instant();
        LocalDate day = LocalDate.ofInstant(now, zone);
        Instant since = JobSchedules.countedFrom(job, alarm, day);
        return JobSchedules.nextAlarm(job, day.atStartOfDay(zone).toInstant().minusMillis(1))
                .map(Firing::at)
                .filter(by -> !by.isAfter(now))
                .map(by -> new Passed(job, by, since, reason(alarm, zone, since)));
    }

    private static String reason(NoFileAlarm alarm, ZoneId zone, Instant since) {
        return "No file has come by %s (%s), counted from %s. Ask the sender, and look at the source."
                .formatted(alarm.noFileBy(), zone, since.atZone(zone).toLocalDateTime());
    }

    private void moveOn(ExecutionComplete complete, ExecutionOperations<String> operations, Instant served) {
        Optional<JobFile> job =
                catalog.find(complete.getExecution().taskInstance.getId());
        Optional<Firing> next = job.flatMap(current -> JobSchedules.nextAlarm(current, served));
        if (job.isPresent() && next.isPresent()) {
            operations.reschedule(complete, next.get().at(), JobSchedules.alarmVersion(job.get()));
        } else {
            operations.remove();
        }
    }
}
