package io.muster.automation.jobfile;

import io.muster.support.document.binding.About;
import jakarta.validation.constraints.NotNull;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The alarm for a file that does not come: at most one notification per local day. */
public record NoFileAlarm(
        @NotNull @About("Local time by which a file must have come, such as \"06:00\".")
        LocalTime noFileBy,

        @About("Local time from which a file counts; a time later than no-file-by means the evening before.") @Nullable
        LocalTime countedFrom,

        @About("Days on which a file is due; every day where absent.")
        Set<Day> days,

        @About("IANA time zone of both times; the job's zone where absent.") @Nullable
        ZoneId zone) {

    /** Days of the week, as written in job files. */
    public enum Day {
        /** Monday. */
        MON,
        /** Tuesday. */
        TUE,
        /** Wednesday. */
        WED,
        /** Thursday. */
        THU,
        /** Friday. */
        FRI,
        /** Saturday. */
        SAT,
        /** Sunday. */
        SUN
    }

    /** Fills in what may be absent. */
    public NoFileAlarm {
        days = days == null || days.isEmpty() ? Set.of(Day.values()) : Set.copyOf(days);
    }
}
