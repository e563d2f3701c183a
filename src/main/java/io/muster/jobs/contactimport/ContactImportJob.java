package io.muster.jobs.contactimport;

import io.muster.database.LockConflicts;
import io.muster.database.Outage;
import io.muster.extract.record.RecordSources;
import io.muster.jobs.RunFact;
import io.muster.jobs.RunStopped;
import io.muster.load.BlockLoader;
import io.muster.load.BulkWriting;
import io.muster.load.DelayedPurge;
import io.muster.load.OutcomeCounts;
import io.muster.support.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.springframework.batch.core.job.AbstractJob;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.flow.FlowExecutionStatus;
import org.springframework.batch.core.job.flow.JobExecutionDecider;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.ResourcelessJobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.support.ListItemReader;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import tools.jackson.databind.json.JsonMapper;

/**
 * The contact import as a Spring Batch job. Its steps in order:
 *
 * <ol>
 *   <li>{@code fetch} ({@link FetchFile}) copies the file into the run's folder;
 *   <li>{@code survey} ({@link RowBlockReader}, {@link DedupProcessor}, {@link SurveyWriter}) decides what every row does
 *       and seals that in the ledger and a side file, without touching a contact;
 *   <li>{@code load} ({@link BlockWriter}) writes the blocks of the side file into the directory;
 *   <li>{@code settle} ({@link Settle}) proves that every row has an outcome, and ends the run.
 * </ol>
 *
 * <p>{@link Rounds} decides before each step which one is due; rows that lost a race against another writer are surveyed
 * and loaded again. Steps share nothing in memory: each finds what the last one did in the ledger. Each attempt at a run
 * is a job instance of its own, which Spring Batch never restarts. The steps of a small import are one ({@link OneStep}).
 */
public final class ContactImportJob {

    /** The job's name in Spring Batch. */
    public static final String NAME = "contactImport";

    private static final String LOCKED =
            "for rows that another process has locked; the database takes them from one that is stopped or lost within"
                    + " a minute (MUSTER_DATABASE_SESSION_SECONDS)";

    private final JobRepository repository;
    private final ImportStores stores;
    private final RecordSources records;
    private final JsonMapper json;

    /** Makes jobs on these stores. */
    public ContactImportJob(JobRepository repository, ImportStores stores, RecordSources records, JsonMapper json) {
        this.records = records;
        this.repository = repository;
        this.stores = stores;
        this.json = json;
    }

    /** The job of one attempt at a run. */
    public Job of(ImportWork work) {
        if (!work.isSmall()) {
            return steps(work);
        }

        ResourcelessJobRepository unkept = new ResourcelessJobRepository();
        AbstractJob steps = new ContactImportJob(unkept, stores, records, json).steps(work);
        return new JobBuilder(NAME, repository)
                .start(new OneStep(repository, unkept, steps))
                .build();
    }

    private AbstractJob steps(ImportWork work) {
        Rounds rounds = new Rounds(work, stores);
        Step fetch = tasklet("fetch", work, new FetchFile(work, stores, records)::call);
        Step survey = late("survey", work, () -> survey(work, rounds.survey(stores.names())));
        Step settle = tasklet("settle", work, new Settle(work, stores)::call);
        if (work.spec().dryRun()) {
            return (AbstractJob) new JobBuilder(NAME, repository)
                    .start(fetch)
                    .next(survey)
                    .next(settle)
                    .build();
        }

        Step load = late("load", work, () -> load(work, rounds.load()));
        JobExecutionDecider next =
                (ignored, unused) -> new FlowExecutionStatus(rounds.next().name());
        return (AbstractJob) new JobBuilder(NAME, repository)
                .start(fetch)
                .next(next)
                .on(Rounds.Next.SURVEY.name())
                .to(survey)
                .next(next)
                .on(Rounds.Next.LOAD.name())
                .to(load)
                .next(next)
                .on(Rounds.Next.SETTLE.name())
                .to(settle)
                .end()
                .build();
    }

    private Step survey(ImportWork work, SurveyTask task) {
        Checkpoints checkpoints = new Checkpoints(task, stores);
        DedupProcessor dedup = new DedupProcessor(task, stores, checkpoints);
        return new StepBuilder("survey", repository)
                .<RowBlock, ResolvedBlock>chunk(1)
                .reader(new RowBlockReader(task, checkpoints, dedup::lookAhead))
                .processor(dedup)
                .writer(new SurveyWriter(task, stores, checkpoints, json))
                .interruptionPolicy(execution -> stopWhenRequested(work, execution))
                .listener(new StepNote(work))
                .build();
    }

    private Step load(ImportWork work, Rounds.Load load) {
        long run = work.lease().run().number();
        OutcomeCounts before = stores.surveys().counts(run);
        long rowsRead = stores.runs().find(run).orElseThrow().imported().read();
        BlockLoader loader = new BlockLoader(
                stores.bulk(), bulkWriting(work), load.task(), stores.clock(), failure -> failed(work, failure));
        return new StepBuilder("load", repository)
                .<Integer, Integer>chunk(work.tuning().lanes() * BlockWriter.BLOCKS_PER_LANE)
                .reader(new ListItemReader<>(load.open().stream().boxed().toList()))
                .writer(new BlockWriter(
                        work, load, loader, stores.runs(), rowsRead, before, new DelayedPurge(stores.dataSource())))
                .interruptionPolicy(execution -> stopWhenRequested(work, execution))
                .listener(new StepNote(work))
                .build();
    }

    private static void failed(ImportWork work, SQLException failure) {
        OptionalInt conflict = LockConflicts.code(failure);
        if (conflict.isPresent()) {
            work.progress().happened(new RunFact.BlockRetried(Integer.toString(conflict.getAsInt())));
        } else if (Outage.isOutage(failure)) {
            work.progress().happened(new RunFact.BlockRetried("lost"));
        }

        if (LockConflicts.isLockWait(failure)) {
            if (work.lease().stopRequested()) {
                throw new RunStopped();
            }

            work.progress().waiting(LOCKED);
        }
    }

    private static void stopWhenRequested(ImportWork work, StepExecution execution) throws JobInterruptedException {
        if (work.lease().stopRequested()) {
            execution.setTerminateOnly();
            throw new JobInterruptedException("The run is to stop");
        }
    }

    private Step tasklet(String name, ImportWork work, Runnable action) {
        return new StepBuilder(name, repository)
                .tasklet((ignored, unused) -> {
                    action.run();
                    return RepeatStatus.FINISHED;
                })
                .listener(new StepNote(work))
                .build();
    }

    private Step late(String name, ImportWork work, Supplier<Step> builder) {
        return new LateStep(name, () -> {
            try {
                return builder.get();
            } catch (RuntimeException e) {
                // The step that could not begin is the one that failed.
                return tasklet(name, work, () -> {
                    throw e;
                });
            }
        });
    }

    private BulkWriting bulkWriting(ImportWork work) {
        BulkWriting chosen = work.tuning().writing();
        if (chosen != null) {
            return chosen;
        }

        try (Connection connection = stores.bulk().getConnection()) {
            return BulkWriting.of(connection);
        } catch (SQLException e) {
            throw Refusal.failed(
                    "Cannot load " + work.where() + ": " + Outage.inWords(e)
                            + ". Check the database, then resume the run.",
                    e);
        }
    }
}
