package io.muster.automation.segments;

import io.muster.automation.contactimport.AfterSeries;
import io.muster.automation.contactimport.ContactImportConfiguration;
import io.muster.automation.contactimport.ContactImportRuns;
import io.muster.automation.notify.Notifications;
import io.muster.directory.store.Directories;
import io.muster.runs.SegmentRebuilds;
import io.muster.segment.Segments;
import io.muster.segment.publish.SegmentHistory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Jobs of every kind as Spring beans. */
@Configuration(proxyBeanMethods = false)
@Import(ContactImportConfiguration.class)
public class JobRunsConfiguration {

    /** Rebuilds of segments, by job files and after imports. */
    @Bean
    SegmentRebuildRuns segmentRebuildRuns(
            SegmentRebuilds rebuilds, Directories directories, Segments segments, Notifications notifications) {
        return new SegmentRebuildRuns(rebuilds, directories, segments, notifications);
    }

    /** What follows imports. */
    @Bean
    AfterSeries afterSeries(SegmentRebuildRuns runs) {
        return runs::afterImport;
    }

    /** Jobs of every kind; what the server runs. */
    @Bean
    @Primary
    JobRuns jobRuns(
            ContactImportRuns imports,
            SegmentRebuildRuns runs,
            SegmentRebuilds rebuilds,
            Directories directories,
            Segments segments,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            Environment environment) {
        return new JobRuns(
                imports,
                runs,
                rebuilds,
                new StandingRebuilds(directories, segments, environment.getProperty(StandingRebuilds.SETTING)),
                new SegmentHistory(jdbc, transactions));
    }
}
