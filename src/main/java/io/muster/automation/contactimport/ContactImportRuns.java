package io.muster.automation.contactimport;

import io.muster.automation.AutomationBusy;
import io.muster.automation.AutomationRuns;
import io.muster.automation.RunSummary;
import io.muster.automation.RunUpkeep;
import io.muster.automation.Trigger;
import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.ContactImportJob.Afterwards;
import io.muster.automation.jobfile.ContactImportJob.OnFailure;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobfile.References;
import io.muster.automation.jobfile.Setting;
import io.muster.automation.notify.Notifications;
import io.muster.extract.FileSources;
import io.muster.extract.source.Choice;
import io.muster.extract.source.Choice.Chosen;
import io.muster.extract.source.FileChanged;
import io.muster.extract.source.FileGone;
import io.muster.extract.source.FileSelection;
import io.muster.extract.source.FileSource;
import io.muster.extract.source.SourceFile;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Deliveries.Disposal;
import io.muster.jobs.Deliveries.Listed;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.DeliverySource;
import io.muster.jobs.contactimport.Fetchable;
import io.muster.runs.AutomationHeld;
import io.muster.runs.AutomationStart;
import io.muster.runs.AutomationStart.Known;
import io.muster.runs.DeliverySources;
import io.muster.runs.Operator;
import io.muster.runs.RunEndings;
import io.muster.support.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Contact imports as automations: interrupted runs are taken up, then new files are imported oldest first. A failed
 * file holds back newer ones unless the job says otherwise; the ledger knows every delivery, so each is taken once.
 */
public final class ContactImportRuns implements AutomationRuns, RunUpkeep, DeliverySources, RunEndings {

    private static final Logger LOG = LoggerFactory.getLogger(ContactImportRuns.class);
    private static final String ACTOR = "automation";

    private final Supplier<Operator> operator;
    private final FileSources sources;
    private final FileSelection selection;
    private final References references;
    private final JobFiles jobs;
    private final Notifications notifications;
    private final RunHistory history;
    private final Map<String, ContactImportJob> seen = new ConcurrentHashMap<>();
    private final Set<String> inSeries = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;
    private volatile AfterSeries afterwards = job -> {};
    private volatile Progress progress = Progress.NONE;

    /** @param operator asked for when the first run starts: the operator in turn asks here for sources */
    public ContactImportRuns(
            Supplier<Operator> operator,
            FileSources sources,
            FileSelection selection,
            References references,
            JobFiles jobs,
            Notifications notifications,
            RunHistory history) {
        this.operator = operator;
        this.sources = sources;
        this.selection = selection;
        this.references = references;
        this.jobs = jobs;
        this.notifications = notifications;
        this.history = history;
    }

    /**
     * Does something after new files of a job were imported: once for all files of a series, and once for each run that
     * somebody takes up by hand.
     */
    public void afterwards(AfterSeries action) {
        this.afterwards = action;
    }

    /** Shows how far runs have come from now on. */
    public void show(Progress shown) {
        this.progress = shown;
    }

    @Override
    public List<RunSummary> run(JobFile job, Trigger trigger) {
        return runs(job, trigger).stream().map(ContactImportRuns::summary).toList();
    }

    /** As {@link #run}, with the runs as the ledger has them; the place of the job file is noted for resumes. */
    public List<Run> runs(LoadedJob loaded, Trigger trigger) {
        Operator working = operator.get();
        working.automations()
                .seen(
                        working.automations().number(loaded.job().id()),
                        loaded.file().toAbsolutePath().normalize().toString());
        return runs(loaded.job(), trigger);
    }

    private List<Run> runs(JobFile file, Trigger trigger) {
        ContactImportJob job = (ContactImportJob) file;
        seen.put(job.id(), job);
        boolean outermost = inSeries.add(job.id());
        List<Run> ended;
        try {
            ended = series(job, trigger);
        } finally {
            if (outermost) {
                inSeries.remove(job.id());
            }
        }

        if (!stopping && ended.stream().anyMatch(run -> run.status() == RunStatus.COMPLETED)) {
            afterwards.imported(job);
        }

        return ended;
    }

    private List<Run> series(ContactImportJob job, Trigger trigger) {
        long automation = operator.get().automations().number(job.id());
        try {
            refuseWhenHeld(job, automation);
            List<Run> ended = new ArrayList<>(takeUpInterrupted(automation));
            if (ended.stream().anyMatch(run -> run.status() != RunStatus.COMPLETED)) {
                return ended;
            }

            switch (trigger) {
                case Trigger.ByHand byHand -> importByHand(job, automation, byHand, ended);
                case Trigger.Scheduled ignored -> importNew(job, automation, Known.LEAVE, ended);
                case Trigger.Recovery ignored -> importNew(job, automation, Known.LEAVE, ended);
            }

            return ended;
        } catch (AutomationHeld held) {
            throw new AutomationBusy(job.id(), held.run().id());
        }
    }

    private void importByHand(ContactImportJob job, long automation, Trigger.ByHand trigger, List<Run> ended) {
        if (trigger.file() == null) {
            importNew(job, automation, known(trigger.repull()), ended);
        } else {
            importFile(job, automation, trigger.file(), trigger.repull()).ifPresent(ended::add);
        }
    }

    @Override
    public void stopAll() {
        stopping = true;
        operator.get().stopAll();
    }

    private void refuseWhenHeld(ContactImportJob job, long automation) {
        Optional<Run> holder = operator.get().automations().unfinished(automation).stream()
                .filter(run -> run.status() == RunStatus.RUNNING)
                .findFirst();
        if (holder.isPresent()) {
            throw new AutomationBusy(job.id(), holder.get().id());
        }
    }

    /** A run whose process was lost or shut down goes on exactly where it stopped; nobody has to be asked. */
    private List<Run> takeUpInterrupted(long automation) {
        List<Run> ended = new ArrayList<>();
        for (Run run : operator.get().automations().unfinished(automation)) {
            if (operator.get().isInterrupted(run) && !stopping) {
                ended.add(operator.get().resume(run.id(), Operator.Force.NO, ACTOR, progress));
            }
        }

        return ended;
    }

    private static Known known(Trigger.Repull repull) {
        return repull == Trigger.Repull.FORCED ? Known.TAKE_AGAIN : Known.LEAVE;
    }

    private void importNew(ContactImportJob job, long automation, Known known, List<Run> ended) {
        List<Chosen> files;
        try (FileSource source = open(job)) {
            disposePending(job, automation, source);
            Choice choice = selection.choose(
                    source,
                    job.toFileChoice(),
                    file -> job.ignores(file) || (known == Known.LEAVE && isTaken(automation, file)));
            files = choice.take();
        }

        if (files.isEmpty()) {
            return;
        }

        refuseHeldBack(job, automation, known);
        for (Chosen chosen : files) {
            if (stopping) {
                return;
            }

            Optional<Run> run = importOne(job, automation, chosen, known);
            run.ifPresent(ended::add);
            boolean failed = run.isPresent() && run.get().status() != RunStatus.COMPLETED;
            boolean stopped = run.isPresent() && run.get().status() == RunStatus.STOPPED;
            if (stopped || (failed && job.onFailure() == OnFailure.HOLD_BACK)) {
                return;
            }
        }
    }

    private Optional<Run> importOne(ContactImportJob job, long automation, Chosen chosen, Known known) {
        Optional<Run> run = operator.get()
                .startAutomation(
                        new AutomationStart(
                                automation,
                                Listed.of(chosen.file()),
                                known,
                                job.toImportSpec(),
                                DeliverySource.of(sources, () -> onSource(job, chosen))),
                        progress);
        if (run.isPresent() && isGone(run.get())) {
            // What comes in its place is a delivery of its own and must not be held back.
            return Optional.of(operator.get().abandon(run.get().id(), ACTOR));
        }

        return run;
    }

    private boolean isGone(Run run) {
        return operator.get()
                .deliveries()
                .find(run.delivery())
                .filter(delivery -> delivery.state() == Deliveries.State.GONE)
                .isPresent();
    }

    private Fetchable onSource(ContactImportJob job, Chosen chosen) {
        Afterwards afterwards = job.afterwards();
        Setting folder = afterwards.folder();
        return new Fetchable.OnSource(
                job.source().toSourceSpec(references),
                chosen,
                switch (afterwards.action()) {
                    case LEAVE -> Disposal.LEFT;
                    case ARCHIVE -> Disposal.ARCHIVE_PENDING;
                    case DELETE -> Disposal.DELETE_PENDING;
                },
                folder == null ? null : references.value(folder, "afterwards.folder"));
    }

    private boolean isTaken(long automation, SourceFile file) {
        return operator.get().deliveries().newest(automation, Listed.of(file)).isPresent();
    }

    private void refuseHeldBack(ContactImportJob job, long automation, Known known) {
        if (job.onFailure() == OnFailure.CONTINUE || known == Known.TAKE_AGAIN) {
            return;
        }

        Optional<Run> failed = operator.get().automations().unfinished(automation).stream()
                .filter(run -> run.status().isResumable())
                .findFirst();
        if (failed.isPresent()) {
            String run = failed.get().id();
            throw Refusal.failed("Cannot import new files of " + job.id() + ": its run " + run + " of "
                    + failed.get().file() + " is " + failed.get().status() + " and holds them back, since files are"
                    + " imported oldest first. Resume it ('muster runs resume " + run + "'), reprocess or abandon it.");
        }
    }

    private Optional<Run> importFile(ContactImportJob job, long automation, Path file, Trigger.Repull repull) {
        Listed listed = Listed.local(file);
        return operator.get()
                .startAutomation(
                        new AutomationStart(
                                automation,
                                listed,
                                known(repull),
                                job.toImportSpec(),
                                DeliverySource.local(Path.of(listed.path()))),
                        progress);
    }

    /** Files of complete runs that could not be archived or deleted then. */
    private void disposePending(ContactImportJob job, long automation, FileSource source) {
        List<Delivery> pending = operator.get().deliveries().disposalPending(automation);
        if (pending.isEmpty()) {
            return;
        }

        List<SourceFile> listing = source.list();
        for (Delivery delivery : pending) {
            Optional<SourceFile> file = listing.stream()
                    .filter(listed -> Listed.of(listed).isSameAs(delivery.listed()))
                    .findFirst();
            dispose(job, delivery, file);
        }
    }

    private void dispose(ContactImportJob job, Delivery delivery, Optional<SourceFile> file) {
        boolean archive = delivery.disposal() == Disposal.ARCHIVE_PENDING;
        try {
            String name = file.isEmpty()
                    ? null
                    : DeliverySource.of(sources, () -> onSource(job, new Chosen(file.get(), null, null)))
                            .dispose();
            operator.get().deliveries().disposed(delivery.id(), archive ? Disposal.ARCHIVED : Disposal.DELETED, name);
        } catch (Refusal | FileGone | FileChanged e) {
            LOG.warn("automation={} {} It is tried again with the next run.", job.id(), e.getMessage());
        }
    }

    @Override
    public DeliverySource of(Run run, Delivery delivery) {
        return DeliverySource.of(sources, () -> find(run, delivery));
    }

    private Fetchable find(Run run, Delivery delivery) {
        ContactImportJob job = job(Objects.requireNonNull(run.automation()));
        Listed listed = delivery.listed();
        String archived = delivery.archivedAs();
        if (delivery.disposal() == Disposal.ARCHIVED && archived != null) {
            // An archived file stays where it is.
            SourceFile file = new SourceFile(archived, listed.size(), listed.modified());
            return new Fetchable.OnSource(
                    job.source().toSourceSpec(references), new Chosen(file, null, null), Disposal.LEFT, null);
        }

        return onSource(job, beside(job, new SourceFile(listed.path(), listed.size(), listed.modified())));
    }

    /** The file with its marker and control file, as far as they are still there. */
    private Chosen beside(ContactImportJob job, SourceFile file) {
        try (FileSource source = open(job)) {
            return job.toFileChoice().choose(source.list(), listed -> !listed.sameAs(file)).take().stream()
                    .findFirst()
                    .orElse(new Chosen(file, null, null));
        }
    }

    private FileSource open(ContactImportJob job) {
        return sources.open(job.source().toSourceSpec(references));
    }

    @Override
    public void ended(Run run) {
        ContactImportJob job = job(Objects.requireNonNull(run.automation()));
        notifications.runEnded(job, summary(run));
        if (run.status() == RunStatus.COMPLETED && !stopping && !inSeries.contains(job.id())) {
            afterwards.imported(job);
        }
    }

    /** The job as this process has seen it last, also when its file is not in the folder of job files. */
    private ContactImportJob job(String id) {
        ContactImportJob known = seen.get(id);
        if (known != null) {
            return known;
        }

        Optional<LoadedJob> published = jobs.load().find(id);
        Optional<Path> elsewhere =
                operator.get().automations().jobFile(id).map(Path::of).filter(Files::isReadable);
        return published.isEmpty() && elsewhere.isPresent()
                ? (ContactImportJob) jobs.load(elsewhere.get()).job()
                : (ContactImportJob) jobs.find(id).job();
    }

    @Override
    public int markDead() {
        return operator.get().markDead();
    }

    @Override
    public int prune(Instant endedBefore) {
        return history.prune(endedBefore);
    }

    private static RunSummary summary(Run run) {
        String path = run.file();
        return new RunSummary(
                run.id(),
                String.valueOf(run.automation()),
                path.substring(path.lastIndexOf('/') + 1),
                switch (run.status()) {
                    case COMPLETED -> RunSummary.Status.COMPLETED;
                    case STOPPED -> RunSummary.Status.STOPPED;
                    case DEAD, RUNNING -> RunSummary.Status.DEAD;
                    case FAILED, ABANDONED -> RunSummary.Status.FAILED;
                },
                run.reason(),
                run.read(),
                run.counts().created(),
                run.counts().updated(),
                run.counts().unchanged(),
                run.counts().rejected(),
                run.counts().skipped(),
                Instant.ofEpochMilli(run.started()),
                Instant.ofEpochMilli(run.ended() == null ? run.heartbeat() : run.ended()));
    }
}
