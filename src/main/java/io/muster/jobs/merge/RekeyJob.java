package io.muster.jobs.merge;

import io.muster.dedup.merge.Rekey;
import java.util.function.Consumer;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/** The re-key of a directory as a Spring Batch job of one step, which works in blocks of contacts. */
public final class RekeyJob {

    /** The job's name in Spring Batch. */
    public static final String NAME = "rekeyDirectory";

    private final JobRepository repository;
    private final Rekey rekey;

    /** Makes jobs of that repository. */
    public RekeyJob(JobRepository repository, Rekey rekey) {
        this.repository = repository;
        this.rekey = rekey;
    }

    /**
     * The job of one re-key.
     *
     * @param progress told after every block
     * @param done told what came of it
     */
    public Job of(int directory, Consumer<Rekey.Progress> progress, Consumer<Rekey.Result> done) {
        Tasklet work = (contribution, context) -> {
            done.accept(rekey.run(directory, progress));
            return RepeatStatus.FINISHED;
        };
        return new JobBuilder(NAME, repository)
                .start(new StepBuilder("rekey", repository).tasklet(work).build())
                .build();
    }
}
