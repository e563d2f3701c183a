package io.muster.automation.server;

import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.JobFile.MissedRuns;
import io.muster.automation.jobfile.NoFileAlarm;
import io.muster.automation.jobfile.ScheduleEntry;
import io.muster.automation.schedule.Cron;
import io.muster.automation.schedule.Schedule;
import io.muster.automation.schedule.Schedule.Firing;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** When a job and its alarm come due. */
public final class JobSchedules {

    /** A run that begins later than this after its time was missed: servers restart faster, polls look more often. */
    static final Duration GRACE = Duration.ofMinutes(5);

    private JobSchedules() {}

    /** The next time a job runs by itself; empty when it is not enabled or runs on demand only. */
    public static Optional<Firing> next(JobFile job, Instant after) {
        return job.enabled() ? schedule(job).next(after) : Optional.empty();
    }

    private static Schedule schedule(JobFile job) {
        return Schedule.anyOf(
                job.schedules().stream().map(entry -> one(job, entry)).toList());
    }

    private static Schedule one(JobFile job, ScheduleEntry entry) {
        Cron cron = entry.cron();
        return cron == null
                ? Schedule.every(Objects.requireNonNull(entry.every()))
                : Schedule.cron(cron, Objects.requireNonNullElse(entry.zone(), job.zone()));
    }

    /** A text that changes when the times of the job change. */
    static String version(JobFile job) {
        return job.zone() + " "
                + job.schedules().stream().map(ScheduleEntry::toString).collect(Collectors.joining(" "));
    }

    /** Whether a job that came due then is to run now. */
    static boolean runsNow(JobFile job, Instant due, Instant now) {
        return job.missedRuns() == MissedRuns.ONCE || Duration.between(due, now).compareTo(GRACE) <= 0;
    }

    /** The next time of the alarm; empty when there is none. */
    public static Optional<Firing> nextAlarm(JobFile job, Instant after) {
        NoFileAlarm alarm = job.alarm();
        if (alarm == null || !job.enabled()) {
            return Optional.empty();
        }

        LocalTime by = alarm.noFileBy();
        String days = alarm.days().stream().sorted().map(Enum::name).collect(Collectors.joining(","));
        Cron cron = Cron.parse("%d %d * * %s".formatted(by.getMinute(), by.getHour(), days));
        return Schedule.cron(cron, zone(job, alarm)).next(after);
    }

    /** A text that changes when the times of the alarm change. */
    static String alarmVersion(JobFile job) {
        NoFileAlarm alarm = job.alarm();
        return alarm == null
                ? "none"
                : zone(job, alarm) + " " + alarm.noFileBy() + " "
                        + alarm.days().stream().sorted().toList();
    }

    /** The moment from which a file counts for an alarm of that local day. */
    static Instant countedFrom(JobFile job, NoFileAlarm alarm, LocalDate day) {
        ZoneId zone = zone(job, alarm);
        LocalTime from = alarm.countedFrom();
        if (from == null) {
            return day.atStartOfDay(zone).toInstant();
        }

        LocalDate first = from.isBefore(alarm.noFileBy()) ? day : day.minusDays(1);
        return first.atTime(from).atZone(zone).toInstant();
    }

    /** The zone that the times of an alarm are in. */
    static ZoneId zone(JobFile job, NoFileAlarm alarm) {
        return Objects.requireNonNullElse(alarm.zone(), job.zone());
    }
}
