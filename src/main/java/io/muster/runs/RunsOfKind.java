package io.muster.runs;

import io.muster.directory.Actor;
import io.muster.jobs.Run;
import java.util.Optional;

/** What runs of one kind need when a person acts on them. */
interface RunsOfKind {

    /** Takes a run over so that this process goes on with it; empty when another process was faster. */
    Optional<Entry.Own> resume(Run run, RunService.Force force, Actor actor);

    /** Clears what a run that was given up has left. */
    default void abandoned(Run run) {}
}
