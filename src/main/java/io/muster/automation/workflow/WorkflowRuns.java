package io.muster.automation.workflow;

import io.muster.automation.AutomationBusy;
import io.muster.automation.RunSummary;
import io.muster.automation.Trigger;
import io.muster.automation.Trigger.Repull;
import io.muster.automation.contactimport.ContactImportRuns;
import io.muster.automation.contactimport.KnownJobs;
import io.muster.automation.contactimport.LoadSpecs;
import io.muster.automation.contactimport.Visit;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.Loader;
import io.muster.automation.jobfile.SegmentRebuildJob;
import io.muster.automation.jobfile.WorkflowJob;
import io.muster.automation.jobfile.WorkflowTask;
import io.muster.automation.jobfile.WorkflowTask.Load;
import io.muster.automation.notify.Notifications;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.jobs.Automations;
import io.muster.jobs.ChainStep;
import io.muster.jobs.Chains;
import io.muster.jobs.Chains.Chain;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Listed;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.DeliverySource;
import io.muster.jobs.rebuild.RebuildRequest;
import io.muster.runs.AutomationHeld;
import io.muster.runs.RunEnded;
import io.muster.runs.RunRequest;
import io.muster.runs.RunRequest.ImportDelivery.Known;
import io.muster.runs.RunService;
import io.muster.runs.RunWarnings;
import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.support.Refusal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;

/**
 * Workflows as chains of tasks. The ledger knows which task of a chain is due: whoever comes next goes on with it, the
 * schedule, a person, or the end of a run that had failed. A workflow has one open chain at a time; a run of it that has
 * failed holds it until somebody resumes, reprocesses or abandons that run.
 */
public final class WorkflowRuns {

    private static final Logger LOG = LoggerFactory.getLogger(WorkflowRuns.class);

    private final RunService service;
    private final RunLedger ledger;
    private final Chains chains;
    private final Automations automations;
    private final Deliveries deliveries;
    private final ContactImportRuns imports;
    private final LoadSpecs specs;
    private final KnownJobs jobs;
    private final Directories directories;
    private final Segments segments;
    private final Notifications notifications;
    private final InstantSource clock;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    /** Workflows with these parts. */
    public WorkflowRuns(
            RunService service,
            RunLedger ledger,
            Chains chains,
            Automations automations,
            Deliveries deliveries,
            ContactImportRuns imports,
            LoadSpecs specs,
            KnownJobs jobs,
            Directories directories,
            Segments segments,
            Notifications notifications,
            InstantSource clock) {
        this.service = service;
        this.ledger = ledger;
        this.chains = chains;
        this.automations = automations;
        this.deliveries = deliveries;
        this.imports = imports;
        this.specs = specs;
        this.jobs = jobs;
        this.directories = directories;
        this.segments = segments;
        this.notifications = notifications;
        this.clock = clock;
    }

    /** What all tasks of one time have in common. */
    private record Work(WorkflowJob job, long automation, Actor actor, Progress progress, List<Run> ended) {}

    /**
     * Goes on with the open chain of a workflow, and with new ones: one for each new file where files drive it, else one.
     * Returns when all have ended, or one waits for a person.
     *
     * @throws AutomationBusy when a run of the automation is under way
     */
    public Visit run(WorkflowJob job, Trigger trigger, Progress progress) {
        jobs.see(job);
        if (!underWay.add(job.id())) {
            return goOn(job, trigger, progress);
        }

        try {
            return goOn(job, trigger, progress);
        } finally {
            underWay.remove(job.id());
        }
    }

    private Visit goOn(WorkflowJob job, Trigger trigger, Progress progress) {
        long automation = automations.number(job.id());
        Actor actor = actor(job, trigger);
        Work work = new Work(job, automation, actor, progress, new ArrayList<>());
        try {
            Optional<Chain> open = chains.open(automation);
            if (open.isPresent() && !advance(open.get(), work)) {
                return visit(work, List.of());
            }

            if (service.isStopping()) {
                return visit(work, List.of());
            }

            if (job.driver().isPresent()) {
                Visit visit = imports.run(job, trigger, progress, new Rest(work));
                List<Run> all = new ArrayList<>(work.ended());
                visit.runs().stream()
                        .filter(run -> all.stream().noneMatch(other -> other.number() == run.number()))
                        .forEach(all::add);
                return new Visit(all, visit.pending(), visit.waiting(), visit.passedOver(), visit.elsewhere());
            }

            refuseFiles(job, trigger);
            begin(work);
            return visit(work, List.of());
        } catch (AutomationHeld held) {
            throw new AutomationBusy(job.id(), held.run().id());
        }
    }

    private static void refuseFiles(WorkflowJob job, Trigger trigger) {
        boolean named =
                trigger instanceof Trigger.ByHand hand && (hand.file() != null || hand.repull() != Repull.NEW_ONLY);
        if (named || (trigger instanceof Trigger.Asked asked && asked.file() != null)) {
            throw Refusal.usage(
                    "Cannot run " + job.id() + " with files: no file drives it. Leave out --file, --force and --all.");
        }
    }

    /** What follows the file that a chain began with. */
    private final class Rest implements ContactImportRuns.Following {

        private final Work work;

        Rest(Work work) {
            this.work = work;
        }

        @Override
        public ChainStep step() {
            return new ChainStep(null, work.job().kinds(), 0);
        }

        @Override
        public boolean completed(Run run) {
            Optional<Chain> chain = chains.of(run.number());
            work.ended().add(run);
            return chain.isEmpty() || advance(chain.get(), work);
        }
    }

    private static Actor actor(JobFile job, Trigger trigger) {
        return switch (trigger) {
            case Trigger.ByHand hand -> hand.actor();
            case Trigger.Asked asked -> asked.actor();
            case Trigger.Scheduled ignored -> actor(job);
            case Trigger.Recovery ignored -> actor(job);
        };
    }

    private static Actor actor(JobFile job) {
        return new Actor(Actor.Kind.AUTOMATION, job.id());
    }

    private Visit visit(Work work, List<Run> more) {
        List<Run> pending = new ArrayList<>(more);
        automations.pending(work.automation()).stream()
                .filter(run -> work.ended().stream().noneMatch(told -> told.number() == run.number()))
                .forEach(pending::add);
        chains.open(work.automation())
                .flatMap(chain -> chains.run(chain, chain.task()))
                .flatMap(ledger::find)
                .filter(run -> run.status().isResumable())
                .filter(run -> pending.stream().noneMatch(told -> told.number() == run.number()))
                .filter(run -> work.ended().stream().noneMatch(told -> told.number() == run.number()))
                .ifPresent(pending::add);
        return new Visit(work.ended(), pending, deliveries.waiting(work.automation()), List.of());
    }

    private void begin(Work work) {
        if (work.job().tasks().getFirst() instanceof WorkflowTask.Rebuild) {
            // A rebuild may be joined: the chain is there before it.
            var ignored = advance(
                    chains.find(chains.begin(work.automation(), work.job().kinds())), work);
            return;
        }

        Run run = start(
                work,
                (Load) work.job().tasks().getFirst(),
                new ChainStep(null, work.job().kinds(), 0));
        var ignored = advance(chains.of(run.number()).orElseThrow(), work);
    }

    /** Does what is due of a chain; false when it is not done, since a run of it failed or was stopped. */
    private boolean advance(Chain begun, Work work) {
        Chain chain = begun;
        while (chain.state() == Chains.State.OPEN) {
            refuseOtherTasks(chain, work.job());
            int task = chain.task();
            Run run = chains.run(chain, task).flatMap(ledger::find).orElse(null);
            if (run == null) {
                if (service.isStopping()) {
                    return false;
                }

                run = begin(chain, task, work);
            }

            Run ended = ended(run, chain, work);
            if (ended.status() == RunStatus.ABANDONED) {
                chains.abandon(chain);
            } else if (isDone(ended)) {
                chains.done(chain, task);
            } else {
                return false;
            }

            chain = chains.find(chain.id());
        }

        return true;
    }

    private static void refuseOtherTasks(Chain chain, WorkflowJob job) {
        if (!chain.tasks().equals(job.kinds())) {
            throw Refusal.conflict(
                            "TASKS_CHANGED",
                            "Cannot go on with the tasks of " + job.id() + ": its job file has other tasks now ("
                                    + String.join(", ", job.kinds()) + ") than when they were begun ("
                                    + String.join(", ", chain.tasks())
                                    + "). Put the file back until they are done, or abandon the run of the task that is due.")
                    .with("automation", job.id());
        }
    }

    private static boolean isDone(Run run) {
        return run.status() == RunStatus.COMPLETED
                || (run.rows() != null && run.rows().settledBy() != null);
    }

    /** The run of a task as it ended; one that was interrupted goes on first. */
    private Run ended(Run run, Chain chain, Work work) {
        if (!run.status().isOver()) {
            return tell(service.await(run, work.progress()), work);
        }

        if (isDone(run) || !run.status().isResumable() || service.isStopping()) {
            return run;
        }

        if (service.isInterrupted(run)) {
            return tell(
                    service.await(
                            service.resume(run.id(), RunService.Force.YES, work.actor(), work.progress()),
                            work.progress()),
                    work);
        }

        // A rebuild that failed is asked for again: nothing of it is lost, and nobody has to decide.
        return run.kind() == RunKind.SEGMENT_REBUILD && !told(run, work)
                ? tell(service.await(rebuild(chain, chain.task(), work), work.progress()), work)
                : run;
    }

    private static boolean told(Run run, Work work) {
        return work.ended().stream().anyMatch(other -> other.number() == run.number());
    }

    private static Run tell(Run run, Work work) {
        work.ended().removeIf(other -> other.number() == run.number());
        work.ended().add(run);
        return run;
    }

    private Run begin(Chain chain, int task, Work work) {
        return switch (work.job().tasks().get(task)) {
            case Load load -> start(work, load, chain.step(task));
            case WorkflowTask.Rebuild ignored -> rebuild(chain, task, work);
        };
    }

    private Run start(Work work, Load load, ChainStep step) {
        RunRequest request = load.into() instanceof Loader.File file
                ? new RunRequest.FileOut(
                        directories.find(file.directory()).number(),
                        specs.fileOut(work.job(), load, file),
                        work.automation(),
                        step)
                : new RunRequest.ImportDelivery(
                        work.automation(),
                        Listed.ofRecords(LoadSpecs.name(load), clock.instant()),
                        Known.TAKE_AGAIN,
                        specs.imports(work.job(), step.task()),
                        DeliverySource.records(),
                        step);
        return service.start(request, work.actor(), work.progress()).run();
    }

    private Run rebuild(Chain chain, int task, Work work) {
        WorkflowTask.Rebuild wanted = (WorkflowTask.Rebuild) work.job().tasks().get(task);
        Directory directory = directories.find(wanted.directory());
        RebuildRequest request = !wanted.segments().isEmpty()
                ? RebuildRequest.alone(
                        directory.number(),
                        wanted.segments().stream()
                                .map(segment -> segments.find(directory.number(), segment))
                                .map(Segment::number)
                                .toList(),
                        work.job().id())
                : wanted.mode() == SegmentRebuildJob.Mode.INCREMENTAL
                        ? RebuildRequest.incremental(
                                directory.number(), work.job().id())
                        : RebuildRequest.full(directory.number(), work.job().id());
        // One that runs already may have begun before the task before it had ended.
        Run run = service.start(
                        new RunRequest.Rebuild(request.fromNow(), work.automation()), work.actor(), work.progress())
                .run();
        chains.note(chain, task, run.number());
        return run;
    }

    /** A chain whose run had failed goes on when that run, or another one of the same rows, has completed. */
    @EventListener
    @Order(2)
    void on(RunEnded event) {
        Run run = event.run();
        String automation = run.automation();
        if (automation == null) {
            return;
        }

        Optional<Chain> chain = chains.open(automations.number(automation));
        if (run.kind() == RunKind.FILE_OUT && jobs.find(automation) instanceof WorkflowJob job) {
            notifications.runEnded(job, summary(run));
        }

        boolean goesOn = run.status() == RunStatus.COMPLETED
                && chain.isPresent()
                && !service.isStopping()
                && !underWay.contains(automation);
        if (goesOn && jobs.find(automation) instanceof WorkflowJob job) {
            goOnAfter(run, chain.get(), job);
        }
    }

    private void goOnAfter(Run run, Chain chain, WorkflowJob job) {
        if (!underWay.add(job.id())) {
            return;
        }

        try {
            Work work = new Work(job, chain.automation(), actor(job), Progress.NONE, new ArrayList<>(List.of(run)));
            var ignored = advance(chain, work);
        } catch (RuntimeException e) {
            LOG.error("automation={} could not go on with its tasks after run={}", job.id(), run.id(), e);
            if (!service.isStopping()) {
                notifications.couldNotRun(job, "Cannot go on after run " + run.id() + ": " + e.getMessage());
            }
        } finally {
            underWay.remove(job.id());
        }
    }

    /** How a run of a workflow ended. */
    public static RunSummary summary(Run run) {
        return run.kind() == RunKind.CONTACT_IMPORT
                ? ContactImportRuns.summary(run)
                : new RunSummary(
                        run.id(),
                        String.valueOf(run.automation()),
                        run.status(),
                        run.reason(),
                        null,
                        RunWarnings.of(run),
                        Instant.ofEpochMilli(run.started()),
                        Instant.ofEpochMilli(Objects.requireNonNullElse(run.ended(), run.heartbeat())));
    }

    /** The open chain of a workflow, for those who tell of it; null when there is none. */
    public @Nullable Chain open(WorkflowJob job) {
        return chains.open(automations.number(job.id())).orElse(null);
    }
}
