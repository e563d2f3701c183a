package io.muster.support.traces;

import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The registry that work observes itself with; who listens is in beans of their own. */
@Configuration(proxyBeanMethods = false)
public class ObservationConfiguration {

    /** What begins so is observed for traces alone: figures of it are kept otherwise. */
    public static final String FOR_TRACES = "muster.trace.";

    private static final List<String> PORTIONS = List.of("spring.batch.item.", "spring.batch.chunk.");

    /** Told of runs, steps and requests. */
    @Bean
    ObservationRegistry observationRegistry(
            ObjectProvider<Traces> traces, ObjectProvider<ObservationHandler<?>> handlers) {
        ObservationRegistry registry = ObservationRegistry.create();
        // A span for each chunk and item would cost more than it tells.
        registry.observationConfig()
                .observationPredicate((name, context) -> PORTIONS.stream().noneMatch(name::startsWith));
        handlers.forEach(registry.observationConfig()::observationHandler);
        Traces asked = traces.getIfAvailable();
        if (asked == null) {
            registry.observationConfig().observationPredicate((name, context) -> !name.startsWith(FOR_TRACES));
        } else {
            asked.observe(registry);
        }

        return registry;
    }
}
