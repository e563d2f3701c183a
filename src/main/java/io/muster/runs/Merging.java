package io.muster.runs;

import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeRun;
import io.muster.dedup.merge.MergeScope;
import io.muster.dedup.merge.Rekey;
import io.muster.jobs.merge.MergeJob;
import io.muster.jobs.merge.RekeyJob;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;

/**
 * Work on the contacts that a directory has already, as jobs that Spring Batch keeps books of: the merge of duplicates
 * and the re-key. Each runs in the caller's thread; one that was cut off goes on where it is started anew.
 */
public final class Merging {

    private final BatchStart jobs;
    private final JobRepository repository;
    private final Duplicates duplicates;
    private final Rekey rekey;
    private final InstantSource clock;

    Merging(JobOperator jobs, JobRepository repository, Duplicates duplicates, Rekey rekey, InstantSource clock) {
        this.jobs = new BatchStart(jobs);
        this.repository = repository;
        this.duplicates = duplicates;
        this.rekey = rekey;
        this.clock = clock;
    }

    /** Told of the merges made, some at a time. */
    @FunctionalInterface
    public interface Watch {

        /** Some groups were merged. */
        void merged(List<MergeRun.Step> steps, MergeRun.Progress progress);
    }

    /**
     * Merges everything the rules connect.
     *
     * @param stop whether to end early, after the groups being merged
     * @return what was done
     */
    public MergeRun.Progress merge(int directory, MergeScope scope, Watch watch, BooleanSupplier stop) {
        MergeRun run = duplicates.start(directory, scope);
        JobParameters parameters =
                parameters(directory).addString("rules", scope.name()).toJobParameters();
        jobs.complete(new MergeJob(repository).of(run, steps -> watch.merged(steps, run.progress()), stop), parameters);
        return run.progress();
    }

    /** Gives every contact its keys under waiting rules and activates them. */
    public Rekey.Result rekey(int directory, Consumer<Rekey.Progress> progress) {
        AtomicReference<Rekey.Result> result = new AtomicReference<>();
        jobs.complete(
                new RekeyJob(repository, rekey).of(directory, progress, result::set),
                parameters(directory).toJobParameters());
        return Objects.requireNonNull(result.get());
    }

    /** Time and process make every start a job instance of its own: several may work beside each other. */
    private JobParametersBuilder parameters(int directory) {
        return new JobParametersBuilder()
                .addLong("directory", (long) directory)
                .addLong("started", clock.millis())
                .addLong("process", ProcessHandle.current().pid());
    }
}
