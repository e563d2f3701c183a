package io.muster.evaluator;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.snapshot.format.LiveTable;
import io.muster.support.metrics.ProcessMetrics;
import java.time.InstantSource;
import java.util.function.ToDoubleFunction;

/** The metrics of an evaluator in the form that Prometheus reads. */
final class EvaluatorMetrics implements AutoCloseable {

    private final PrometheusMeterRegistry registry;
    private final ProcessMetrics process = new ProcessMetrics();

    /** @param registry where decisions are counted */
    EvaluatorMetrics(PrometheusMeterRegistry registry, SnapshotWatch watch, Health health, InstantSource clock) {
        this.registry = registry;
        gauge("muster_evaluator_projects", watch, one -> one.served().projects().size(), "Projects that are served");
        gauge("muster_evaluator_refused_snapshots", watch, one -> one.refusals().size(), "Snapshots that are refused");
        gauge("muster_evaluator_ready", health, one -> one.isReady() ? 1 : 0, "1 when decisions can be answered");
        gauge(
                "muster_evaluator_behind",
                health,
                one -> one.isBehind() ? 1 : 0,
                "1 when only a new table brings all changes");
        gauge(
                "muster_evaluator_contacts",
                watch,
                one -> one.tables().stream()
                        .mapToLong(table -> table.table().contacts())
                        .sum(),
                "Contacts in the tables that are served");
        gauge(
                "muster_evaluator_changed_contacts",
                watch,
                one -> one.tables().stream()
                        .mapToInt(LiveTable::changedContacts)
                        .sum(),
                "Contacts that changed since their table was made");
        gauge(
                "muster_evaluator_snapshot_age_seconds",
                watch,
                one -> one.served().projects().values().stream()
                        .mapToLong(project ->
                                project.manifest().age(clock.millis()).toSeconds())
                        .max()
                        .orElse(0),
                "Age of the oldest snapshot that is served");
        registry.getPrometheusRegistry().register(new SnapshotMetrics(watch, clock));
        process.bindTo(registry);
    }

    private <T> void gauge(String name, T of, ToDoubleFunction<T> value, String description) {
        Gauge.builder(name, of, value).description(description).register(registry);
    }

    /** All metrics as text. */
    String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        process.close();
        registry.close();
    }
}
