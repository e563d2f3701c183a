package io.muster.jobs.eligibility;

import io.muster.directory.TouchpointChannel;
import io.muster.frequency.Eligibility;
import io.muster.frequency.Eligibility.Counts;
import io.muster.frequency.Eligibility.Judged;
import io.muster.frequency.Eligibility.Question;
import io.muster.frequency.Population;
import io.muster.frequency.rules.Period;
import io.muster.jobs.FencedTransactions;
import io.muster.jobs.Progress;
import io.muster.jobs.RunLease;
import io.muster.jobs.RunStopped;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/**
 * One question as a Spring Batch job of one step. Each block of contact numbers is a transaction: its verdicts and its
 * reservations are committed together, so that an attempt that goes on after another reserves nobody twice.
 */
public final class EligibilityJob {

    /** The job's name in Spring Batch. */
    public static final String NAME = "askEligibility";

    private final JobRepository repository;
    private final EligibilityStores stores;
    private final EligibilityResults results;

    /** Makes jobs on those stores. */
    public EligibilityJob(JobRepository repository, EligibilityStores stores) {
        this.repository = repository;
        this.stores = stores;
        results = new EligibilityResults(stores.jdbc(), stores.ids());
    }

    /** The job of one attempt. */
    public Job of(RunLease lease, Progress progress) {
        return new JobBuilder(NAME, repository)
                .start(new StepBuilder("judge", repository)
                        .tasklet((contribution, context) -> {
                            progress.step("judge");
                            judge(lease, progress);
                            return RepeatStatus.FINISHED;
                        })
                        .build())
                .build();
    }

    private void judge(RunLease lease, Progress progress) {
        Eligibility eligibility = new Eligibility(
                stores.dataSource(),
                stores.jdbc(),
                new FencedTransactions(stores.transactions(), stores.runs(), lease),
                stores.clock(),
                stores.ids());
        eligibility.keep(question(lease), new Blocks(lease, progress));
        EligibilityReport report = results.sum(lease.run().number());
        stores.runs().report(lease.run().number(), lease.epoch(), stores.json().writeValueAsString(report));
    }

    private Question question(RunLease lease) {
        int directory = lease.run().directory();
        EligibilitySpec spec = stores.json().readValue(lease.run().spec(), EligibilitySpec.class);
        String segment = spec.segment();
        Population population = segment == null
                ? new Population.OnList(stores.lists().find(directory, Objects.requireNonNull(spec.list())))
                : new Population.OfSegment(stores.segments().find(directory, segment));
        return new Question(
                directory,
                population,
                TouchpointChannel.of(spec.channel()).orElseThrow(),
                spec.survey(),
                spec.at(),
                Optional.ofNullable(spec.reserve()).map(Period::of));
    }

    /** Keeps the blocks of one run. */
    private final class Blocks implements Eligibility.Keeper {

        private final RunLease lease;
        private final Progress progress;

        Blocks(RunLease lease, Progress progress) {
            this.lease = lease;
            this.progress = progress;
        }

        @Override
        public boolean isKept(long block) {
            if (lease.stopRequested()) {
                throw new RunStopped();
            }

            return results.isKept(lease.run().number(), block);
        }

        @Override
        public void keep(long block, Counts counts, List<Judged> judged) {
            results.keep(lease.run().number(), lease.run().directory(), block, counts, judged);
        }

        @Override
        public void reached(int blocks, int all) {
            progress.at(blocks, (double) blocks / all);
        }
    }
}
