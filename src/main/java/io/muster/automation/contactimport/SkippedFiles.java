package io.muster.automation.contactimport;

import io.muster.automation.jobfile.JobFile;
import io.muster.directory.Actor;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.extract.source.SourceFile;
import io.muster.jobs.Automations;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Deliveries.State;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.transaction.support.TransactionTemplate;

/** Files that a person settles without importing them. */
public final class SkippedFiles {

    private final LoadSpecs specs;
    private final Automations automations;
    private final Deliveries deliveries;
    private final AutomationDeliveries sources;
    private final TransactionTemplate transactions;
    private final Audit audit;

    SkippedFiles(
            LoadSpecs specs,
            Automations automations,
            Deliveries deliveries,
            AutomationDeliveries sources,
            TransactionTemplate transactions,
            Audit audit) {
        this.specs = specs;
        this.automations = automations;
        this.deliveries = deliveries;
        this.sources = sources;
        this.transactions = transactions;
        this.audit = audit;
    }

    /**
     * Settles a file of a job without importing it: one that waits because it came late, or any other on its source that
     * no run has taken. The file itself stays where it is. The second time the answer is the same, and nothing is changed.
     *
     * @param name the file's name on the source
     * @throws Refusal when there is no such file, a run has taken it, or the job takes no files
     */
    public Delivery skip(JobFile file, String name, Actor actor) {
        FileImport job = specs.files(file)
                .orElseThrow(() -> Refusal.usage("Cannot skip a file of " + file.id()
                        + ": it takes no files. Name an import, or a workflow that files drive."));
        long automation = automations.number(job.id());
        Optional<Delivery> known = deliveries.waiting(automation).stream()
                .filter(delivery -> delivery.listed().name().equals(name))
                .findFirst();
        Delivery delivery = known.orElseGet(() -> onSource(job, automation, name));
        if (delivery.state() == State.SKIPPED) {
            return delivery;
        }

        boolean skipped = Objects.requireNonNull(transactions.execute(ignored -> settle(delivery, automation, actor)));
        Delivery now = deliveries.find(delivery.id()).orElseThrow();
        if (!skipped && now.state() != State.SKIPPED) {
            throw taken(name);
        }

        return now;
    }

    private boolean settle(Delivery delivery, long automation, Actor actor) {
        boolean skipped = deliveries.skip(delivery.id());
        if (skipped) {
            audit.enter(
                    actor,
                    "delivery.skip",
                    new AuditSubject(null, PublicId.AUTOMATION, automation),
                    Map.of("file", delivery.listed().name()));
        }

        return skipped;
    }

    private Delivery onSource(FileImport job, long automation, String name) {
        SourceFile file = sources.named(job, name).file();
        Delivery delivery = deliveries.enterLate(automation, SourceLooks.listed(job, file));
        if (!delivery.isWaiting() && delivery.state() != State.SKIPPED) {
            throw taken(name);
        }

        return delivery;
    }

    private static Refusal taken(String name) {
        return Refusal.conflict(
                        "FILE_TAKEN",
                        "Cannot skip '" + name + "': a run has taken it. Abandon that run where it has failed.")
                .with("file", name);
    }
}
