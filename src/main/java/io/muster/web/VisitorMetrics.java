package io.muster.web;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.muster.intake.VisitorOutcome;
import io.muster.intake.Visitors;
import java.util.Locale;

/** What came of visitors. */
final class VisitorMetrics implements MeterBinder {

    private final Visitors visitors;

    VisitorMetrics(Visitors visitors) {
        this.visitors = visitors;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (VisitorOutcome outcome : VisitorOutcome.values()) {
            FunctionCounter.builder("muster_visitors", visitors, counted -> counted.with(outcome))
                    .description("What came of visitors who were sent")
                    .tag("outcome", outcome.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .register(registry);
        }
    }
}
