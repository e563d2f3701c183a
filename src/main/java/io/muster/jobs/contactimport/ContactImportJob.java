package io.muster.jobs.contactimport;

import io.muster.load.BlockLoader;
import io.muster.load.BulkWriting;
import io.muster.support.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.flow.FlowExecutionStatus;
import org.springframework.batch.core.job.flow.JobExecutionDecider;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.json.JsonMapper;

/**
 * The contact import as a Spring Batch job: fetch, survey, seal, load, settle. Rows that lost a race against another
 * writer are surveyed and loaded again before it settles. Each attempt at a run is a job instance of its own; what is
 * done is known from the ledger.
 */
public final class ContactImportJob {

    /** The job's name in Spring Batch. */
    public static final String NAME = "contactImport";

    private static final FlowExecutionStatus AGAIN = new FlowExecutionStatus("AGAIN");

    private final JobRepository repository;
    private final PlatformTransactionManager transactions;
    private final ImportStores stores;
    private final JsonMapper json;

    /** Makes jobs on these stores. */
    public ContactImportJob(
            JobRepository repository, PlatformTransactionManager transactions, ImportStores stores, JsonMapper json) {
        this.repository = repository;
        this.transactions = transactions;
        this.stores = stores;
        this.json = json;
    }

    /** The job of one attempt at a run. */
    public Job of(ImportWork work) {
        ImportSteps steps = new ImportSteps(work, stores, json);
        Step survey = survey(work, steps);
        Step settle = tasklet("settle", work, new Settle(work, stores, steps)::call);
        JobExecutionDecider rounds =
                (ignored, unused) -> steps.isAnotherRoundDue() ? AGAIN : FlowExecutionStatus.COMPLETED;
        return new JobBuilder(NAME, repository)
                .start(tasklet("fetch", work, new FetchFile(work, stores)::call))
                .next(survey)
                .next(tasklet("seal", work, steps::seal))
                .next(load(work, steps))
                .next(rounds)
                .on(AGAIN.getName())
                .to(survey)
                .from(rounds)
                .on("*")
                .to(settle)
                .end()
                .build();
    }

    private Step survey(ImportWork work, ImportSteps steps) {
        SurveyStep step = new SurveyStep(work, stores, steps);
        return new StepBuilder("survey", repository)
                .<RowBlock, RowBlock>chunk(1)
                .transactionManager(transactions)
                .reader(step)
                .processor(step)
                .writer(step)
                .interruptionPolicy(new StopPolicy(work.lease()))
                .listener(new StepNote("survey", work, stores.runs()))
                .listener(step)
                .build();
    }

    private Step load(ImportWork work, ImportSteps steps) {
        LoadStep step = new LoadStep(
                work,
                steps,
                stores.runs(),
                task -> new BlockLoader(stores.bulk(), bulkWriting(work), task, stores.clock()));
        return new StepBuilder("load", repository)
                .<Integer, Integer>chunk(work.pace().lanes() * LoadStep.BLOCKS_PER_LANE)
                .transactionManager(transactions)
                .reader(step)
                .writer(step)
                .interruptionPolicy(new StopPolicy(work.lease()))
                .listener(new StepNote("load", work, stores.runs()))
                .listener(step)
                .build();
    }

    private Step tasklet(String name, ImportWork work, Runnable action) {
        Tasklet tasklet = (ignored, unused) -> {
            action.run();
            return RepeatStatus.FINISHED;
        };
        return new StepBuilder(name, repository)
                .tasklet(tasklet)
                .listener(new StepNote(name.equals("seal") ? "survey" : name, work, stores.runs()))
                .build();
    }

    private BulkWriting bulkWriting(ImportWork work) {
        BulkWriting told = work.pace().writing();
        if (told != null) {
            return told;
        }

        try (Connection connection = stores.bulk().getConnection()) {
            return BulkWriting.of(connection);
        } catch (SQLException e) {
            throw Refusal.failed(
                    "Cannot reach the database for loading: " + e.getMessage() + ". Check it, then resume the run.", e);
        }
    }
}
