package io.muster.dedup.merge;

import io.muster.dedup.RulesConfiguration;
import io.muster.support.Ids;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/** What changes single contacts, merges them and gives them their keys, as Spring beans. */
@Configuration(proxyBeanMethods = false)
@Import(RulesConfiguration.class)
public class MergeConfiguration {

    /** Merges. */
    @Bean
    Duplicates duplicates(
            DataSource dataSource, PlatformTransactionManager transactions, InstantSource clock, Ids ids) {
        return new Duplicates(dataSource, transactions, clock, ids);
    }

    /** Possible duplicates for people who look at them. */
    @Bean
    PossibleDuplicates possibleDuplicates(
            JdbcClient jdbc, PlatformTransactionManager transactions, InstantSource clock, Ids ids) {
        return new PossibleDuplicates(jdbc, transactions, clock, ids);
    }

    /** How the keys of rules stand. */
    @Bean
    RuleKeys ruleKeys(JdbcClient jdbc) {
        return new RuleKeys(jdbc);
    }

    /** Keys under new rules. */
    @Bean
    Rekey rekey(JdbcClient jdbc, PlatformTransactionManager transactions, InstantSource clock) {
        return new Rekey(jdbc, transactions, clock);
    }
}
