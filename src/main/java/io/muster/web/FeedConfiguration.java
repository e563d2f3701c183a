package io.muster.web;

import io.muster.evaluator.LocalDecisions;
import io.muster.snapshot.build.SnapshotStore;
import io.muster.snapshot.feed.ChangeFeed;
import io.muster.snapshot.feed.EvaluatorReports;
import io.muster.snapshot.feed.EvaluatorRows;
import io.muster.snapshot.feed.FeedAnswers;
import io.muster.support.Ids;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/** What evaluators ask a server for. */
@Configuration(proxyBeanMethods = false)
@Import({SnapshotsController.class, FeedController.class})
class FeedConfiguration {

    @Bean(destroyMethod = "close")
    ChangeFeed changeFeed(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            SnapshotStore snapshots,
            InstantSource clock,
            Ids ids) {
        return new ChangeFeed(new FeedAnswers(jdbc, transactions, snapshots, clock, ids), ids);
    }

    @Bean
    ChangeFollower changeFollower(LocalDecisions decisions, ChangeFeed feed) {
        return new ChangeFollower(decisions, feed);
    }

    @Bean
    FeedEnd feedEnd(ChangeFeed feed) {
        return new FeedEnd(feed);
    }

    @Bean
    EvaluatorReports evaluatorReports(EvaluatorRows rows) {
        return new EvaluatorReports(rows);
    }

    @Bean
    PublishedSnapshots publishedSnapshots(SnapshotStore snapshots) {
        return new PublishedSnapshots(snapshots.folder());
    }
}
