package io.muster.web.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.muster.jobs.Run;
import io.muster.jobs.RunFact;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunStatus;
import io.muster.load.OutcomeCounts;
import io.muster.runs.RunEnded;
import io.muster.support.metrics.BoundedLabel;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;

/**
 * What happens in the runs of this process, as counters, which begin at 0 with it. What other processes do is in the figures
 * of the database.
 */
final class RunMetrics {

    private static final Duration[] OF_STEPS = Stream.of(0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3_600.0)
            .map(RunMetrics::seconds)
            .toArray(Duration[]::new);

    private static final Duration[] OF_GATES = Stream.of(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
            .map(RunMetrics::seconds)
            .toArray(Duration[]::new);

    private static final List<RunStatus> ENDS =
            List.of(RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.STOPPED, RunStatus.DEAD);

    private static final List<String> CAUSES = List.of("1020", "1205", "1213", "lost");

    private static final String NO_AUTOMATION = "none";

    private final MeterRegistry registry;
    private final BoundedLabel automations;
    private final Counter unbalanced;
    private final Timer gate;

    RunMetrics(MeterRegistry registry, BoundedLabel automations) {
        this.registry = registry;
        this.automations = automations;
        this.unbalanced = Counter.builder("muster_run_balance_errors")
                .description("Imports whose outcomes did not add up to the rows they read")
                .register(registry);
        this.gate = Timer.builder("muster_gate")
                .description("How long rebuilds held the gate of a directory alone, which keeps writers waiting")
                .serviceLevelObjectives(OF_GATES)
                .register(registry);
        // A counter that appears with its first event has no increase for Prometheus.
        ends(NO_AUTOMATION);
        CAUSES.forEach(this::retries);
        for (RunKind kind : RunKind.values()) {
            fenced(kind);
        }

        rows(OutcomeCounts.NONE);
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    /** Begins the counters of automations at 0. */
    void know(Stream<String> names) {
        names.map(automations::of).forEach(this::ends);
    }

    private void ends(String automation) {
        ENDS.forEach(status -> ended(automation, status));
    }

    private Counter ended(String automation, RunStatus status) {
        return Counter.builder("muster_runs_ended")
                .description("Attempts at runs that ended in this process, and dead ones that it found")
                .tag("automation", automation)
                .tag("status", status.name().toLowerCase(java.util.Locale.ROOT))
                .register(registry);
    }

    private String automation(@Nullable String name) {
        return name == null ? NO_AUTOMATION : automations.of(name);
    }

    @EventListener
    void on(RunEnded event) {
        Run run = event.run();
        ended(automation(run.automation()), run.status()).increment();
        Run.ImportedRows imported = run.rows();
        if (imported != null && run.status() == RunStatus.COMPLETED) {
            rows(imported.counts());
        }
    }

    private void rows(OutcomeCounts counts) {
        rows("created", counts.created());
        rows("updated", counts.updated());
        rows("unchanged", counts.unchanged());
        rows("rejected", counts.rejected());
        rows("skipped", counts.skipped());
    }

    private void rows(String outcome, long rows) {
        Counter.builder("muster_run_rows")
                .description("Rows of imports that completed in this process")
                .tag("outcome", outcome)
                .register(registry)
                .increment((double) rows);
    }

    @EventListener
    void on(RunFact fact) {
        switch (fact) {
            case RunFact.StepEnded step -> step(step);
            case RunFact.BlockRetried block -> retries(block.cause()).increment();
            case RunFact.GateHeld held -> gate.record(held.time());
            case RunFact.Unbalanced ignored -> unbalanced.increment();
            case RunFact.TakenOver taken -> fenced(taken.kind()).increment();
            case RunFact.Died dead ->
                ended(automation(dead.run().automation()), RunStatus.DEAD).increment();
        }
    }

    private void step(RunFact.StepEnded step) {
        Timer.Builder timer = step.kind() == RunKind.SEGMENT_REBUILD
                ? Timer.builder("muster_rebuild").description("Steps of rebuilds of segments that ended here")
                : Timer.builder("muster_run_phase")
                        .description("Steps of runs other than rebuilds that ended here")
                        .tag("kind", step.kind().key());
        timer.tag("phase", step.step())
                .serviceLevelObjectives(OF_STEPS)
                .register(registry)
                .record(step.time());
    }

    private Counter retries(String cause) {
        return Counter.builder("muster_block_retries")
                .description("Blocks of imports that were tried again, by the database's number of the lock conflict")
                .tag("code", cause)
                .register(registry);
    }

    private Counter fenced(RunKind kind) {
        return Counter.builder("muster_fenced_writes")
                .description("Runs that this process came back to when another one had taken them over")
                .tag("kind", kind.key())
                .register(registry);
    }
}
