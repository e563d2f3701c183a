package io.muster.automation.jobs;

import io.muster.automation.attention.Attention;
import io.muster.automation.contactimport.ContactImportConfiguration;
import io.muster.automation.contactimport.ContactImportRuns;
import io.muster.automation.contactimport.KnownJobs;
import io.muster.automation.contactimport.LoadSpecs;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.notify.Notifications;
import io.muster.automation.segments.SegmentRebuildRuns;
import io.muster.automation.segments.StandingRebuilds;
import io.muster.automation.workflow.WorkflowRuns;
import io.muster.directory.store.Directories;
import io.muster.jobs.AskedRuns;
import io.muster.jobs.Automations;
import io.muster.jobs.Chains;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Holds;
import io.muster.jobs.RunLedger;
import io.muster.jobs.event.EventJobs;
import io.muster.jobs.servers.Servers;
import io.muster.runs.PastRecords;
import io.muster.runs.Pruning;
import io.muster.runs.RunService;
import io.muster.runs.SegmentRebuilds;
import io.muster.segment.Segments;
import io.muster.support.Ids;
import io.muster.support.Settings;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
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
            RunService service,
            SegmentRebuilds rebuilds,
            Automations automations,
            Directories directories,
            Segments segments,
            Notifications notifications) {
        return new SegmentRebuildRuns(service, rebuilds, automations, directories, segments, notifications);
    }

    /** Workflows. */
    @Bean
    WorkflowRuns workflowRuns(
            RunService service,
            RunLedger ledger,
            Chains chains,
            Automations automations,
            Deliveries deliveries,
            ContactImportRuns imports,
            LoadSpecs specs,
            KnownJobs jobs,
            Directories directories,
            Segments segments,
            Notifications notifications,
            Clock clock) {
        return new WorkflowRuns(
                service,
                ledger,
                chains,
                automations,
                deliveries,
                imports,
                specs,
                jobs,
                directories,
                segments,
                notifications,
                clock);
    }

    /** Which jobs name a directory. */
    @Bean
    JobTargets jobTargets(JobFiles files) {
        return new JobTargets(files);
    }

    /** Holds of automations, and runs that are asked for. */
    @Bean
    JobControl jobControl(Automations automations, JdbcClient jdbc, TransactionTemplate transactions, Clock clock) {
        return new JobControl(automations, new Holds(jdbc, clock), new AskedRuns(jdbc, clock), transactions);
    }

    /** The ids of automations. */
    @Bean
    JobRegister jobRegister(Automations automations, EventJobs events, Ids ids) {
        return new JobRegister(automations, events, ids);
    }

    /** The servers that share the database. */
    @Bean
    Servers servers(JdbcClient jdbc) {
        return new Servers(jdbc);
    }

    /** What waits for a person. */
    @Bean
    Attention attention(
            Automations automations,
            Deliveries deliveries,
            Notifications notifications,
            JdbcClient jdbc,
            Clock clock,
            Ids ids) {
        return new Attention(automations, deliveries, notifications, jdbc, clock, ids);
    }

    /** Rebuilds of segments that no job file covers. */
    @Bean
    StandingRebuilds standingRebuilds(Directories directories, Segments segments, Environment environment) {
        return new StandingRebuilds(segments, new Settings(environment::getProperty));
    }

    /** Jobs of every kind; what the server runs. */
    @Bean
    JobRuns jobRuns(
            RunService service,
            JobRegister register,
            ContactImportRuns imports,
            SegmentRebuildRuns rebuilds,
            WorkflowRuns workflows,
            StandingRebuilds standing,
            Pruning pruning) {
        return new JobRuns(service, register, imports, rebuilds, workflows, standing, pruning);
    }

    /** Notifications that ended long ago. */
    @Bean
    PastRecords pastNotifications(Notifications notifications) {
        return notifications::prune;
    }
}
