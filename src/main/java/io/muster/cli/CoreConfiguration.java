package io.muster.cli;

import io.muster.database.DatabaseConfiguration;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.json.JsonMapper;

/** The beans of every context. */
@Configuration(proxyBeanMethods = false)
@Import(DatabaseConfiguration.class)
class CoreConfiguration {

    /** All times of Muster are taken from it. */
    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    /** For answers and side files alike. */
    @Bean
    JsonMapper jsonMapper() {
        return Json.mapper();
    }
}
