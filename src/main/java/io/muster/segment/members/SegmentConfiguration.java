package io.muster.segment.members;

import io.muster.directory.store.DirectoryConfiguration;
import io.muster.directory.store.MailingLists;
import io.muster.segment.Segments;
import io.muster.segment.publish.Switching;
import io.muster.support.Ids;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Segments and their members as Spring beans. */
@Configuration(proxyBeanMethods = false)
@Import(DirectoryConfiguration.class)
public class SegmentConfiguration {

    /** What they are. */
    @Bean
    Segments segments(
            JdbcClient jdbc, TransactionTemplate transactions, MailingLists lists, InstantSource clock, Ids ids) {
        return new Segments(jdbc, transactions, lists, clock, ids);
    }

    /** What people do with versions. */
    @Bean
    Switching switching(JdbcClient jdbc, TransactionTemplate transactions, Segments segments, InstantSource clock) {
        return new Switching(jdbc, transactions, segments, clock);
    }

    /** Who is in them. */
    @Bean
    SegmentMembers segmentMembers(JdbcClient jdbc, PlatformTransactionManager transactions, Ids ids) {
        return new SegmentMembers(jdbc, transactions, ids);
    }

    /** Who joined and left. */
    @Bean
    MembershipHistory membershipHistory(JdbcClient jdbc, Ids ids) {
        return new MembershipHistory(jdbc, ids);
    }

    /** Their sizes over time. */
    @Bean
    SegmentTrends segmentTrends(JdbcClient jdbc) {
        return new SegmentTrends(jdbc);
    }

    /** Some of those who are in them. */
    @Bean
    MemberSample memberSample(JdbcClient jdbc) {
        return new MemberSample(jdbc);
    }

    /** Counts and explanations. */
    @Bean
    SegmentPreview segmentPreview(DataSource source, Segments segments, InstantSource clock, Ids ids) {
        return new SegmentPreview(source, segments, clock, ids);
    }
}
