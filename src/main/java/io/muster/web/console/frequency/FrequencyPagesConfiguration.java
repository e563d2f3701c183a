package io.muster.web.console.frequency;

import io.muster.app.EligibilityService;
import io.muster.app.ForecastTasks;
import io.muster.app.FrequencyRuleService;
import io.muster.runs.RunService;
import io.muster.support.Ids;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.DirectoryPlace;
import io.muster.web.console.page.SeenDirectories;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Pages of contact frequency. */
@Configuration(proxyBeanMethods = false)
public class FrequencyPagesConfiguration {

    @Bean
    DirectoryPlace frequencyPlace() {
        return new DirectoryPlace(700, "Frequency", "/frequency");
    }

    @Bean
    FrequencyController frequencyController(
            ConsolePages pages,
            SeenDirectories directories,
            FrequencyRuleService rules,
            ForecastTasks forecasts,
            RunService runs,
            Ids ids) {
        return new FrequencyController(pages, directories, rules, forecasts, runs, ids);
    }

    @Bean
    SimulatorController simulatorController(
            ConsolePages pages,
            SeenDirectories directories,
            FrequencyRuleService rules,
            EligibilityService eligibility) {
        return new SimulatorController(pages, directories, rules, eligibility);
    }
}
