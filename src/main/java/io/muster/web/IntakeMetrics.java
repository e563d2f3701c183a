package io.muster.web;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.muster.intake.EventOutcome;
import io.muster.intake.Intake;
import io.muster.intake.IntakeFigures;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What the intake of events has counted. */
final class IntakeMetrics implements MeterBinder {

    private final Intake intake;

    IntakeMetrics(Intake intake) {
        this.intake = intake;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        counter(registry, "muster_events_accepted", IntakeFigures::accepted, "Events that were accepted");
        counter(registry, "muster_events_spooled", IntakeFigures::spooled, "Events that went to the spool");
        counter(registry, "muster_events_replayed", IntakeFigures::replayed, "Events that came back from the spool");
        counter(registry, "muster_events_put_aside", IntakeFigures::putAside, "Events that cannot be recorded");
        counter(registry, "muster_events_refused", IntakeFigures::refused, "Events that the spool had no room for");
        for (EventOutcome outcome : EventOutcome.values()) {
            FunctionCounter.builder("muster_events_outcomes", intake.figures(), figures -> figures.with(outcome))
                    .description("What came of events")
                    .tag("outcome", outcome.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .register(registry);
        }

        Gauge.builder(
                        "muster_events_spool_bytes",
                        intake,
                        one -> one.condition().spoolBytes())
                .description("Bytes of events that wait for the database")
                .register(registry);
    }

    private void counter(
            MeterRegistry registry, String name, ToDoubleFunction<IntakeFigures> value, String description) {
        FunctionCounter.builder(name, intake.figures(), value)
                .description(description)
                .register(registry);
    }
}
