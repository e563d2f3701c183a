package io.muster.app;

import io.muster.automation.contactimport.ContactImportRuns.Upcoming;
import org.jspecify.annotations.Nullable;

/**
 * What an automation would do if it ran now.
 *
 * @param upcoming the files it would take; null for one that takes none, and when that is not known
 * @param unknown why it is not known; null when it is
 */
public record RunForecast(
        AutomationView view,
        @Nullable Upcoming upcoming,
        @Nullable String unknown) {}
