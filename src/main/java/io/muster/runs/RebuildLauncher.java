package io.muster.runs;

import io.muster.jobs.rebuild.Rebuild;
import io.muster.jobs.rebuild.RebuildJob;
import io.muster.jobs.rebuild.RebuildLedger;
import io.muster.jobs.rebuild.RebuildStatus;
import io.muster.jobs.rebuild.RebuildStopped;
import io.muster.jobs.rebuild.RebuildWork;
import io.muster.support.Refusal;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobExecutionException;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;

/** Launches one attempt at a rebuild as a Spring Batch job and writes how it ended into the ledger. */
final class RebuildLauncher {

    private static final Logger LOG = LoggerFactory.getLogger(RebuildLauncher.class);

    private final JobOperator operator;
    private final JobRepository repository;
    private final RebuildJob jobs;
    private final RebuildLedger ledger;

    RebuildLauncher(JobOperator operator, JobRepository repository, RebuildJob jobs, RebuildLedger ledger) {
        this.operator = operator;
        this.repository = repository;
        this.jobs = jobs;
        this.ledger = ledger;
    }

    /** Returns when readers see the result; a refusal when they do not. */
    void launch(RebuildWork work) {
        recoverEarlierAttempts(work);
        Rebuild rebuild = work.lease().rebuild();
        boolean[] published = new boolean[1];
        List<Throwable> failures;
        try {
            JobExecution execution = start(work, published);
            if (execution.getStatus() == BatchStatus.COMPLETED) {
                LOG.info(
                        "directory={} rebuild={} contacts={} seconds={}",
                        rebuild.directory(),
                        rebuild.version(),
                        work.lease().contacts(),
                        work.lease().worked().toMillis() / 1000.0);
                return;
            }

            failures = execution.getAllFailureExceptions();
        } catch (Exception e) {
            failures = List.of(e);
        }

        if (published[0]) {
            // Readers see it; what could not be removed now, the next rebuild removes.
            LOG.warn("directory={} rebuild={} left old versions behind", rebuild.directory(), rebuild.version());
            failures.forEach(failure -> LOG.warn("Cannot clean up", failure));
            return;
        }

        throw ended(work, failures);
    }

    private JobExecution start(RebuildWork work, boolean[] published) throws Exception {
        Rebuild rebuild = work.lease().rebuild();
        JobParameters parameters = new JobParametersBuilder()
                .addLong("directory", (long) rebuild.directory())
                .addLong("version", rebuild.version())
                .addLong("attempt", (long) rebuild.epoch())
                // Versions are counted per directory; books of a directory of the same number may be older than it.
                .addLong("started", rebuild.started())
                .toJobParameters();
        return new BatchStart(operator).start(jobs.of(work, built -> published[0] = true), parameters);
    }

    /** An attempt whose process was lost still counts as running in the metadata of Spring Batch. */
    private void recoverEarlierAttempts(RebuildWork work) {
        Rebuild rebuild = work.lease().rebuild();
        if (rebuild.epoch() == 1) {
            return;
        }

        for (JobExecution execution : repository.findRunningJobExecutions(RebuildJob.NAME)) {
            JobParameters parameters = execution.getJobParameters();
            Long directory = parameters.getLong("directory");
            Long version = parameters.getLong("version");
            if (directory != null
                    && version != null
                    && directory == rebuild.directory()
                    && version == rebuild.version()) {
                operator.recover(execution);
            }
        }
    }

    private Refusal ended(RebuildWork work, List<Throwable> failures) {
        Rebuild rebuild = work.lease().rebuild();
        Optional<Refusal> told = failures.stream()
                .map(RebuildLauncher::told)
                .flatMap(Optional::stream)
                .findFirst();
        boolean stopped = work.lease().isToStop() && told.isEmpty();
        String reason = stopped
                ? "Cannot finish rebuild " + rebuild.version()
                        + ": it was stopped. Rebuild again; readers see what they saw before."
                : told.map(Refusal::getMessage).orElseGet(() -> unexpected(rebuild, failures));
        ledger.finish(
                rebuild,
                stopped ? RebuildStatus.STOPPED : RebuildStatus.FAILED,
                reason,
                work.lease().worked().toMillis(),
                work.lease().contacts());
        return Refusal.failed(reason);
    }

    private static String unexpected(Rebuild rebuild, List<Throwable> failures) {
        failures.forEach(failure ->
                LOG.error("directory={} rebuild={} failed", rebuild.directory(), rebuild.version(), failure));
        String cause = failures.isEmpty() ? "for no reason that is known" : cause(failures);
        return "Cannot finish rebuild " + rebuild.version() + ": " + cause + ". See the log, then rebuild again.";
    }

    /** The failure that came first, not those of partitions and steps that ended because of it. */
    private static String cause(List<Throwable> failures) {
        Throwable cause = failures.stream()
                .map(RebuildLauncher::deepest)
                .filter(failure -> !(failure instanceof RebuildStopped) && !(failure instanceof JobExecutionException))
                .findFirst()
                .orElseGet(() -> deepest(failures.getFirst()));
        return String.valueOf(cause).replaceAll("\\s*\\R\\s*", " ");
    }

    private static Throwable deepest(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }

        return deepest;
    }

    private static Optional<Refusal> told(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof Refusal refusal) {
                return Optional.of(refusal);
            }
        }

        return Optional.empty();
    }
}
