package io.muster.runs;

import io.muster.database.Outage;
import io.muster.directory.Actor;
import io.muster.extract.source.StopSignal;
import io.muster.jobs.ImportDrafts;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunFact;
import io.muster.jobs.RunFilter;
import io.muster.jobs.RunHolder;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunLease;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.undo.UndoPreview;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import io.muster.support.RunTakenOver;
import io.muster.support.log.LogContext;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Everything that runs: started, awaited, stopped, resumed, reprocessed, given up. A start returns at once; a thread of
 * this service does the work, and {@link #await} waits for it, also when another process does it. Every action may be
 * repeated: the second time it answers as the first and changes nothing. {@link #stopAll()} ends all work of this
 * process at the next safe place.
 */
public final class RunService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunService.class);

    private final RunLedger runs;
    private final ImportRuns imports;
    private final RebuildRuns rebuilds;
    private final UpkeepRuns upkeep;
    private final UndoRuns undos;
    private final FileOutRuns files;
    private final RunLauncher launcher;
    private final ApplicationEventPublisher events;
    private final InstantSource clock;
    private final Ids ids;
    private final StopSignal stop;
    private final Map<Long, RunWatch> active = new ConcurrentHashMap<>();
    private final Set<RunLease> leases = ConcurrentHashMap.newKeySet();
    private final ExecutorService workers = Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().name("run-", 0).factory());
    private volatile boolean stopping;

    /** Whether a refusal that protects the order of files is overruled. */
    public enum Force {
        NO,
        YES
    }

    /** Whether a process that may be lost is waited for. */
    public enum Patience {
        NONE,
        UNTIL_FREE
    }

    /** What answers a request: a run begun for it, or one that was under way. */
    public record Started(Run run, Origin origin) {}

    RunService(
            RunLedger runs,
            ImportRuns imports,
            RebuildRuns rebuilds,
            UpkeepRuns upkeep,
            UndoRuns undos,
            FileOutRuns files,
            RunLauncher launcher,
            ApplicationEventPublisher events,
            InstantSource clock,
            Ids ids,
            StopSignal stop) {
        this.ids = ids;
        this.stop = stop;
        this.runs = runs;
        this.imports = imports;
        this.rebuilds = rebuilds;
        this.upkeep = upkeep;
        this.undos = undos;
        this.files = files;
        this.launcher = launcher;
        this.events = events;
        this.clock = clock;
    }

    /** Starts a run, or finds the one that answers the request already. */
    public Started start(RunRequest request, Actor actor) {
        return start(request, actor, Progress.NONE);
    }

    /**
     * Starts a run, or finds the one that answers the request already.
     *
     * @param progress told from the run's first step on; not told of a run that is joined
     * @throws AutomationHeld when a run of the same automation is under way
     * @throws DeliveryTaken when another process took the file of an automation meanwhile
     */
    public Started start(RunRequest request, Actor actor, Progress progress) {
        return begin(
                switch (request) {
                    case RunRequest.ImportFile file -> imports.enter(file, actor);
                    case RunRequest.ImportSent sent -> imports.enter(sent, actor);
                    case RunRequest.ImportUpload upload -> imports.enter(upload, actor);
                    case RunRequest.TryFile trial -> imports.enter(trial, actor);
                    case RunRequest.ImportDelivery delivery -> imports.enter(delivery, actor);
                    case RunRequest.Rebuild rebuild -> rebuilds.enter(rebuild, actor);
                    case RunRequest.Merge merge -> upkeep.enter(merge, actor);
                    case RunRequest.Rekey rekey -> upkeep.enter(rekey, actor);
                    case RunRequest.Deletion deletion -> upkeep.enter(deletion, actor);
                    case RunRequest.Snapshot snapshot -> upkeep.enter(snapshot, actor);
                    case RunRequest.Eligibility eligibility -> upkeep.enter(eligibility, actor);
                    case RunRequest.FileOut out -> files.enter(out, actor);
                    case RunRequest.Undo undo -> undos.enter(undo, actor);
                },
                progress);
    }

    /** All that stands in the way of a deletion now; empty when it can start. */
    public List<Refusal> against(RunRequest.Deletion request) {
        return upkeep.against(request);
    }

    /**
     * What the undo of an import would do now.
     *
     * @throws Refusal when it cannot be undone
     */
    public UndoPreview.Findings previewUndo(Run run) {
        return undos.preview(run);
    }

    /** The undo of an import, unless it was given up; a refusal when there is none and the import cannot be undone. */
    public Optional<Run> undoOf(Run run) {
        Optional<Run> undo = undos.standing(run);
        if (undo.isEmpty()) {
            undos.check(run);
        }

        return undo;
    }

    /** Starts a run and waits for its end. */
    public Run run(RunRequest request, Actor actor, Progress progress) {
        return await(start(request, actor, progress).run());
    }

    private Started begin(Entry entry, Progress progress) {
        return switch (entry) {
            case Entry.Joined joined -> new Started(joined.run(), Origin.JOINED);
            case Entry.Own own -> {
                RunWatch watch = new RunWatch();
                watch.add(progress);
                active.put(own.run().number(), watch);
                workers.execute(LogContext.carried(() -> work(own, watch)));
                yield new Started(own.run(), Origin.OWN);
            }
        };
    }

    private void work(Entry.Own own, RunWatch watch) {
        long number = own.run().number();
        LogContext context = LogContext.begin()
                .with(LogContext.RUN, own.run().id())
                .with(LogContext.AUTOMATION, own.run().automation())
                .with(LogContext.DIRECTORY, ids.directory(own.run().directory()));
        try (context) {
            try (RunLease lease = new RunLease(runs, own.run(), clock);
                    RunProgress progress = new RunProgress(runs, lease, watch, events::publishEvent)) {
                leases.add(lease);
                if (stopping) {
                    lease.stop();
                }

                launcher.launch(lease, own.attempt(), progress);
                leases.remove(lease);
            }

            own.attempt().close(own.run());
            Run ended = runs.find(number).orElseThrow();
            boolean held = ended.epoch() == own.run().epoch();
            if (held && ended.status().isOver()) {
                events.publishEvent(new RunEnded(ended));
            }

            active.remove(number, watch);
            if (held) {
                watch.end().complete(null);
            } else {
                events.publishEvent(new RunFact.TakenOver(ended.kind()));
                watch.end().completeExceptionally(takenOver(ended));
            }
        } catch (RuntimeException | Error e) {
            if (Outage.isOutage(e)) {
                LOG.info(
                        "run={} lost the database and could not be ended in order",
                        own.run().id(),
                        e);
                watch.end().completeExceptionally(RunLauncher.lost(own.run()).causedBy(e));
            } else {
                LOG.error("run={} could not be ended in order", own.run().id(), e);
                watch.end().completeExceptionally(e);
            }
        }
    }

    /** This process was stopped for so long that another one has gone on with its work. */
    private static Refusal takenOver(Run now) {
        LOG.info("run={} was taken over by another process and is {}", now.id(), now.status());
        return RunTakenOver.of(now.id(), now.status().name());
    }

    /** Waits for the end of a run, wherever it is worked on. */
    public Run await(Run run) {
        return await(run, Progress.NONE);
    }

    /**
     * Waits for the end of a run, wherever it is worked on.
     *
     * @param progress told of the step the run is in, and of all that follow
     * @return the run as it ended; {@link RunStatus#DEAD} when its process was lost
     */
    public Run await(Run run, Progress progress) {
        RunWatch watch = active.get(run.number());
        if (watch == null) {
            return awaitElsewhere(run, progress);
        }

        watch.add(progress);
        try {
            watch.end().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.failed("INTERRUPTED", "Cannot wait for run " + run.id() + ": interrupted. Ask again.")
                    .causedBy(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } finally {
            active.remove(run.number(), watch);
        }

        return now(run);
    }

    private Run awaitElsewhere(Run run, Progress progress) {
        while (true) {
            Run now = now(run);
            if (now.status().isOver()) {
                return now;
            }

            progress.step(now.step());
            progress.at(now.done(), now.share());
            refuseWhenStopping(run);
            Looking.pause("run " + run.id());
        }
    }

    /**
     * Follows a run until it ends, wherever it is worked on.
     *
     * @param watching told how it is now, again and again, and how it has ended
     * @return the run as it ended
     */
    public Run follow(String id, Consumer<Run> watching) {
        Run run = show(id);
        watching.accept(run);
        while (!run.status().isOver()) {
            refuseWhenStopping(run);
            Looking.pause("run " + run.id());
            run = now(run);
            watching.accept(run);
        }

        return run;
    }

    private Run now(Run run) {
        return runs.find(run.number()).orElseThrow();
    }

    /** Runs, newest first. */
    public List<Run> list(RunFilter filter) {
        return runs.list(filter);
    }

    /** The newest run, and of each of these states the newest ones, as in {@link RunLedger#newest}. */
    public List<Run> newest(Collection<RunStatus> states, int most) {
        return runs.newest(states, most);
    }

    /** A run by its public id. */
    public Run show(String id) {
        OptionalLong number = ids.read(PublicId.RUN, id.strip());
        Optional<Run> run = number.isEmpty() ? Optional.empty() : runs.find(number.getAsLong());
        return run.orElseThrow(() -> Refusal.notFound(
                        "UNKNOWN_RUN",
                        "Cannot find the run '" + id + "': "
                                + (ids.isOfAnotherInstallation(id.strip())
                                        ? "that is an id of another installation."
                                        : "there is none with that id."))
                .with("run", id));
    }

    /** What may be done with a run now. */
    public List<RunAction> allowed(Run run) {
        return allowed(List.of(run)).getOrDefault(run.number(), List.of());
    }

    /** The same of several, by their numbers. */
    public Map<Long, List<RunAction>> allowed(List<Run> some) {
        Set<Long> offered = undos.offered(some);
        Map<Long, List<RunAction>> allowed = new HashMap<>();
        for (Run run : some) {
            List<RunAction> actions = new ArrayList<>(RunAction.allowed(run));
            if (offered.contains(run.number())) {
                actions.add(RunAction.UNDO);
            }

            allowed.put(run.number(), List.copyOf(actions));
        }

        return allowed;
    }

    /**
     * Waits until a run is free to be resumed. A process that was lost holds its run until its lease ends, which is at
     * most {@link RunLedger#DEAD_AFTER} away; of one that lives something is heard before.
     *
     * @param progress told who holds the run, and until when
     * @throws Refusal (busy) when the process that holds the run lives; without patience also when that is not known
     */
    public void awaitRelease(String id, Patience patience, Progress progress) {
        Run run = show(id);
        Optional<RunHolder> first = runs.holder(run);
        if (first.isEmpty() || first.get().left().isZero()) {
            return;
        }

        if (active.containsKey(run.number())) {
            throw alive(run, first.get());
        }

        if (patience == Patience.NONE) {
            throw Refusal.busy(
                            "RUN_HELD",
                            "Cannot resume run " + run.id() + ": " + first.get().text()
                                    + ". Ask again when its time is over.")
                    .with("run", run.id());
        }

        progress.note("Run " + run.id() + ": " + first.get().text() + ". Waiting until it is free.");
        while (true) {
            Optional<RunHolder> now = runs.holder(run);
            if (now.isEmpty() || now.get().left().isZero()) {
                return;
            }

            if (now.get().heartbeat() != first.get().heartbeat()) {
                throw alive(run, now.get());
            }

            refuseWhenStopping(run);
            Looking.pause("run " + run.id());
        }
    }

    private static Refusal alive(Run run, RunHolder holder) {
        return Refusal.busy(
                        "RUN_UNDER_WAY",
                        "Cannot resume run " + run.id() + ": " + holder.owner()
                                + " works on it. Wait for it, or stop it first.")
                .with("run", run.id());
    }

    private void refuseWhenStopping(Run run) {
        if (stopping) {
            throw Refusal.failed(
                    "STOPPING",
                    "Cannot wait for run " + run.id()
                            + " any longer: this process was asked to stop. The run goes on where it runs.");
        }
    }

    /** Goes on with a run where it stopped; the result is the run, to be awaited. */
    public Run resume(String id, Force force, Actor actor, Progress progress) {
        Run run = show(id);
        if (run.status() == RunStatus.ABANDONED) {
            throw Refusal.conflict(
                            "RUN_ABANDONED", "Cannot resume run " + run.id() + ": it was abandoned. Start it anew.")
                    .with("run", run.id());
        }

        if (!run.status().isResumable()) {
            return run;
        }

        if (RunAction.lacksDirectory(run)) {
            throw withoutDirectory("resume", run, "Abandon it.");
        }

        Optional<Entry.Own> taken = ofKind(run).resume(run, force, actor);
        if (taken.isEmpty()) {
            return show(id);
        }

        return begin(taken.get(), progress).run();
    }

    /**
     * What reprocessing a run would do. An automation's run takes the job file as it is now; any other takes its own
     * settings.
     *
     * @param override changes the settings of a run without a job file; gives them back unchanged for none
     */
    public Reprocessing plan(String id, UnaryOperator<ImportSpec> override) {
        return plan(show(id), override);
    }

    /** The same for who knows the run. */
    public Reprocessing plan(Run run, UnaryOperator<ImportSpec> override) {
        if (run.kind() != RunKind.CONTACT_IMPORT) {
            throw Refusal.conflict(
                            "RUN_WITHOUT_FILE",
                            "Cannot reprocess run " + run.id() + ": it is a "
                                    + run.kind().key() + " and has no file. Only imports are reprocessed.")
                    .with("run", run.id());
        }

        if (RunAction.lacksDirectory(run)) {
            throw withoutDirectory("reprocess", run, "Import its file into another one.");
        }

        return imports.plan(run, override);
    }

    private static Refusal withoutDirectory(String action, Run run, String instead) {
        return Refusal.conflict(
                        "RUN_WITHOUT_DIRECTORY",
                        "Cannot %s run %s: its directory was deleted. %s".formatted(action, run.id(), instead))
                .with("run", run.id());
    }

    /**
     * Imports the whole file of a run again, as planned, as a run of its own, to be awaited. While that run is under way,
     * and when it has completed, the same request is answered with it; after it has failed another one is started.
     */
    public Run reprocess(Reprocessing planned, Force force, Actor actor, Progress progress) {
        return begin(imports.again(planned, force, actor), progress).run();
    }

    /** The same with the settings of now and no others. */
    public Run reprocess(String id, Force force, Actor actor, Progress progress) {
        return reprocess(plan(id, UnaryOperator.identity()), force, actor, progress);
    }

    private RunsOfKind ofKind(Run run) {
        return switch (run.kind()) {
            case CONTACT_IMPORT -> imports;
            case SEGMENT_REBUILD -> rebuilds;
            case MERGE, RE_KEY, DELETION, SNAPSHOT, ELIGIBILITY -> upkeep;
            case UNDO -> undos;
            case FILE_OUT -> files;
        };
    }

    /** Whether a run ended with its process, and not because it failed or was stopped by a person: it can simply go on. */
    public boolean isInterrupted(Run run) {
        Run now = now(run);
        boolean ended = now.status() == RunStatus.DEAD || now.status() == RunStatus.STOPPED;
        boolean cutOff = ended && !runs.isStopWanted(now.number());
        return cutOff && (now.rows() == null || (now.isWhole() && !isSettled(now) && !imports.isRepeated(now)));
    }

    private static boolean isSettled(Run run) {
        return run.rows() != null && run.rows().settledBy() != null;
    }

    /** Begins with uploaded files that lie here and that another server was asked to begin with. */
    public void startWanted() {
        for (ImportDrafts.Wanted wanted : imports.wantedHere()) {
            if (!stopping) {
                startWanted(wanted);
            }
        }
    }

    private void startWanted(ImportDrafts.Wanted wanted) {
        try {
            Started ignored = start(
                    new RunRequest.ImportUpload(wanted.draft(), wanted.step()),
                    new Actor(Actor.Kind.USER, wanted.by()));
        } catch (Refusal refusal) {
            LOG.warn("An uploaded file is not worked on: {}", refusal.getMessage());
        } finally {
            imports.notWanted(wanted);
        }
    }

    /** Goes on with imports of sent contacts whose process has ended without them. */
    public void resumeSent() {
        for (Run run : imports.left()) {
            if (!stopping && isInterrupted(run)) {
                var ignored = resume(run.id(), Force.NO, Actor.system("muster"), Progress.NONE);
            }
        }
    }

    /** Asks the process that works on a run to stop at the next safe place. */
    public Run stop(String id, Actor actor) {
        Run run = show(id);
        if (!run.status().isOver()) {
            runs.requestStop(run, actor);
        }

        return show(id);
    }

    /** Gives a run up: what it has done stays, the rest is not done. */
    public Run abandon(String id, Actor actor) {
        Run run = show(id);
        if (!run.status().isOver()) {
            throw Refusal.conflict(
                            "RUN_UNDER_WAY", "Cannot abandon run " + run.id() + ": it is still running. Stop it first.")
                    .with("run", run.id());
        }

        if (run.status() == RunStatus.COMPLETED) {
            throw Refusal.conflict(
                            "RUN_COMPLETED",
                            "Cannot abandon run " + run.id() + ": it has completed; there is nothing left to give up.")
                    .with("run", run.id());
        }

        if (isSettled(run)) {
            throw Refusal.conflict(
                            "RUN_SETTLED",
                            "Cannot abandon run " + run.id() + ": run "
                                    + run.imported().settledBy()
                                    + " has imported its file since; there is nothing left to give up.")
                    .with("run", run.id());
        }

        if (run.status().isResumable() && runs.abandon(run, actor)) {
            ofKind(run).abandoned(run);
        }

        return show(id);
    }

    /** Marks runs whose process was lost; the result is their number. */
    public int markDead() {
        List<Run> dead = runs.markDead();
        dead.forEach(run -> events.publishEvent(new RunFact.Died(run)));
        return dead.size();
    }

    /** Whether this process was asked to stop. */
    public boolean isStopping() {
        return stopping;
    }

    /** Asks all runs of this process to stop at the next safe place; those started from now on stop before their work. */
    public void stopAll() {
        stopping = true;
        leases.forEach(RunLease::stop);
        stop.stop();
    }

    /** Stops all runs of this process and waits for their end. */
    @Override
    public void close() {
        stopAll();
        workers.close();
    }
}
