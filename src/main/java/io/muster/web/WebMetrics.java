package io.muster.web;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.automation.attention.Concern;
import io.muster.automation.server.AutomationServer;
import io.muster.support.metrics.ProcessMetrics;
import io.muster.web.metrics.Latest;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The metrics of a server in the form that Prometheus reads. Parts of Muster add theirs as beans that are a
 * {@link MeterBinder} or a {@link MultiCollector}; a name begins with {@code muster_}, and no label is a contact, a run or a
 * file.
 */
final class WebMetrics implements AutoCloseable {

    /** What is known without the database. */
    private static final Set<Concern.Kind> OWN = EnumSet.of(Concern.Kind.DATABASE_AWAY, Concern.Kind.EVENTS_PUT_ASIDE);

    private final PrometheusMeterRegistry registry;
    private final ProcessMetrics process = new ProcessMetrics();
    private final Latest<Optional<List<Concern>>> asked;
    private final ServerHealth health;
    private volatile List<Concern> concerns = List.of();

    WebMetrics(PrometheusMeterRegistry registry, AutomationServer server, ServerHealth health) {
        this.registry = registry;
        this.health = health;
        this.asked = new Latest<>("attention", server::concerns);
        process.bindTo(registry);
        Gauge.builder("muster_server_ready", health, one -> one.isReady() ? 1 : 0)
                .description("1 when the server takes work")
                .register(registry);
        for (Concern.Kind kind : Concern.Kind.values()) {
            Gauge.builder("muster_attention", this, one -> one.concerns(kind))
                    .description("What waits for a person; no number while the database does not answer")
                    .tag("kind", kind.word())
                    .register(registry);
        }
    }

    /** Adds what parts measure. */
    void add(Iterable<MeterBinder> binders, Iterable<MultiCollector> collectors) {
        binders.forEach(part -> part.bindTo(registry));
        collectors.forEach(part -> registry.getPrometheusRegistry().register(part));
    }

    private double concerns(Concern.Kind kind) {
        boolean unknown = !OWN.contains(kind)
                && concerns.stream().anyMatch(concern -> concern.kind() == Concern.Kind.DATABASE_AWAY);
        return unknown
                ? Double.NaN
                : concerns.stream().filter(concern -> concern.kind() == kind).count();
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
        concerns = health.concerns(() -> asked.get().flatMap(known -> known));
        return registry.scrape();
    }

    @Override
    public void close() {
        asked.close();
        process.close();
    }
}
