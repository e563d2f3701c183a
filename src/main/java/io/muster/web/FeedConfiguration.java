package io.muster.web;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.muster.evaluator.LocalDecisions;
import io.muster.snapshot.build.SnapshotStore;
import io.muster.snapshot.feed.ChangeFeed;
import io.muster.snapshot.feed.EvaluatorReports;
import io.muster.snapshot.feed.EvaluatorRows;
import io.muster.snapshot.feed.FeedAnswers;
import io.muster.support.Ids;
import java.time.Duration;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/** What evaluators ask a server for. */
@Configuration(proxyBeanMethods = false)
@Import({SnapshotsController.class, FeedController.class})
class FeedConfiguration {

    private static final Duration[] LAGS = Stream.of(50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    @Bean(destroyMethod = "close")
    ChangeFeed changeFeed(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            SnapshotStore snapshots,
            InstantSource clock,
            Ids ids,
            MeterRegistry meters) {
        Timer lag = Timer.builder("muster_feed_lag")
                .description("How long after a change a follower who was waiting for one learnt of it")
                .serviceLevelObjectives(LAGS)
                .register(meters);
        return new ChangeFeed(new FeedAnswers(jdbc, transactions, snapshots, clock, ids), ids, lag::record);
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
