package io.muster.automation.contactimport;

import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.References;
import io.muster.automation.notify.Notifications;
import io.muster.automation.server.AutomationConfiguration;
import io.muster.directory.store.Audit;
import io.muster.directory.store.ContactExport;
import io.muster.directory.store.Directories;
import io.muster.directory.store.MailingLists;
import io.muster.extract.FileSources;
import io.muster.extract.OutsideRecords;
import io.muster.extract.drop.DroppedFiles;
import io.muster.extract.jdbc.JdbcDrivers;
import io.muster.extract.record.RecordSources;
import io.muster.extract.source.FileSelection;
import io.muster.extract.source.StopSignal;
import io.muster.jobs.Automations;
import io.muster.jobs.Chains;
import io.muster.jobs.Deliveries;
import io.muster.jobs.RunLedger;
import io.muster.jobs.Watermarks;
import io.muster.jobs.eligibility.EligibilityResults;
import io.muster.jobs.records.InsideRecords;
import io.muster.jobs.servers.Servers;
import io.muster.runs.ImportSettings;
import io.muster.runs.RunService;
import io.muster.runs.RunsConfiguration;
import io.muster.segment.Segments;
import io.muster.segment.members.SegmentMembers;
import io.muster.support.Ids;
import io.muster.support.KnownSettings;
import io.muster.support.Settings;
import io.muster.support.StateFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Contact imports of automations as Spring beans. */
@Configuration(proxyBeanMethods = false)
@Import({RunsConfiguration.class, AutomationConfiguration.class})
public class ContactImportConfiguration {

    /** The jobs behind runs. */
    @Bean
    KnownJobs knownJobs(JobFiles files, Automations automations, LoadSpecs specs) {
        return new KnownJobs(files, automations, specs);
    }

    /** What job files ask of runs. */
    @Bean
    LoadSpecs loadSpecs(References references, Automations automations, JdbcClient jdbc) {
        return new LoadSpecs(references, automations, new Watermarks(jdbc));
    }

    /** Where runs find records. */
    @Bean
    RecordSources recordSources(FileSources files, InsideRecords inside, StateFolder home, Environment environment) {
        Path drivers = new Settings(environment::getProperty)
                .text(KnownSettings.JDBC_DRIVERS)
                .map(Path::of)
                .orElseGet(() -> home.path().resolve("drivers"));
        return new OutsideRecords(files, new JdbcDrivers(drivers), inside::open);
    }

    /** What workflows read of this installation. */
    @Bean
    InsideRecords insideRecords(
            Directories directories,
            MailingLists lists,
            Segments segments,
            SegmentMembers members,
            ContactExport contacts,
            RunLedger runs,
            JdbcClient jdbc,
            Ids ids) {
        return new InsideRecords(
                directories, lists, segments, members, contacts, runs, new EligibilityResults(jdbc, ids));
    }

    /** Where automations find their files. */
    @Bean
    FileSources fileSources(References references, Clock clock, StopSignal stop, DroppedFiles drops) {
        return new FileSources(references.environment(), stop, clock, RandomGenerator.getDefault(), stop, drops);
    }

    /** Files of runs that are gone on with. */
    @Bean
    AutomationDeliveries automationDeliveries(FileSources sources, References references, KnownJobs jobs) {
        return new AutomationDeliveries(sources, references, jobs);
    }

    /** What job files say now, for runs that are reprocessed. */
    @Bean
    ImportSettings importSettings(KnownJobs jobs, LoadSpecs specs, Chains chains) {
        return new PresentSettings(jobs, specs, chains);
    }

    /** What the last look at each source passed over. */
    @Bean
    LastLooks lastLooks(JdbcClient jdbc, InstantSource clock) {
        return new LastLooks(jdbc, clock);
    }

    /** Late files that a person settles. */
    @Bean
    SkippedFiles skippedFiles(
            LoadSpecs specs,
            Automations automations,
            Deliveries deliveries,
            AutomationDeliveries sources,
            TransactionTemplate transactions,
            Audit audit) {
        return new SkippedFiles(specs, automations, deliveries, sources, transactions, audit);
    }

    /** Looks at the sources of jobs. */
    @Bean
    SourceLooks sourceLooks(Deliveries deliveries, LastLooks last, InstantSource clock, StopSignal stop) {
        return new SourceLooks(deliveries, last, new FileSelection(stop), clock);
    }

    /** Contact imports of automations. */
    @Bean
    ContactImportRuns contactImportRuns(
            RunService service,
            Automations automations,
            Deliveries deliveries,
            AutomationDeliveries sources,
            SourceLooks looks,
            InstantSource clock,
            KnownJobs jobs,
            Notifications notifications,
            JdbcClient jdbc,
            ApplicationEventPublisher events) {
        return new ContactImportRuns(
                service,
                automations,
                deliveries,
                sources,
                looks,
                clock,
                jobs,
                notifications,
                new Servers(jdbc),
                events);
    }

    /** Trials of jobs. */
    @Bean
    JobTrial jobTrial(
            RunService service,
            Automations automations,
            AutomationDeliveries sources,
            SourceLooks looks,
            LoadSpecs specs,
            InstantSource clock) {
        return new JobTrial(service, automations, sources, looks, specs, clock);
    }
}
