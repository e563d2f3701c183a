package io.muster.support.traces;

import io.muster.support.KnownSettings;
import io.muster.support.Settings;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Traces as Spring beans, where {@code muster.otlp.url} is set. */
@Configuration(proxyBeanMethods = false)
@Conditional(TracesConfiguration.WhenAsked.class)
@Import(ObservationConfiguration.class)
public class TracesConfiguration {

    /** An address is set. */
    static final class WhenAsked implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return new Settings(context.getEnvironment()::getProperty).has(KnownSettings.OTLP_URL);
        }
    }

    /** Closed with the process's beans, after all work. */
    @Bean(destroyMethod = "close")
    Traces traces(Environment environment) {
        return OtlpTraces.to(new Settings(environment::getProperty));
    }
}
