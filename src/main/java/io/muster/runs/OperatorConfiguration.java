package io.muster.runs;

import io.muster.database.BulkDataSource;
import io.muster.dedup.IdentityRules;
import io.muster.dedup.LockRetry;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeConfiguration;
import io.muster.dedup.merge.Rekey;
import io.muster.directory.store.Directories;
import io.muster.directory.store.EmbeddedNames;
import io.muster.directory.store.MailingLists;
import io.muster.jobs.Deliveries;
import io.muster.jobs.RunLedger;
import io.muster.jobs.contactimport.ContactImportJob;
import io.muster.jobs.contactimport.ImportStores;
import io.muster.jobs.rebuild.RebuildJob;
import io.muster.jobs.rebuild.RebuildLedger;
import io.muster.jobs.rebuild.RebuildStores;
import io.muster.load.Rejects;
import io.muster.segment.Segments;
import io.muster.segment.members.SegmentConfiguration;
import io.muster.segment.publish.Freshness;
import io.muster.segment.publish.Publishing;
import io.muster.segment.publish.Versions;
import io.muster.support.Refusal;
import io.muster.support.Settings;
import io.muster.support.StateFolder;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.batch.jdbc.autoconfigure.BatchJdbcAutoConfiguration;
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
@Import({MergeConfiguration.class, SegmentConfiguration.class})
@ImportAutoConfiguration(BatchJdbcAutoConfiguration.class)
public class OperatorConfiguration {

    /** The ledger of runs. */
    @Bean
    RunLedger runLedger(JdbcClient jdbc, TransactionTemplate transactions, InstantSource clock) {
        return new RunLedger(jdbc, transactions, clock);
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
            InstantSource clock) {
        return new ImportStores(jdbc, transactions, dataSource, bulk, runs, deliveries, names, lists, clock);
    }

    /** Merges and re-keys as jobs. */
    @Bean
    Merging merging(
            JobOperator jobs, JobRepository repository, Duplicates duplicates, Rekey rekey, InstantSource clock) {
        return new Merging(jobs, repository, duplicates, rekey, clock);
    }

    /** Merges after imports, where a directory wants that. */
    @Bean
    AfterImport afterImport(Directories directories, Merging merging, RunLedger runs, JsonMapper json) {
        return new MergeAfterImport(directories, merging, runs, json);
    }

    /** What operators do. */
    @Bean
    Operator operator(
            ImportStores stores,
            Directories directories,
            IdentityRules rules,
            JobOperator jobs,
            JobRepository repository,
            PlatformTransactionManager transactions,
            ObjectProvider<DeliverySources> sources,
            ObjectProvider<RunEndings> endings,
            AfterImport afterImport,
            StateFolder home,
            JsonMapper json,
            OperatorSettings settings) {
        ContactImportJob importJob = new ContactImportJob(repository, stores, json);
        RunLauncher launcher = new RunLauncher(jobs, repository, importJob, stores.runs());
        DeliverySources known = sources.getIfAvailable(() -> (run, delivery) -> {
            throw Refusal.failed("Cannot find the source of run " + run.id()
                    + ": the job files are not at hand here. Use 'muster runs' beside the job files.");
        });
        return new Operator(
                stores,
                directories,
                rules,
                launcher,
                known,
                endings.getIfAvailable(() -> run -> {}),
                afterImport,
                home,
                settings,
                json);
    }

    /** Where rebuilds of segments read and write. */
    @Bean
    RebuildStores rebuildStores(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            DataSource dataSource,
            Directories directories,
            Segments segments,
            InstantSource clock) {
        return new RebuildStores(
                jdbc,
                new LockRetry(transactions),
                dataSource,
                directories,
                segments,
                new Versions(jdbc),
                new Publishing(jdbc, segments, clock),
                new Freshness(jdbc),
                RebuildStores.reader(jdbc, transactions, clock),
                new RebuildLedger(jdbc, clock),
                clock);
    }

    /** Rebuilds of segments. */
    @Bean
    SegmentRebuilds segmentRebuilds(
            RebuildStores stores,
            JobOperator jobs,
            JobRepository repository,
            OperatorSettings settings,
            Environment environment) {
        RebuildLauncher launcher =
                new RebuildLauncher(jobs, repository, new RebuildJob(repository, stores), stores.ledger());
        return new SegmentRebuilds(
                stores,
                launcher,
                OperatorSettings.rebuildPace(new Settings(environment::getProperty)),
                settings.owner());
    }

    /** How runs are worked on here. */
    @Bean
    OperatorSettings operatorSettings(Environment environment) {
        return OperatorSettings.of(new Settings(environment::getProperty));
    }

    /** Downloads of rejected rows. */
    @Bean
    RejectDownload rejectDownload(Operator operator, JdbcClient jdbc, JsonMapper json) {
        return new RejectDownload(operator, new Rejects(jdbc), json);
    }
}
