package io.muster.runs;

import io.muster.extract.csv.FileRefused;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ContactImportJob;
import io.muster.jobs.contactimport.ImportWork;
import io.muster.support.Refusal;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;

/** Launches one attempt at a run as a Spring Batch job and writes how it ended into the ledger. */
final class RunLauncher {

    private static final Logger LOG = LoggerFactory.getLogger(RunLauncher.class);

    private final JobOperator operator;
    private final JobRepository repository;
    private final ContactImportJob jobs;
    private final RunLedger runs;

    RunLauncher(JobOperator operator, JobRepository repository, ContactImportJob jobs, RunLedger runs) {
        this.operator = operator;
        this.repository = repository;
        this.jobs = jobs;
        this.runs = runs;
    }

    void launch(ImportWork work) {
        recoverEarlierAttempts(work);
        JobExecution execution;
        try {
            execution = start(work);
        } catch (Exception e) {
            LOG.error("run={} could not be started", work.lease().run().id(), e);
            finish(work, RunStatus.FAILED, "Cannot start the run: " + e.getMessage() + ". Resume it.");
            return;
        }

        if (execution.getStatus() == BatchStatus.COMPLETED) {
            return;
        }

        if (work.lease().isToStop()) {
            finish(work, RunStatus.STOPPED, "It was stopped. Resume it to go on where it stopped.");
        } else {
            finish(work, RunStatus.FAILED, reason(work, execution.getAllFailureExceptions()));
        }
    }

    private JobExecution start(ImportWork work) throws Exception {
        JobParameters parameters = new JobParametersBuilder()
                .addLong("run", work.lease().run().number())
                .addLong("attempt", (long) work.lease().epoch())
                .toJobParameters();
        return new BatchStart(operator).start(jobs.of(work), parameters);
    }

    /** An attempt whose process was lost still counts as running in the metadata of Spring Batch. */
    private void recoverEarlierAttempts(ImportWork work) {
        if (work.lease().epoch() == 1) {
            return;
        }

        long run = work.lease().run().number();
        for (JobExecution execution : repository.findRunningJobExecutions(ContactImportJob.NAME)) {
            Long of = execution.getJobParameters().getLong("run");
            if (of != null && of == run) {
                operator.recover(execution);
            }
        }
    }

    private void finish(ImportWork work, RunStatus status, String reason) {
        runs.finish(
                work.lease().run().number(),
                work.lease().epoch(),
                status,
                reason,
                work.lease().worked());
    }

    private static String reason(ImportWork work, List<Throwable> failures) {
        Optional<String> told = failures.stream()
                .map(RunLauncher::told)
                .flatMap(Optional::stream)
                .findFirst();
        if (told.isPresent()) {
            return told.get();
        }

        failures.forEach(
                failure -> LOG.error("run={} failed", work.lease().run().id(), failure));
        String cause = failures.isEmpty() ? "for no reason that is known" : String.valueOf(failures.getFirst());
        return "Cannot finish the run: " + cause + ". See the log, then resume it.";
    }

    private static Optional<String> told(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof Refusal || at instanceof FileRefused) {
                return Optional.of(String.valueOf(at.getMessage()));
            }
        }

        return Optional.empty();
    }
}
