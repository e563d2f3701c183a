package io.muster.runs;

import io.micrometer.observation.ObservationRegistry;
import io.muster.database.BulkDataSource;
import io.muster.dedup.IdentityRules;
import io.muster.dedup.LockRetry;
import io.muster.dedup.SearchTasks;
import io.muster.dedup.merge.MergeConfiguration;
import io.muster.dedup.merge.MergeHistory;
import io.muster.directory.store.Audit;
import io.muster.directory.store.Directories;
import io.muster.directory.store.EmbeddedNames;
import io.muster.directory.store.MailingLists;
import io.muster.extract.FileSources;
import io.muster.extract.drop.DroppedFiles;
import io.muster.extract.record.RecordSources;
import io.muster.extract.source.StopSignal;
import io.muster.frequency.FrequencyConfiguration;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.frequency.ListUses;
import io.muster.intake.EventCounts;
import io.muster.intercept.Definitions;
import io.muster.intercept.InterceptConfiguration;
import io.muster.intercept.Projects;
import io.muster.jobs.Automations;
import io.muster.jobs.Chains;
import io.muster.jobs.Deliveries;
import io.muster.jobs.RunLedger;
import io.muster.jobs.UploadFolder;
import io.muster.jobs.Watermarks;
import io.muster.jobs.contactimport.ContactImportJob;
import io.muster.jobs.contactimport.ImportStores;
import io.muster.jobs.deletion.DeletionJob;
import io.muster.jobs.eligibility.EligibilityJob;
import io.muster.jobs.eligibility.EligibilityStores;
import io.muster.jobs.event.EventJobs;
import io.muster.jobs.event.JsonEvents;
import io.muster.jobs.fileout.FileOutJob;
import io.muster.jobs.fileout.FileOutStores;
import io.muster.jobs.merge.MergeJob;
import io.muster.jobs.merge.RekeyJob;
import io.muster.jobs.merge.UpkeepStores;
import io.muster.jobs.rebuild.RebuildJob;
import io.muster.jobs.rebuild.RebuildStores;
import io.muster.jobs.rebuild.Rebuilds;
import io.muster.jobs.snapshot.SnapshotJob;
import io.muster.jobs.snapshot.SnapshotStores;
import io.muster.jobs.undo.UndoJob;
import io.muster.jobs.undo.UndoLedger;
import io.muster.jobs.undo.UndoStores;
import io.muster.load.Rejects;
import io.muster.segment.Segments;
import io.muster.segment.members.SegmentConfiguration;
import io.muster.segment.publish.Freshness;
import io.muster.segment.publish.Publishing;
import io.muster.segment.publish.RebuildResults;
import io.muster.segment.publish.SegmentHistory;
import io.muster.segment.publish.Versions;
import io.muster.snapshot.build.DirectoryTable;
import io.muster.snapshot.build.SnapshotStore;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.support.Ids;
import io.muster.support.KnownSettings;
import io.muster.support.Refusal;
import io.muster.support.Settings;
import io.muster.support.Spool;
import io.muster.support.StateFolder;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.batch.jdbc.autoconfigure.BatchJdbcAutoConfiguration;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Runs and what works on them, as Spring beans. */
@Configuration(proxyBeanMethods = false)
@Import({
    MergeConfiguration.class,
    SegmentConfiguration.class,
    FrequencyConfiguration.class,
    InterceptConfiguration.class
})
@ImportAutoConfiguration(BatchJdbcAutoConfiguration.class)
public class RunsConfiguration {

    /** The ledger of runs. */
    @Bean
    RunLedger runLedger(JdbcClient jdbc, TransactionTemplate transactions, InstantSource clock, Ids ids) {
        return new RunLedger(jdbc, transactions, clock, ids);
    }

    /** The ledger of deliveries. */
    @Bean
    Deliveries deliveries(JdbcClient jdbc, InstantSource clock) {
        return new Deliveries(jdbc, clock);
    }

    /** Where imports read and write. */
    @Bean
    ImportStores importStores(
            JdbcClient jdbc,
            TransactionTemplate transactions,
            DataSource dataSource,
            @BulkDataSource DataSource bulk,
            RunLedger runs,
            Deliveries deliveries,
            EmbeddedNames names,
            MailingLists lists,
            InstantSource clock,
            Ids ids) {
        return new ImportStores(jdbc, transactions, dataSource, bulk, runs, deliveries, names, lists, clock, ids);
    }

    /** Merges where a directory wants that. */
    @Bean
    MergeAfterImport mergeAfterImport(Directories directories, RunService service, RunLedger runs, JsonMapper json) {
        return new MergeAfterImport(directories, service, runs, json);
    }

    /** Imports as runs. */
    @Bean
    ImportRuns importRuns(
            ImportStores stores,
            Directories directories,
            IdentityRules rules,
            JobRepository repository,
            ObjectProvider<DeliverySources> sources,
            ObjectProvider<ImportSettings> present,
            ObjectProvider<RecordSources> records,
            Spool spool,
            OperatorSettings settings,
            JsonMapper json) {
        DeliverySources known = sources.getIfAvailable(() -> (run, delivery) -> {
            throw Refusal.failed(
                            "SOURCE_NOT_AT_HAND",
                            "Cannot find the source of run " + run.id()
                                    + ": the job files are not at hand here. Work on it beside the job files.")
                    .with("run", run.id());
        });
        ImportSettings now = present.getIfAvailable(() -> (run, before) -> {
            throw Refusal.failed(
                            "JOB_NOT_AT_HAND",
                            "Cannot find the settings of run " + run.id()
                                    + ": the job files are not at hand here. Work on it beside the job files.")
                    .with("run", run.id());
        });
        ContactImportJob job = new ContactImportJob(repository, stores, sources(records), json);
        return new ImportRuns(stores, directories, rules, job, known, now, spool, settings, json);
    }

    private static RecordSources sources(ObjectProvider<RecordSources> records) {
        return records.getIfAvailable(() -> (spec, folder) -> {
            throw Refusal.failed(
                    "SOURCE_NOT_AT_HAND",
                    "Cannot extract records: their sources are not at hand here. Work on the run beside the job files.");
        });
    }

    /** Chains of tasks. */
    @Bean
    Chains chains(JdbcClient jdbc, InstantSource clock) {
        return new Chains(jdbc, clock);
    }

    /** Files that go out as runs. */
    @Bean
    FileOutRuns fileOutRuns(
            RunLedger runs,
            Automations automations,
            PlatformTransactionManager transactions,
            JdbcClient jdbc,
            JobRepository repository,
            ObjectProvider<RecordSources> records,
            ObjectProvider<FileSources> files,
            Spool spool,
            OperatorSettings settings,
            JsonMapper json,
            InstantSource clock) {
        FileOutStores stores = new FileOutStores(
                runs,
                transactions,
                new Watermarks(jdbc),
                sources(records),
                files.getIfAvailable(() -> FileSources.ofProcess(clock)),
                json);
        return new FileOutRuns(
                runs,
                automations,
                new TransactionTemplate(transactions),
                new FileOutJob(repository, stores),
                spool,
                settings.owner(),
                json);
    }

    /** Rebuilds as runs. */
    @Bean
    RebuildRuns rebuildRuns(
            RebuildStores stores,
            Directories directories,
            JobRepository repository,
            OperatorSettings settings,
            Environment environment,
            JsonMapper json) {
        return new RebuildRuns(
                stores,
                directories,
                new RebuildJob(repository, stores),
                OperatorSettings.rebuildPace(new Settings(environment::getProperty)),
                settings.owner(),
                json);
    }

    /** The published tree. */
    @Bean
    SnapshotStore snapshotStore(
            Projects projects,
            Definitions definitions,
            StateFolder home,
            Environment environment,
            InstantSource clock) {
        Settings settings = new Settings(environment::getProperty);
        SnapshotFolder folder = new SnapshotFolder(
                settings.text(KnownSettings.SNAPSHOTS).map(Path::of).orElseGet(() -> home.folder("snapshots")));
        return new SnapshotStore(projects, definitions, folder, settings.number(KnownSettings.SNAPSHOTS_KEPT), clock);
    }

    /** Where snapshot runs read and write. */
    @Bean
    SnapshotStores snapshotStores(
            RunLedger runs,
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            FrequencyUpkeep upkeep,
            SnapshotStore snapshots,
            JsonMapper json,
            InstantSource clock,
            Ids ids) {
        return new SnapshotStores(
                runs, transactions, new DirectoryTable(jdbc, transactions, upkeep, clock, ids), snapshots, json, ids);
    }

    /** Snapshots after what changed many contacts or memberships. */
    @Bean
    SnapshotAfterChange snapshotAfterChange(SnapshotStore snapshots, RunService service, JsonMapper json) {
        return new SnapshotAfterChange(snapshots, service, json);
    }

    /** Where questions of eligibility are answered from. */
    @Bean
    EligibilityStores eligibilityStores(
            RunLedger runs,
            DataSource dataSource,
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            Segments segments,
            MailingLists lists,
            JsonMapper json,
            InstantSource clock,
            Ids ids) {
        return new EligibilityStores(runs, dataSource, jdbc, transactions, segments, lists, json, clock, ids);
    }

    /** Merges, re-keys, snapshots, questions of eligibility and deletions as runs. */
    @Bean
    UpkeepRuns upkeepRuns(
            RunLedger runs,
            JobRepository repository,
            JdbcClient jdbc,
            DataSource dataSource,
            PlatformTransactionManager transactions,
            Directories directories,
            ObjectProvider<DirectoryUses> uses,
            SnapshotStores snapshots,
            EligibilityStores eligibility,
            OperatorSettings settings,
            JsonMapper json,
            InstantSource clock,
            Ids ids) {
        UpkeepStores stores = new UpkeepStores(jdbc, dataSource, transactions, runs, json, clock, ids);
        return new UpkeepRuns(
                runs,
                new MergeJob(repository, stores),
                new RekeyJob(repository, stores),
                new DeletionJob(repository, jdbc, transactions, runs, json),
                new SnapshotJob(repository, snapshots),
                new EligibilityJob(repository, eligibility),
                directories,
                uses.getIfAvailable(() -> directory -> List.of()),
                settings.owner(),
                json);
    }

    /** Where undos read and write. */
    @Bean
    UndoStores undoStores(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            RunLedger runs,
            MailingLists lists,
            ListUses uses,
            JsonMapper json,
            InstantSource clock,
            Ids ids) {
        return new UndoStores(jdbc, transactions, runs, lists, uses, json, clock, ids);
    }

    /** The ledger of undos. */
    @Bean
    UndoLedger undoLedger(UndoStores stores) {
        return stores.ledger();
    }

    /** Undos of imports as runs. */
    @Bean
    UndoRuns undoRuns(UndoStores stores, Deliveries deliveries, JobRepository repository, OperatorSettings settings) {
        return new UndoRuns(stores, deliveries, new UndoJob(repository, stores), settings.owner());
    }

    /** Given when the process is asked to stop. */
    @Bean
    StopSignal stopSignal() {
        return new StopSignal();
    }

    /** Everything that runs. */
    @Bean
    RunService runService(
            RunLedger runs,
            ImportRuns imports,
            RebuildRuns rebuilds,
            UpkeepRuns upkeep,
            UndoRuns undos,
            FileOutRuns files,
            JobOperator jobs,
            JobRepository repository,
            ApplicationEventPublisher events,
            ObjectProvider<ObservationRegistry> observations,
            InstantSource clock,
            Ids ids,
            StopSignal stop) {
        return new RunService(
                runs,
                imports,
                rebuilds,
                upkeep,
                undos,
                files,
                new RunLauncher(jobs, repository, runs, observations.getIfAvailable(() -> ObservationRegistry.NOOP)),
                events,
                clock,
                ids,
                stop);
    }

    /** Which run builds which version. */
    @Bean
    Rebuilds rebuilds(JdbcClient jdbc, RunLedger runs, JsonMapper json) {
        return new Rebuilds(jdbc, runs, json);
    }

    /** Where rebuilds of segments read and write. */
    @Bean
    RebuildStores rebuildStores(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            DataSource dataSource,
            Segments segments,
            RunLedger runs,
            Rebuilds rebuilds,
            InstantSource clock) {
        return new RebuildStores(
                jdbc,
                new LockRetry(transactions),
                dataSource,
                segments,
                new Versions(jdbc),
                new Publishing(jdbc, segments, clock),
                new Freshness(jdbc),
                RebuildStores.reader(jdbc, transactions, clock),
                runs,
                rebuilds,
                clock);
    }

    /** Rebuilds of segments with their results. */
    @Bean
    SegmentRebuilds segmentRebuilds(RunService runs, Rebuilds rebuilds, JdbcClient jdbc) {
        return new SegmentRebuilds(runs, rebuilds, new RebuildResults(jdbc));
    }

    /** Automations as the ledger has them. */
    @Bean
    Automations automations(JdbcClient jdbc, RunLedger runs, InstantSource clock) {
        return new Automations(jdbc, runs, clock);
    }

    /** What is pruned. */
    @Bean
    Pruning pruning(
            JdbcClient jdbc,
            TransactionTemplate transactions,
            RunLedger runs,
            Spool spool,
            ObjectProvider<PastRecords> others,
            Environment environment,
            InstantSource clock,
            Ids ids) {
        return new Pruning(
                jdbc,
                new RunHistory(jdbc, transactions, runs, spool, clock, ids),
                others.stream().toList(),
                HistorySettings.of(new Settings(environment::getProperty)),
                clock);
    }

    /** Searches of the past, which hold what was searched for. */
    @Bean
    PastRecords pastSearches(JdbcClient jdbc, InstantSource clock) {
        SearchTasks searches = new SearchTasks(jdbc, clock);
        return new PastRecords() {
            @Override
            public int forget(Instant before) {
                return 0;
            }

            // They are kept for hours, not for days.
            @Override
            public void tidy() {
                searches.forgetOld();
            }
        };
    }

    /** Segments of the past. */
    @Bean
    PastRecords pastSegments(JdbcClient jdbc, TransactionTemplate transactions) {
        SegmentHistory history = new SegmentHistory(jdbc, transactions);
        return before -> history.prune(before.toEpochMilli());
    }

    /** Files that callers send. */
    @Bean
    DroppedFiles droppedFiles(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            Spool spool,
            Audit audit,
            Ids ids,
            InstantSource clock) {
        return new DroppedFiles(jdbc, transactions, spool, audit, ids, clock);
    }

    /** Sent files that were to be kept until now. */
    @Bean
    PastRecords pastDroppedFiles(DroppedFiles files) {
        return new PastRecords() {
            @Override
            public int forget(Instant before) {
                return files.prune();
            }

            @Override
            public void tidy() {
                files.tidy();
            }
        };
    }

    /** Where files lie that people have uploaded. */
    @Bean
    UploadFolder uploadFolder(Spool spool) {
        return new UploadFolder(spool);
    }

    /** Imports that people have prepared. */
    @Bean
    PastRecords pastDrafts(ImportStores stores, UploadFolder folder) {
        return new PastRecords() {
            @Override
            public int forget(Instant before) {
                return stores.drafts().forget(before);
            }

            @Override
            public void tidy() {
                stores.drafts().tidy(folder);
            }
        };
    }

    /** JSON events. */
    @Bean
    JsonEvents jsonEvents(JdbcClient jdbc, PlatformTransactionManager transactions, Audit audit, InstantSource clock) {
        return new JsonEvents(jdbc, transactions, audit, clock);
    }

    /** The addresses of JSON events. */
    @Bean
    EventJobs eventJobs(JdbcClient jdbc) {
        return new EventJobs(jdbc);
    }

    /** JSON events of the past; they are not kept as long as other runs. */
    @Bean
    PastRecords pastJsonEvents(JsonEvents events, Environment environment, InstantSource clock) {
        HistorySettings settings = HistorySettings.of(new Settings(environment::getProperty));
        return before -> events.prune(clock.instant().minus(settings.events()));
    }

    /** Chains of tasks. */
    @Bean
    PastRecords pastChains(Chains chains) {
        return chains::forget;
    }

    /** Counts of events. */
    @Bean
    PastRecords pastEvents(JdbcClient jdbc) {
        return new EventCounts(jdbc)::forget;
    }

    /** Merges of the past. */
    @Bean
    PastRecords pastMerges(JdbcClient jdbc, TransactionTemplate transactions) {
        MergeHistory history = new MergeHistory(jdbc, transactions);
        return before -> history.prune(before.toEpochMilli());
    }

    /** How runs are worked on here. */
    @Bean
    OperatorSettings operatorSettings(Environment environment) {
        return OperatorSettings.of(new Settings(environment::getProperty));
    }

    /** Downloads of rejected rows. */
    @Bean
    RejectDownload rejectDownload(RunService runs, JdbcClient jdbc, JsonMapper json) {
        return new RejectDownload(runs, new Rejects(jdbc), json);
    }
}
