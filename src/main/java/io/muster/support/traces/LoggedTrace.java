package io.muster.support.traces;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Says in the log which trace and span a thread works for. */
final class LoggedTrace implements ObservationHandler<Observation.Context> {

    private static final String TRACE = "traceId";
    private static final String SPAN = "spanId";

    /** What was there before, to be put back. */
    private record Before(@Nullable String trace, @Nullable String span) {}

    @Override
    public void onScopeOpened(Observation.Context context) {
        TracingContext tracing = context.get(TracingContext.class);
        Span span = tracing == null ? null : tracing.getSpan();
        if (span != null) {
            context.put(Before.class, new Before(MDC.get(TRACE), MDC.get(SPAN)));
            MDC.put(TRACE, span.context().traceId());
            MDC.put(SPAN, span.context().spanId());
        }
    }

    @Override
    public void onScopeClosed(Observation.Context context) {
        Before before = context.get(Before.class);
        if (before != null) {
            put(TRACE, before.trace());
            put(SPAN, before.span());
        }
    }

    private static void put(String key, @Nullable String value) {
        if (value == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, value);
        }
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return true;
    }
}
