package io.muster.support.metrics;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;

/** One gauge with a number for each of some labels; numbers under the same labels become one. */
public final class Gauges {

    private final String name;
    private final String help;
    private final DoubleBinaryOperator both;
    private final Map<Labels, Double> values = new LinkedHashMap<>();

    /** @param both what two numbers under the same labels become */
    public Gauges(String name, String help, DoubleBinaryOperator both) {
        this.name = name;
        this.help = help;
        this.both = both;
    }

    /** Adds a number; null for none. */
    public Gauges add(@Nullable Double value, String... labels) {
        if (value != null) {
            values.merge(Labels.of(labels), value, both::applyAsDouble);
        }

        return this;
    }

    /** The gauge; empty without numbers. */
    public Optional<MetricSnapshot> snapshot() {
        if (values.isEmpty()) {
            return Optional.empty();
        }

        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        values.forEach((labels, value) -> gauge.dataPoint(
                GaugeDataPointSnapshot.builder().labels(labels).value(value).build()));
        return Optional.of(gauge.build());
    }
}
