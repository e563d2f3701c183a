package io.muster.runs;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.muster.database.Outage;
import io.muster.extract.csv.FileRefused;
import io.muster.extract.source.StopSignal;
import io.muster.jobs.ObservedStep;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunLease;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.RunStopped;
import io.muster.support.Refusal;
import io.muster.support.Retry;
import io.muster.support.traces.ObservationConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.AbstractJob;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobExecutionException;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.dao.ConcurrencyFailureException;

/** Launches one attempt at a run as a Spring Batch job and writes how it ended into the ledger. */
final class RunLauncher {

    private static final Logger LOG = LoggerFactory.getLogger(RunLauncher.class);
    // Jobs that start together meet in the metadata tables (spring-batch #4523).
    private static final Retry STARTS =
            Retry.times(5, Duration.ofMillis(10), Duration.ofSeconds(1), ConcurrencyFailureException.class::isInstance);
    private static final String STOPPED = "It was stopped. Resume it to go on where it stopped.";
    // A connection of the pool may be broken when the database is back already.
    private static final Retry ENDS = Retry.times(5, Duration.ofMillis(200), Duration.ofSeconds(2), Outage::isOutage);

    /** A run that loses the database with each of so many attempts may be what the database fails at. */
    static final int MOST_ATTEMPTS = 10;

    private final JobOperator operator;
    private final JobRepository repository;
    private final RunLedger runs;
    private final ObservationRegistry observations;

    /** @param observations told of each job and of its steps, but not of what goes on within a step */
    RunLauncher(JobOperator operator, JobRepository repository, RunLedger runs, ObservationRegistry observations) {
        this.observations = observations;
        this.operator = operator;
        this.repository = repository;
        this.runs = runs;
    }

    /**
     * Returns when the attempt has ended and the ledger says how.
     *
     * @throws Refusal when the database was lost, so that the run is to be resumed
     */
    void launch(RunLease lease, Attempt attempt, Progress progress) {
        Run run = lease.run();
        Observation.createNotStarted(ObservationConfiguration.FOR_TRACES + "run", observations)
                .contextualName(run.kind().key())
                .lowCardinalityKeyValue("muster.automation", Objects.requireNonNullElse(run.automation(), "none"))
                .highCardinalityKeyValue("muster.run", run.id())
                .observe(() -> work(lease, attempt, progress));
    }

    private void work(RunLease lease, Attempt attempt, Progress progress) {
        List<Throwable> failures;
        try {
            recoverEarlierAttempts(lease, attempt.jobName());
            if (!attempt.begin(lease, progress)) {
                runs.finish(lease, RunStatus.STOPPED, STOPPED);
                return;
            }

            lease.refresh();
            JobExecution execution = start(lease, attempt, progress);
            if (execution.getStatus() == BatchStatus.COMPLETED) {
                runs.finish(lease, RunStatus.COMPLETED, null);
                LOG.info(
                        "run={} kind={} completed seconds={}",
                        lease.run().id(),
                        lease.run().kind().key(),
                        lease.worked().toMillis() / 1000.0);
                return;
            }

            failures = execution.getAllFailureExceptions();
        } catch (Exception e) {
            failures = List.of(e);
        }

        end(lease, failures);
    }

    /** Number and attempt of the run make every attempt a job instance of its own. */
    private JobExecution start(RunLease lease, Attempt attempt, Progress progress) throws Exception {
        Run run = lease.run();
        JobParameters parameters = new JobParametersBuilder()
                .addLong("run", run.number())
                .addLong("attempt", (long) run.epoch())
                .addLong("directory", (long) run.directory())
                .toJobParameters();
        return STARTS.call(() -> operator.start(observed(attempt.job(lease, progress)), parameters));
    }

    private Job observed(Job job) {
        if (job instanceof AbstractJob own) {
            own.setObservationRegistry(observations);
            ObservedStep.observe(own, observations);
        }

        return job;
    }

    /** An attempt whose process was lost still counts as running in the metadata of Spring Batch. */
    private void recoverEarlierAttempts(RunLease lease, String jobName) {
        if (lease.epoch() == 1) {
            return;
        }

        for (JobExecution execution : repository.findRunningJobExecutions(jobName)) {
            Long run = execution.getJobParameters().getLong("run");
            if (run != null && run == lease.run().number()) {
                operator.recover(execution);
            }
        }
    }

    private void end(RunLease lease, List<Throwable> failures) {
        Run run = lease.run();
        if (ENDS.call(() -> status(run)) == RunStatus.COMPLETED) {
            // Only what comes after completion has failed; the next run of its kind removes what was left.
            LOG.warn("run={} has completed, but left work undone", run.id());
            failures.forEach(failure -> LOG.warn("run={} could not clean up", run.id(), failure));
            return;
        }

        Optional<String> refused = failures.stream()
                .map(RunLauncher::refusal)
                .flatMap(Optional::stream)
                .findFirst();
        boolean interrupted = failures.stream().anyMatch(RunLauncher::isStopped);
        if (lease.stopRequested() && (interrupted || refused.isEmpty())) {
            finish(lease, RunStatus.STOPPED, STOPPED);
        } else if (refused.isPresent()) {
            finish(lease, RunStatus.FAILED, refused.get());
        } else if (failures.stream().anyMatch(Outage::isOutage)) {
            failures.forEach(failure -> LOG.info("run={} lost the database", run.id(), failure));
            endLost(lease, failures);
        } else {
            failures.forEach(failure -> LOG.error("run={} failed", run.id(), failure));
            finish(
                    lease,
                    RunStatus.FAILED,
                    "Cannot finish run " + run.id() + ": " + cause(failures) + ". See the log, then resume it.");
        }
    }

    /** Nothing is wrong with the run: whoever is next goes on with it, unless it has met the same again and again. */
    private void endLost(RunLease lease, List<Throwable> failures) {
        Refusal lost = lost(lease.run());
        if (lease.epoch() >= MOST_ATTEMPTS) {
            finish(lease, RunStatus.FAILED, lost.getMessage());
            return;
        }

        finish(lease, RunStatus.STOPPED, lost.getMessage());
        throw failures.stream()
                .filter(Outage::isOutage)
                .findFirst()
                .map(lost::causedBy)
                .orElse(lost);
    }

    private RunStatus status(Run run) {
        return runs.find(run.number()).map(Run::status).orElse(RunStatus.DEAD);
    }

    private void finish(RunLease lease, RunStatus status, String reason) {
        ENDS.call(() -> {
            runs.finish(lease, status, reason);
            return status;
        });
    }

    /** The database went away while the run was worked on; what was committed is in it when it is back. */
    static Refusal lost(Run run) {
        return Refusal.failed(
                        "DATABASE_LOST",
                        "Cannot finish run " + run.id() + ": " + Outage.REASON
                                + ". What the run has done so far is kept; resume it once the database answers again.")
                .with("run", run.id());
    }

    private static Optional<String> refusal(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof Refusal || at instanceof FileRefused) {
                return Optional.of(String.valueOf(at.getMessage()));
            }
        }

        return Optional.empty();
    }

    /** Ended by the stop itself, in the middle of a wait for somebody else. */
    private static boolean isStopped(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof Refusal refusal && refusal.code().equals(StopSignal.STOPPED)) {
                return true;
            }
        }

        return false;
    }

    /** The failure that came first, not those of partitions and steps that ended because of it. */
    private static String cause(List<Throwable> failures) {
        return failures.stream()
                .map(RunLauncher::deepest)
                .filter(failure -> !(failure instanceof RunStopped) && !(failure instanceof JobExecutionException))
                .findFirst()
                .or(() -> failures.stream().map(RunLauncher::deepest).findFirst())
                .map(failure -> failure.toString().replaceAll("\\s*\\R\\s*", " "))
                .orElse("for no reason that is known");
    }

    private static Throwable deepest(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }

        return deepest;
    }
}
