package io.muster.app;

import io.muster.automation.contactimport.ContactImportRuns;
import io.muster.automation.contactimport.LastLooks;
import io.muster.automation.events.EventsConfiguration;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobs.JobControl;
import io.muster.automation.jobs.JobRegister;
import io.muster.automation.jobs.JobRunsConfiguration;
import io.muster.automation.notify.Notifications;
import io.muster.automation.segments.StandingRebuilds;
import io.muster.dedup.IdentityRules;
import io.muster.dedup.TransactionEdits;
import io.muster.directory.store.Audit;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.Directories;
import io.muster.directory.store.EmbeddedNames;
import io.muster.directory.store.MailingLists;
import io.muster.directory.store.RepeatedCalls;
import io.muster.directory.store.Responses;
import io.muster.directory.store.Timeline;
import io.muster.directory.store.TransactionBatches;
import io.muster.extract.drop.DroppedFiles;
import io.muster.intake.IntakeConfiguration;
import io.muster.intercept.Projects;
import io.muster.jobs.Automations;
import io.muster.jobs.Deliveries;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunMarks;
import io.muster.jobs.RunNumbers;
import io.muster.jobs.UploadFolder;
import io.muster.jobs.contactimport.ImportStores;
import io.muster.jobs.contactimport.SentRows;
import io.muster.jobs.eligibility.EligibilityResults;
import io.muster.jobs.servers.Servers;
import io.muster.runs.HistorySettings;
import io.muster.runs.PastRecords;
import io.muster.runs.RunService;
import io.muster.segment.Segments;
import io.muster.snapshot.build.SnapshotStore;
import io.muster.support.Ids;
import io.muster.support.KnownSettings;
import io.muster.support.Settings;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The services of the application that start runs, as Spring beans; the job files are at hand for them. */
@Configuration(proxyBeanMethods = false)
@Import({
    AppConfiguration.class,
    JobRunsConfiguration.class,
    EventsConfiguration.class,
    IntakeConfiguration.class,
    RunViewsConfiguration.class
})
public class RunningConfiguration {

    /** Notifications that do not arrive. */
    @Bean
    NotificationService notificationService(
            Notifications notifications, TransactionTemplate transactions, Audit audit) {
        return new NotificationService(notifications, transactions, audit);
    }

    /** Files that callers send for automations. */
    @Bean
    FileDropService fileDropService(
            JobFiles files,
            JobRegister register,
            Automations automations,
            DroppedFiles drops,
            Directories directories,
            Environment environment,
            InstantSource clock,
            Ids ids) {
        return new FileDropService(
                files,
                register,
                automations,
                drops,
                directories,
                HistorySettings.of(new Settings(environment::getProperty)).files(),
                clock,
                ids);
    }

    /** Deletions of directories. */
    @Bean
    DirectoryDeletions directoryDeletions(
            Directories directories,
            Contacts contacts,
            MailingLists lists,
            Segments segments,
            RunLedger ledger,
            RunService runs,
            Projects projects) {
        return new DirectoryDeletions(directories, contacts, lists, segments, ledger, runs, projects);
    }

    /** Deletions of projects. */
    @Bean
    ProjectDeletions projectDeletions(Projects projects, ProjectService views, SnapshotStore snapshots) {
        return new ProjectDeletions(projects, views, snapshots);
    }

    /** Snapshots. */
    @Bean
    SnapshotService snapshotService(
            Directories directories,
            Projects projects,
            SnapshotStore snapshots,
            RunService runs,
            Audit audit,
            JsonMapper json) {
        return new SnapshotService(directories, projects, snapshots, runs, audit, json);
    }

    /** What contacts were sent about surveys, and how they have answered. */
    @Bean
    SurveyHistory surveyHistory(Timeline timeline, JdbcClient jdbc) {
        return new SurveyHistory(timeline, new Responses(jdbc));
    }

    /** Transactions one by one. */
    @Bean
    TransactionService transactionService(
            Directories directories,
            MailingLists lists,
            JdbcClient jdbc,
            PlatformTransactionManager manager,
            TransactionTemplate transactions,
            RepeatedCalls calls,
            Audit audit,
            InstantSource clock,
            JsonMapper json,
            Ids ids) {
        return new TransactionService(
                directories,
                lists,
                new TransactionEdits(jdbc, manager, clock),
                new TransactionBatches(jdbc, clock),
                calls,
                transactions,
                audit,
                clock,
                json,
                ids);
    }

    /** Answers to calls that carried a key. */
    @Bean
    RepeatedCalls repeatedCalls(JdbcClient jdbc, InstantSource clock) {
        return new RepeatedCalls(jdbc, clock);
    }

    /** Answers of the past. */
    @Bean
    PastRecords pastCalls(RepeatedCalls calls) {
        return before -> calls.forget();
    }

    /** Imports of contacts that callers send. */
    @Bean
    SentImportService sentImportService(
            Directories directories,
            MailingLists lists,
            TransactionService transactions,
            RunService runs,
            RunLedger ledger,
            ImportStores stores,
            InstantSource clock,
            Ids ids) {
        return new SentImportService(
                directories, lists, transactions, runs, ledger, stores.sent(), new SentRows(stores), clock, ids);
    }

    /** Imports that people prepare. */
    @Bean
    ImportDraftService importDraftService(
            Directories directories,
            IdentityRules rules,
            EmbeddedNames names,
            MailingLists lists,
            ImportStores stores,
            UploadFolder folder,
            Deliveries deliveries,
            RunService runs,
            RunViews views,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            Audit audit,
            JsonMapper json,
            Environment environment,
            InstantSource clock,
            Ids ids) {
        Settings settings = new Settings(environment::getProperty);
        return new ImportDraftService(
                new ImportDraftService.Stores(
                        directories,
                        rules,
                        names,
                        lists,
                        stores.drafts(),
                        folder,
                        deliveries,
                        new Servers(jdbc),
                        audit),
                runs,
                views,
                transactions,
                json,
                new ImportDraftService.Limits(
                        settings.duration(KnownSettings.IMPORTS_KEEP),
                        settings.bytes(KnownSettings.IMPORTS_UPLOAD_SIZE)),
                clock,
                ids);
    }

    /** Rebuilds that nobody waits for. */
    @Bean
    SegmentRefreshes segmentRefreshes(Directories directories, RunService runs) {
        return new SegmentRefreshes(directories, runs);
    }

    /** Questions of eligibility that run. */
    @Bean
    EligibilityRuns eligibilityRuns(
            Directories directories,
            Segments segments,
            MailingLists lists,
            RunService runs,
            JdbcClient jdbc,
            InstantSource clock,
            Ids ids,
            JsonMapper json) {
        return new EligibilityRuns(
                directories, segments, lists, runs, new EligibilityResults(jdbc, ids), clock, ids, json);
    }

    /** Imports with what is around them. */
    @Bean
    RunDetails runDetails(
            Deliveries deliveries,
            RunLedger ledger,
            LastLooks looks,
            JdbcClient jdbc,
            InstantSource clock,
            JsonMapper json,
            Ids ids) {
        return new RunDetails(deliveries, ledger, looks, new RunMarks(jdbc, ids), new RunNumbers(jdbc), clock, json);
    }

    /** Automations. */
    @Bean
    AutomationService automationService(
            JobFiles files,
            StandingRebuilds standing,
            Automations automations,
            Deliveries deliveries,
            RunViews runs,
            JobControl control,
            ContactImportRuns imports,
            Notifications notifications,
            JdbcClient jdbc,
            InstantSource clock,
            Ids ids) {
        return new AutomationService(
                files,
                standing,
                automations,
                deliveries,
                runs,
                new RunMarks(jdbc, ids),
                control,
                imports,
                notifications,
                clock,
                ids);
    }
}
