package io.muster.web.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.automation.figures.FigureReader;
import io.muster.automation.figures.Figures;
import io.muster.database.BulkDataSource;
import io.muster.database.PageDataSource;
import io.muster.support.Ids;
import io.muster.support.metrics.BoundedLabel;
import io.muster.support.traces.ObservationConfiguration;
import java.time.InstantSource;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The metrics of a server as Spring beans, beside the beans of the work itself: that publishes what happens as events and
 * knows nothing of metrics.
 */
@Configuration(proxyBeanMethods = false)
@Import(ObservationConfiguration.class)
public class MetricsConfiguration {

    private static final String JOB = "spring.batch.job";

    /** Where all meters of the process are. Steps of jobs are measured as steps of runs, by names that are few. */
    @Bean(destroyMethod = "close")
    PrometheusMeterRegistry meterRegistry() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.config()
                .meterFilter(MeterFilter.denyNameStartsWith(ObservationConfiguration.FOR_TRACES))
                .meterFilter(MeterFilter.denyNameStartsWith("spring.batch.step"))
                .meterFilter(MeterFilter.denyNameStartsWith("spring.batch.job.launch"))
                .meterFilter(new MeterFilter() {
                    @Override
                    public Meter.Id map(Meter.Id id) {
                        return id.getName().equals(JOB) ? described(id) : id;
                    }
                });
        return registry;
    }

    private static Meter.Id described(Meter.Id id) {
        return new Meter.Id(
                id.getName(), Tags.of(id.getTags()), id.getBaseUnit(), "Jobs of Spring Batch", id.getType());
    }

    /** What is observed is timed. */
    @Bean
    ObservationHandler<Observation.Context> timedObservations(PrometheusMeterRegistry meters) {
        return new DefaultMeterObservationHandler(meters, DefaultMeterObservationHandler.IgnoredMeters.LONG_TASK_TIMER);
    }

    /** Automations as labels. */
    @Bean
    BoundedLabel automationLabel() {
        return new BoundedLabel();
    }

    /** Counters of runs. */
    @Bean
    RunMetrics runMetrics(PrometheusMeterRegistry meters, BoundedLabel automationLabel) {
        return new RunMetrics(meters, automationLabel);
    }

    /** The figures of the database. */
    @Bean(destroyMethod = "close")
    Latest<Figures> latestFigures(JdbcClient jdbc, InstantSource clock, Ids ids, RunMetrics runs) {
        FigureReader reader = new FigureReader(jdbc, clock, ids);
        return new Latest<>("figures", () -> {
            Figures figures = reader.read();
            runs.know(figures.automations().stream().map(Figures.OfAutomation::name));
            return figures;
        });
    }

    /** Gauges of the database. */
    @Bean
    FigureMetrics figureMetrics(Latest<Figures> figures, BoundedLabel automationLabel) {
        return new FigureMetrics(figures, automationLabel, new BoundedLabel());
    }

    /** Connections. */
    @Bean
    PoolMetrics poolMetrics(DataSource general, @BulkDataSource DataSource bulk, @PageDataSource DataSource forPages) {
        return new PoolMetrics(List.of(general, bulk, forPages));
    }
}
