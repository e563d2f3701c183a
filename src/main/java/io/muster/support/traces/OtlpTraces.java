package io.muster.support.traces;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.muster.support.KnownSettings;
import io.muster.support.Settings;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Spans over OTLP by HTTP, in batches, from a thread of its own: work never waits for a collector. */
final class OtlpTraces implements Traces {

    private static final String PATH = "/v1/traces";
    private static final Set<String> SCHEMES = Set.of("http", "https");
    private static final int PATIENCE_SECONDS = 5;

    private final SdkTracerProvider provider;
    private final OtelTracer tracer;
    private final OtelPropagator propagator;

    private OtlpTraces(SdkTracerProvider provider) {
        this.provider = provider;
        io.opentelemetry.api.trace.Tracer own = provider.get("io.muster");
        this.tracer = new OtelTracer(own, new OtelCurrentTraceContext(), event -> {});
        this.propagator = new OtelPropagator(ContextPropagators.create(W3CTraceContextPropagator.getInstance()), own);
    }

    /** To the address that is set. */
    static OtlpTraces to(Settings settings) {
        String address = settings.text(KnownSettings.OTLP_URL).orElseThrow();
        Resource muster = Resource.getDefault()
                .merge(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "muster")));
        return new OtlpTraces(SdkTracerProvider.builder()
                .setResource(muster)
                .addSpanProcessor(BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder()
                                .setEndpoint(endpoint(address))
                                .build())
                        .build())
                .build());
    }

    /** An address without a path is that of a collector. */
    private static String endpoint(String address) {
        try {
            URI uri = URI.create(address);
            if (uri.getHost() != null && SCHEMES.contains(uri.getScheme())) {
                return uri.getPath().replaceAll("/+$", "").isEmpty()
                        ? uri.resolve(PATH).toString()
                        : address;
            }
        } catch (IllegalArgumentException e) {
            throw wrong(address).causedBy(e);
        }

        throw wrong(address);
    }

    private static io.muster.support.Refusal wrong(String address) {
        return Settings.wrong(
                KnownSettings.OTLP_URL, address, "is no address of a collector", "http://collector.example.com:4318");
    }

    @Override
    public void observe(ObservationRegistry registry) {
        registry.observationConfig()
                .observationHandler(new ObservationHandler.FirstMatchingCompositeObservationHandler(
                        new Received(tracer, propagator), new Own(tracer)))
                .observationHandler(new LoggedTrace());
    }

    @Override
    public void close() {
        var ignored = provider.shutdown().join(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** A failure as its class says it: what it says in words may be about a person. */
    private static Throwable wordless(@Nullable Throwable failure) {
        return new Failed(failure == null ? "unknown" : failure.getClass().getName());
    }

    private static final class Failed extends Exception {

        private static final long serialVersionUID = 1L;

        Failed(String what) {
            super(what, null, false, false);
        }
    }

    /** Spans of what comes from elsewhere; they go on with the caller's trace. */
    private static final class Received extends PropagatingReceiverTracingObservationHandler<ReceiverContext<Object>> {

        Received(Tracer tracer, OtelPropagator propagator) {
            super(tracer, propagator);
        }

        @Override
        public void onError(ReceiverContext<Object> context) {
            getRequiredSpan(context).error(wordless(context.getError()));
        }
    }

    /** Spans of work of one's own. */
    private static final class Own extends DefaultTracingObservationHandler {

        Own(Tracer tracer) {
            super(tracer);
        }

        /** Jobs and steps of Spring Batch by their names. */
        @Override
        public String getSpanName(Observation.Context context) {
            KeyValue named = context.getLowCardinalityKeyValue(context.getName() + ".name");
            return named == null ? super.getSpanName(context) : named.getValue();
        }

        @Override
        public void onError(Observation.Context context) {
            getRequiredSpan(context).error(wordless(context.getError()));
        }
    }
}
