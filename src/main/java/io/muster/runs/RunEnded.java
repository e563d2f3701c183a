package io.muster.runs;

import io.muster.jobs.Run;

/**
 * A run has ended in this process, whoever asked for it. Published as an event of the application context, in the thread
 * that worked on the run; those who await the run wait for its listeners too.
 */
public record RunEnded(Run run) {}
