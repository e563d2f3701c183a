package io.muster.web.metrics;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/** The pools of connections, as they tell it themselves. */
record PoolMetrics(List<DataSource> pools) implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        for (DataSource pool : pools) {
            try {
                if (pool.isWrapperFor(HikariDataSource.class)) {
                    pool.unwrap(HikariDataSource.class)
                            .setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(registry));
                }
            } catch (SQLException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
