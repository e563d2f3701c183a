package io.muster.cli;

/** An import of the demo, as {@code muster runs --json} answers it. */
record DemoRun(
        String run,
        String status,
        long read,
        long created,
        long updated,
        long unchanged,
        long rejected,
        long skipped,
        String started) {}
