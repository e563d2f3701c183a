package io.muster.automation.jobfile;

import io.muster.automation.schedule.Cron;
import io.muster.support.document.binding.About;
import java.time.Duration;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** One schedule of a job: a cron expression in a zone, or a poll interval; exactly one of the two. */
public record ScheduleEntry(
        @About("Cron expression of five fields (minute hour day-of-month month day-of-week) or six with seconds in"
                + " front.")
        @Nullable
        Cron cron,

        @About("Poll interval such as 5m: runs that often, measured from the epoch, so that all servers agree.")
        @Nullable
        Duration every,

        @About("IANA time zone of the cron expression, such as Europe/Berlin; the job's zone where absent.") @Nullable
        ZoneId zone) {}
