package io.muster.web.console.runs;

import io.muster.app.AutomationView;
import io.muster.automation.jobfile.JobFile.MissedRuns;
import io.muster.automation.jobfile.NoFileAlarm;
import io.muster.jobs.Holds.Hold;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How pages tell of automations. */
final class AutomationTexts {

    private AutomationTexts() {}

    /** Who holds an automation. */
    record Held(Moment since, String by, String reason) {}

    /**
     * A time in the zone of the schedule.
     *
     * @param own the same in the viewer's zone; null when that is the same
     */
    record Time(Moment at, @Nullable Moment own) {}

    static @Nullable Held held(@Nullable Hold hold, ZoneId zone) {
        return hold == null
                ? null
                : new Held(Texts.moment(hold.since(), zone), hold.by().text(), hold.reason());
    }

    static List<Time> times(List<Instant> times, ZoneId schedule, ZoneId own) {
        return times.stream()
                .map(at -> {
                    Moment there = Texts.moment(at, schedule);
                    Moment here = Texts.moment(at, own);
                    return new Time(there, here.text().equals(there.text()) ? null : here);
                })
                .toList();
    }

    static String alarm(AutomationView view) {
        NoFileAlarm alarm = view.alarm();
        return alarm == null
                ? ""
                : "no file by " + alarm.noFileBy() + " (" + Objects.requireNonNullElse(alarm.zone(), view.zone()) + ")";
    }

    /** What happens on release to what a hold has missed. */
    static String missed(AutomationView view) {
        return view.missedRuns() == MissedRuns.ONCE
                ? "When it is released, one run makes up at once for all that it has missed (missed-runs: once)."
                : "When it is released, what it has missed is left out; it runs again at its next time (missed-runs: skip).";
    }

    /** The address of the page of an automation. */
    static String address(AutomationView view) {
        return "/automations/" + (view.publicId().isEmpty() ? view.id() : view.publicId());
    }
}
