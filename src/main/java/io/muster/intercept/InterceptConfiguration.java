package io.muster.intercept;

import io.muster.dedup.IdentityRules;
import io.muster.dedup.RulesConfiguration;
import io.muster.frequency.FrequencyConfiguration;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.segment.Segments;
import io.muster.segment.members.SegmentConfiguration;
import io.muster.support.Ids;
import io.muster.support.KnownSettings;
import io.muster.support.Settings;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Projects and intercepts as Spring beans. */
@Configuration(proxyBeanMethods = false)
@Import({RulesConfiguration.class, SegmentConfiguration.class, FrequencyConfiguration.class})
public class InterceptConfiguration {

    /** What they are. */
    @Bean
    Projects projects(
            JdbcClient jdbc,
            TransactionTemplate transactions,
            IdentityRules rules,
            Segments segments,
            InstantSource clock,
            Ids ids) {
        return new Projects(jdbc, transactions, rules, segments, clock, ids);
    }

    /** What names segments. */
    @Bean
    SegmentUses segmentUses(JdbcClient jdbc, Ids ids) {
        return new SegmentUses(jdbc, ids);
    }

    /** What evaluators decide by. */
    @Bean
    Definitions definitions(Projects projects, FrequencyRuleStore rules, Environment environment, Ids ids) {
        List<String> placeholders = words(new Settings(environment::getProperty).text(KnownSettings.PLACEHOLDERS));
        return new Definitions(projects, rules, placeholders, ids);
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
