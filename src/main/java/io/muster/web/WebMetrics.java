package io.muster.web;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.automation.attention.Concern;
import io.muster.automation.server.AutomationServer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * The metrics of a server in the form that Prometheus reads. Parts of Muster add theirs as beans that are a
 * {@link MeterBinder}; a name begins with {@code muster_}, and no label is a contact, a run or a file.
 */
final class WebMetrics implements AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    /** What is known without the database. */
    private static final Set<Concern.Kind> OWN = EnumSet.of(Concern.Kind.DATABASE_AWAY, Concern.Kind.EVENTS_PUT_ASIDE);

    private final AutomationServer server;
    private final ServerHealth health;
    private volatile Optional<List<Concern>> concerns = Optional.empty();

    WebMetrics(AutomationServer server, ServerHealth health, List<MeterBinder> parts) {
        this.server = server;
        this.health = health;
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        gauge("muster_server_ready", one -> health.isReady() ? 1 : 0, "1 when the server takes work");
        gauge("muster_runs_active", AutomationServer::activeRuns, "Runs that a process works on or will");
        for (Concern.Kind kind : Concern.Kind.values()) {
            Gauge.builder("muster_attention", this, one -> one.concerns(kind))
                    .description("What waits for a person; no number while the database does not answer")
                    .tag("kind", kind.word())
                    .register(registry);
        }

        parts.forEach(part -> part.bindTo(registry));
    }

    private void gauge(String name, ToDoubleFunction<AutomationServer> value, String description) {
        Gauge.builder(name, server, value).description(description).register(registry);
    }

    private double concerns(Concern.Kind kind) {
        return concerns.filter(all -> OWN.contains(kind)
                        || all.stream().noneMatch(concern -> concern.kind() == Concern.Kind.DATABASE_AWAY))
                .map(all -> (double)
                        all.stream().filter(concern -> concern.kind() == kind).count())
                .orElse(Double.NaN);
    }

    /** Counts a request that was answered, under the pattern of its address. */
    void answered(String method, String pattern, int status, Duration time) {
        Timer.builder("http.server.requests")
                .description("Requests that were answered")
                .tag("method", method)
                .tag("uri", pattern)
                .tag("status", Integer.toString(status))
                .register(registry)
                .record(time);
    }

    /** All metrics as text. */
    String scrape() {
        concerns = Optional.of(health.concerns());
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
