package io.muster.runs;

import io.muster.jobs.RunLedger;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Warnings in the log, for processes that nobody watches; a command prints them itself. */
@Configuration(proxyBeanMethods = false)
public class WarningLogConfiguration {

    /** Warnings in the log. */
    @Bean
    WarningLog warningLog(RunLedger runs) {
        return new WarningLog(runs);
    }
}
