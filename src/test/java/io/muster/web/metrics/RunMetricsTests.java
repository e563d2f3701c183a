package io.muster.web.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.jobs.RunFact;
import io.muster.jobs.RunKind;
import io.muster.support.metrics.BoundedLabel;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RunMetricsTests {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final RunMetrics metrics = new RunMetrics(registry, new BoundedLabel());

    @Test
    void countersBeginAtZeroSoThatTheirFirstEventIsAnIncrease() {
        metrics.know(Stream.of("nightly"));

        assertThat(registry.scrape())
                .contains(
                        "muster_runs_ended_total{automation=\"nightly\",status=\"failed\"} 0.0",
                        "muster_runs_ended_total{automation=\"none\",status=\"dead\"} 0.0",
                        "muster_run_rows_total{outcome=\"created\"} 0.0",
                        "muster_run_balance_errors_total 0.0",
                        "muster_block_retries_total{code=\"1213\"} 0.0",
                        "muster_block_retries_total{code=\"lost\"} 0.0",
                        "muster_fenced_writes_total{kind=\"contact-import\"} 0.0");
    }

    @Test
    void countsWhatHappensInRuns() {
        metrics.on(new RunFact.BlockRetried("1213"));
        metrics.on(new RunFact.TakenOver(RunKind.UNDO));
        metrics.on(new RunFact.Unbalanced());
        metrics.on(new RunFact.GateHeld(Duration.ofMillis(30)));
        metrics.on(new RunFact.StepEnded(RunKind.SEGMENT_REBUILD, "evaluate", Duration.ofSeconds(2)));
        metrics.on(new RunFact.StepEnded(RunKind.MERGE, "merge", Duration.ofSeconds(2)));

        assertThat(registry.scrape())
                .contains(
                        "muster_block_retries_total{code=\"1213\"} 1.0",
                        "muster_fenced_writes_total{kind=\"undo\"} 1.0",
                        "muster_run_balance_errors_total 1.0",
                        "muster_gate_seconds_bucket{le=\"0.025\"} 0",
                        "muster_gate_seconds_bucket{le=\"0.05\"} 1",
                        "muster_rebuild_seconds_bucket{phase=\"evaluate\",le=\"5.0\"} 1",
                        "muster_run_phase_seconds_sum{kind=\"merge\",phase=\"merge\"} 2.0");
    }
}
