package io.muster.runs;

import io.muster.jobs.Run;
import io.muster.jobs.RunLedger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;

/** Writes the warnings of runs that have ended into the log. */
final class WarningLog {

    private static final Logger LOG = LoggerFactory.getLogger(WarningLog.class);

    private final RunLedger runs;

    WarningLog(RunLedger runs) {
        this.runs = runs;
    }

    /** After what a merge adds. */
    @EventListener
    @Order(1)
    void on(RunEnded event) {
        Run run = runs.find(event.run().number()).orElse(event.run());
        RunWarnings.of(run)
                .forEach(warning -> LOG.warn(
                        "run={} automation={} {}",
                        run.id(),
                        run.automation() == null ? "-" : run.automation(),
                        warning));
    }
}
