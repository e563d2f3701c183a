package io.muster.runs;

import io.muster.jobs.Run;

/** What a request for a run resulted in. */
sealed interface Entry {

    /** The run that answers the request. */
    Run run();

    /** It is queued, and this process is to work on it. */
    record Own(Run run, Attempt attempt) implements Entry {}

    /** It was queued or under way already, here or in another process. */
    record Joined(Run run) implements Entry {}
}
