package io.muster.evaluator;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.snapshot.format.LiveTable;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;

/** The metrics of an evaluator in the form that Prometheus reads. */
final class EvaluatorMetrics {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    EvaluatorMetrics(Counts counts, SnapshotWatch watch, Health health, InstantSource clock) {
        counter("muster_evaluator_requests", counts.requests(), "Requests for decisions, refused ones included");
        counter("muster_evaluator_bad_calls", counts.badCalls(), "Calls that could not be answered as they were sent");
        counter("muster_evaluator_overloads", counts.overloads(), "Requests refused because too many were waiting");
        counter("muster_evaluator_failures", counts.failures(), "Requests not answered because of a fault");
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
        new JvmMemoryMetrics().bindTo(registry);
    }

    private void counter(String name, LongAdder of, String description) {
        FunctionCounter.builder(name, of, LongAdder::sum)
                .description(description)
                .register(registry);
    }

    private <T> void gauge(String name, T of, java.util.function.ToDoubleFunction<T> value, String description) {
        Gauge.builder(name, of, value).description(description).register(registry);
    }

    /** All metrics as text. */
    String scrape() {
        return registry.scrape();
    }
}
