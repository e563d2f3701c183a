package io.muster.runs;

import io.muster.database.LockConflicts;
import io.muster.directory.Actor;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Disposal;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunLease;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.undo.UndoJob;
import io.muster.jobs.undo.UndoLedger;
import io.muster.jobs.undo.UndoPreview;
import io.muster.jobs.undo.UndoSpec;
import io.muster.jobs.undo.UndoStores;
import io.muster.load.JournalReader;
import io.muster.load.OutcomeCounts;
import io.muster.runs.RunService.Force;
import io.muster.support.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.batch.core.job.Job;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Undos of imports as runs. An import is taken back once: asked for again, the first undo answers, and one that was cut off
 * goes on. An import that had not ended in order is given up by its undo, so that nobody resumes it.
 */
final class UndoRuns implements RunsOfKind {

    private final UndoStores stores;
    private final Deliveries deliveries;
    private final UndoJob jobs;
    private final String owner;
    private final UndoLedger undos;
    private final JournalReader journal;
    private final Audit audit;
    private final TransactionTemplate transactions;

    UndoRuns(UndoStores stores, Deliveries deliveries, UndoJob jobs, String owner) {
        this.stores = stores;
        this.deliveries = deliveries;
        this.jobs = jobs;
        this.owner = owner;
        this.undos = stores.ledger();
        this.journal = new JournalReader(stores.jdbc());
        this.audit = new Audit(stores.jdbc(), stores.clock());
        this.transactions = new TransactionTemplate(stores.transactions());
    }

    /** Enters the undo of an import, goes on with one that was cut off, or answers with the one there is. */
    Entry enter(RunRequest.Undo request, Actor actor) {
        Run run = stores.runs().find(request.run()).orElseThrow();
        Optional<Entry> before = undoneBefore(run, actor);
        if (before.isPresent()) {
            return before.get();
        }

        check(run);
        Optional<Run> entered = Objects.requireNonNull(transactions.execute(status -> {
            // Of two that ask at the same moment, the second waits here and finds the undo of the first.
            Run now = stores.runs().lock(run.number());
            if (standing(now).isPresent()) {
                return Optional.empty();
            }

            // Meanwhile it may have gone on, or its journal may have been pruned.
            check(now);
            return Optional.of(enter(now, actor));
        }));
        return entered.isPresent()
                ? own(entered.get())
                : undoneBefore(run, actor).orElseThrow();
    }

    /** The undo of an import that was not given up itself. */
    Optional<Run> standing(Run run) {
        return undos.undoneBy(run.number())
                .flatMap(stores.runs()::find)
                .filter(undo -> undo.status() != RunStatus.ABANDONED);
    }

    private Optional<Entry> undoneBefore(Run run, Actor actor) {
        return standing(run)
                .map(undo -> undo.status().isResumable()
                        ? resume(undo, Force.NO, actor).<Entry>map(own -> own).orElseGet(() -> new Entry.Joined(undo))
                        : new Entry.Joined(undo));
    }

    /**
     * Looks whether an import can be taken back.
     *
     * @throws Refusal when it cannot
     */
    void check(Run run) {
        against(run).ifPresent(refusal -> {
            throw refusal;
        });
    }

    private Optional<Refusal> against(Run run) {
        return againstLooking(run)
                .or(() -> against(
                        run,
                        Objects.requireNonNull(
                                journal.extents(List.of(run.number())).get(run.number()))));
    }

    /** What speaks against an undo without a look at the journal. */
    private Optional<Refusal> againstLooking(Run run) {
        if (run.kind() != RunKind.CONTACT_IMPORT) {
            return Optional.of(refusal(
                    "RUN_NOT_AN_IMPORT",
                    run,
                    "it is of the kind " + run.kind().key()
                            + ". Only imports are undone as a whole: give the id of one."));
        }

        if (!run.status().isOver()) {
            return Optional.of(refusal("RUN_UNDER_WAY", run, "it is still running. Wait for it, or stop it."));
        }

        return isDry(run)
                ? Optional.of(
                        refusal("DRY_RUN", run, "it was a dry run and has changed nothing. There is nothing to do."))
                : Optional.empty();
    }

    private static Optional<Refusal> against(Run run, JournalReader.Extent extent) {
        if (extent.blocks() == 0 && !hasChanged(run)) {
            return Optional.of(refusal("RUN_CHANGED_NOTHING", run, "it has changed nothing. There is nothing to do."));
        }

        if (extent.blocks() == 0 || extent.without() > 0 || !run.isWhole()) {
            return Optional.of(refusal(
                    "BEFORE_IMAGES_GONE",
                    run,
                    "what its contacts were before is not kept any longer. Import the right values instead."));
        }

        return Optional.empty();
    }

    private boolean isDry(Run run) {
        return stores.json().readValue(run.spec(), ImportSpec.class).dryRun();
    }

    private static boolean hasChanged(Run run) {
        OutcomeCounts counts = run.imported().counts();
        return counts.created() + counts.updated() > 0;
    }

    /** The numbers of those runs that can be undone and have not been. */
    Set<Long> offered(List<Run> some) {
        List<Run> candidates = some.stream()
                .filter(run -> againstLooking(run).isEmpty() && run.imported().undoneBy() == null)
                .toList();
        Map<Long, JournalReader.Extent> extents =
                journal.extents(candidates.stream().map(Run::number).toList());
        return candidates.stream()
                .filter(run -> against(run, Objects.requireNonNull(extents.get(run.number())))
                        .isEmpty())
                .map(Run::number)
                .collect(Collectors.toSet());
    }

    private static Refusal refusal(String code, Run run, String reason) {
        return Refusal.conflict(code, "Cannot undo run " + run.id() + ": " + reason)
                .with("run", run.id());
    }

    private Run enter(Run run, Actor actor) {
        if (run.status().isResumable()) {
            if (!stores.runs().abandon(run, actor)) {
                throw refusal("RUN_UNDER_WAY", run, "another process works on it. Wait for it, or stop it.");
            }

            deliveries.settle(run.imported().delivery(), Deliveries.State.ABANDONED, Disposal.LEFT);
        }

        Run undo = stores.runs()
                .enter(
                        new RunLedger.NewRun(
                                RunKind.UNDO,
                                Deliveries.NO_AUTOMATION,
                                null,
                                run.directory(),
                                stores.json()
                                        .writeValueAsString(new UndoSpec(
                                                run.number(),
                                                undos.undoneBy(run.number()).orElse(null))),
                                owner),
                        actor);
        undos.mark(run.number(), undo.number());
        audit.enter(actor, "run.undo", AuditSubject.run(run.directory(), run.number()), Map.of("run", undo.id()));
        return undo;
    }

    /** What an undo would do now. */
    UndoPreview.Findings preview(Run run) {
        check(run);
        return new UndoPreview(stores).of(run);
    }

    @Override
    public Optional<Entry.Own> resume(Run run, Force force, Actor actor) {
        // A process that is stopped keeps its locks until the database ends its sessions.
        return LockConflicts.retry()
                .call(() -> stores.runs().takeOver(run, owner, actor))
                .map(this::own);
    }

    private Entry.Own own(Run run) {
        return new Entry.Own(run, new UndoAttempt(stores.runs(), jobs));
    }

    private record UndoAttempt(RunLedger runs, UndoJob jobs) implements Attempt {

        @Override
        public String jobName() {
            return UndoJob.NAME;
        }

        @Override
        public boolean begin(RunLease lease, Progress progress) {
            return runs.begin(lease.run());
        }

        @Override
        public Job job(RunLease lease, Progress progress) {
            return jobs.of(lease, progress);
        }
    }
}
