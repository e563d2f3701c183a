package io.muster.frequency;

import io.muster.segment.Segments;
import io.muster.segment.members.SegmentConfiguration;
import io.muster.support.Ids;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Contact frequency as Spring beans. */
@Configuration(proxyBeanMethods = false)
@Import(SegmentConfiguration.class)
public class FrequencyConfiguration {

    /** The rules. */
    @Bean
    FrequencyRuleStore frequencyRuleStore(
            JdbcClient jdbc, TransactionTemplate transactions, InstantSource clock, Ids ids) {
        return new FrequencyRuleStore(jdbc, transactions, clock, ids);
    }

    /** What names a mailing list. */
    @Bean
    ListUses listUses(Segments segments, FrequencyRuleStore rules) {
        return new ListUses(segments, rules);
    }

    /** Why somebody may not be contacted. */
    @Bean
    FrequencyExplainer frequencyExplainer(JdbcClient jdbc, PlatformTransactionManager manager) {
        return new FrequencyExplainer(jdbc, manager);
    }

    /** Resets of what is counted. */
    @Bean
    FrequencyResets frequencyResets(JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock) {
        return new FrequencyResets(jdbc, manager, clock);
    }

    /** Who may be contacted. */
    @Bean
    Eligibility eligibility(
            DataSource dataSource, JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock, Ids ids) {
        return new Eligibility(dataSource, jdbc, manager, clock, ids);
    }

    /** Whom changed rules would hold back. */
    @Bean
    FrequencySimulation frequencySimulation(
            DataSource dataSource, JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock, Ids ids) {
        return new FrequencySimulation(dataSource, jdbc, manager, clock, ids);
    }

    /** The reader of the change stream that computes next eligible times. */
    @Bean
    FrequencyUpkeep frequencyUpkeep(DataSource dataSource, InstantSource clock, Ids ids) {
        return new FrequencyUpkeep(dataSource, clock, ids);
    }
}
