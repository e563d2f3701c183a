package io.muster.app;

import io.muster.automation.notify.SentNotification;
import io.muster.jobs.AskedRuns.AskedRun;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is shown of one automation.
 *
 * @param text its job file as it is now; empty for what no file defines, or when it cannot be read
 * @param takesFiles whether callers send files for it
 * @param asked the last run that a person asked for; null when no person has
 * @param runs the newest first
 * @param sent the newest notifications about it
 */
public record AutomationDetail(
        AutomationView view,
        String text,
        boolean takesFiles,
        @Nullable AskedRun asked,
        List<RunView> runs,
        List<SentNotification> sent) {}
