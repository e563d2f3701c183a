package io.muster.support.metrics;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The Java machine and its process: memory, collections, threads, processors, files. */
public final class ProcessMetrics implements MeterBinder, AutoCloseable {

    private static final double NANOS = 1e9;

    private final JvmGcMetrics collections = new JvmGcMetrics();

    @Override
    public void bindTo(MeterRegistry registry) {
        List.of(
                        collections,
                        new JvmMemoryMetrics(),
                        new JvmThreadMetrics(),
                        new FileDescriptorMetrics(),
                        new UptimeMetrics())
                .forEach(part -> part.bindTo(registry));
        processors(registry);
    }

    /** Under names and in units that Prometheus has for them; Micrometer's own are none of the kind. */
    private static void processors(MeterRegistry registry) {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system)) {
            return;
        }

        FunctionCounter.builder("process.cpu", system, one -> one.getProcessCpuTime() / NANOS)
                .description("Processor time that the process has used")
                .baseUnit("seconds")
                .register(registry);
        gauge(registry, "process.cpu.usage", OperatingSystemMXBean::getProcessCpuLoad, "Share that the process uses");
        gauge(registry, "system.cpu.usage", OperatingSystemMXBean::getCpuLoad, "Share of the processors in use");
        gauge(registry, "system.cpus", OperatingSystemMXBean::getAvailableProcessors, "Processors of the process");
    }

    private static void gauge(
            MeterRegistry registry, String name, ToDoubleFunction<OperatingSystemMXBean> value, String description) {
        Gauge.builder(name, (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean(), value)
                .description(description)
                .register(registry);
    }

    @Override
    public void close() {
        collections.close();
    }
}
