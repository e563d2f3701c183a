package io.muster.automation.contactimport;

import io.muster.automation.AutomationBusy;
import io.muster.automation.RunSummary;
import io.muster.automation.Trigger;
import io.muster.automation.Trigger.Repull;
import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.ContactImportJob.OnFailure;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.notify.Notifications;
import io.muster.directory.Actor;
import io.muster.extract.source.Choice.Chosen;
import io.muster.extract.source.Choice.PassedOver;
import io.muster.extract.source.Choice.Reason;
import io.muster.extract.source.FileChanged;
import io.muster.extract.source.FileGone;
import io.muster.extract.source.FileSource;
import io.muster.extract.source.FileSource.Away;
import io.muster.extract.source.SourceFile;
import io.muster.jobs.Automations;
import io.muster.jobs.ChainStep;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Deliveries.Disposal;
import io.muster.jobs.Deliveries.Listed;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.Run.ImportedRows;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.DeliverySource;
import io.muster.jobs.contactimport.DeliverySource.Disposed;
import io.muster.jobs.servers.Servers;
import io.muster.jobs.servers.Servers.Holder;
import io.muster.load.OutcomeCounts;
import io.muster.runs.AutomationHeld;
import io.muster.runs.DeliveryTaken;
import io.muster.runs.RunEnded;
import io.muster.runs.RunRequest.ImportDelivery;
import io.muster.runs.RunRequest.ImportDelivery.Known;
import io.muster.runs.RunService;
import io.muster.runs.RunWarnings;
import io.muster.support.Refusal;
import io.muster.support.Visible;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;

/**
 * Contact imports as automations: interrupted runs are taken up, then new files are imported oldest first. A failed
 * file holds back newer ones unless the job says otherwise; the ledger knows every delivery, so each is taken once.
 */
public final class ContactImportRuns {

    private static final Logger LOG = LoggerFactory.getLogger(ContactImportRuns.class);

    private final RunService service;
    private final Automations automations;
    private final Deliveries deliveries;
    private final AutomationDeliveries sources;
    private final SourceLooks looks;
    private final InstantSource clock;
    private final KnownJobs jobs;
    private final Notifications notifications;
    private final Servers servers;
    private final ApplicationEventPublisher events;
    private final Set<String> inSeries = ConcurrentHashMap.newKeySet();

    ContactImportRuns(
            RunService service,
            Automations automations,
            Deliveries deliveries,
            AutomationDeliveries sources,
            SourceLooks looks,
            InstantSource clock,
            KnownJobs jobs,
            Notifications notifications,
            Servers servers,
            ApplicationEventPublisher events) {
        this.service = service;
        this.automations = automations;
        this.deliveries = deliveries;
        this.sources = sources;
        this.looks = looks;
        this.clock = clock;
        this.jobs = jobs;
        this.notifications = notifications;
        this.servers = servers;
        this.events = events;
    }

    /**
     * Takes the new files of a job, one run each, oldest first, and returns when they have ended.
     *
     * @throws AutomationBusy when a run of the automation is under way
     */
    public Visit run(ContactImportJob job, Trigger trigger, Progress progress) {
        Visit ended = run(job, trigger, progress, Following.NOTHING);
        if (!service.isStopping() && ended.runs().stream().anyMatch(run -> run.status() == RunStatus.COMPLETED)) {
            events.publishEvent(new FilesImported(job, progress));
        }

        return ended;
    }

    /** What follows each file of a series. */
    public interface Following {

        /** Nothing follows. */
        Following NOTHING = new Following() {
            @Override
            public @Nullable ChainStep step() {
                return null;
            }

            @Override
            public boolean completed(Run run) {
                return true;
            }
        };

        /** The place that the run of a file has in a chain of tasks; null for none. */
        @Nullable
        ChainStep step();

        /** Called when the run of a file has completed; false when the next file has to wait. */
        boolean completed(Run run);
    }

    /**
     * Takes the new files of a job of any kind, one run each, oldest first, and returns when they have ended with what
     * follows them.
     *
     * @throws AutomationBusy when a run of the automation is under way
     */
    public Visit run(JobFile file, Trigger trigger, Progress progress, Following following) {
        jobs.see(file);
        FileImport job = jobs.files(file.id());
        boolean outermost = inSeries.add(job.id());
        Visit ended;
        try {
            ended = series(job, trigger, progress, following);
        } finally {
            if (outermost) {
                inSeries.remove(job.id());
            }
        }

        return ended;
    }

    /**
     * What all runs of one time have in common.
     *
     * @param actor who started them
     * @param ended those that have ended so far, in file order
     */
    private record Series(
            FileImport job,
            long automation,
            Actor actor,
            Repull repull,
            Progress progress,
            Following following,
            List<Run> ended) {

        Known known() {
            return repull == Repull.NEW_ONLY ? Known.LEAVE : Known.TAKE_AGAIN;
        }
    }

    private Visit series(FileImport job, Trigger trigger, Progress progress, Following following) {
        long automation = automations.number(job.id());
        Series series = switch (trigger) {
            case Trigger.ByHand hand ->
                new Series(job, automation, hand.actor(), hand.repull(), progress, following, new ArrayList<>());
            case Trigger.Asked asked ->
                new Series(job, automation, asked.actor(), Repull.NEW_ONLY, progress, following, new ArrayList<>());
            case Trigger.Scheduled ignored ->
                new Series(job, automation, actor(job), Repull.NEW_ONLY, progress, following, new ArrayList<>());
            case Trigger.Recovery ignored ->
                new Series(job, automation, actor(job), Repull.NEW_ONLY, progress, following, new ArrayList<>());
        };
        try {
            refuseWhenHeld(job, automation);
            takeUpInterrupted(series);
            boolean whole = series.ended().stream().allMatch(run -> run.status() == RunStatus.COMPLETED);
            Looked looked = !whole ? new Looked(List.of(), null) : take(series, trigger);
            return visit(series, looked);
        } catch (AutomationHeld held) {
            throw new AutomationBusy(job.id(), held.run().id());
        }
    }

    private Looked take(Series series, Trigger trigger) {
        if (trigger instanceof Trigger.ByHand hand && hand.file() != null) {
            return new Looked(importNamed(series, hand.file()), null);
        }

        // What a server is asked for is on the source: no path leads anywhere else on its machine.
        return trigger instanceof Trigger.Asked asked && asked.file() != null
                ? new Looked(importOnSource(series, asked.file()), null)
                : importNew(series);
    }

    /**
     * What a look at the source has left.
     *
     * @param elsewhere why the next file was not taken, when it lies in the spool of another server
     */
    private record Looked(
            List<PassedOver> passedOver, @Nullable Refusal elsewhere) {}

    private Visit visit(Series series, Looked looked) {
        Set<String> told = series.ended().stream().map(Run::id).collect(Collectors.toSet());
        List<Run> pending = automations.pending(series.automation()).stream()
                .filter(run -> !told.contains(run.id()))
                .toList();
        return new Visit(
                series.ended(),
                pending,
                deliveries.waiting(series.automation()),
                looked.passedOver(),
                looked.elsewhere());
    }

    private void refuseWhenHeld(FileImport job, long automation) {
        Optional<Run> holder = automations.unfinished(automation).stream()
                .filter(run -> !run.status().isOver())
                .findFirst();
        if (holder.isPresent()) {
            throw new AutomationBusy(job.id(), holder.get().id());
        }
    }

    /**
     * A run whose process was lost or shut down goes on exactly where it stopped, without being asked for. That it began
     * says that its file was to be imported then, also where it is older than one that had completed.
     */
    private void takeUpInterrupted(Series series) {
        for (Run run : automations.unfinished(series.automation())) {
            if (service.isInterrupted(run) && !service.isStopping()) {
                series.ended()
                        .add(service.await(
                                service.resume(run.id(), RunService.Force.YES, series.actor(), series.progress())));
            }
        }
    }

    private Looked importNew(Series series) {
        FileImport job = series.job();
        SourceLooks.Seen seen;
        List<Optional<Away>> away;
        try (FileSource source = sources.open(job)) {
            disposePending(job, series.automation(), source);
            seen = looks.look(job, series.automation(), source, series.repull());
            away = seen.take().stream()
                    .map(chosen -> source.away(chosen.file()))
                    .toList();
        }

        List<Chosen> take = seen.take();
        Optional<Refusal> heldBack = take.isEmpty() ? Optional.empty() : heldBack(series);
        looks.note(job, series.automation(), seen, heldBack.isPresent() ? take : List.of());
        if (heldBack.isPresent()) {
            throw heldBack.get();
        }

        List<PassedOver> passedOver = new ArrayList<>(seen.passedOver());
        for (int file = 0; file < take.size() && !service.isStopping(); file++) {
            if (away.get(file).isPresent()) {
                passedOver.add(new PassedOver(take.get(file).file(), Reason.ELSEWHERE));
                looks.note(
                        job,
                        series.automation(),
                        new SourceLooks.Seen(take, passedOver),
                        take.subList(file + 1, take.size()));
                Holder holder = servers.holder(
                        away.get(file).get().spool(), away.get(file).get().host());
                if (holder.living() || job.onFailure() == OnFailure.HOLD_BACK) {
                    return new Looked(passedOver, elsewhere(job, take.get(file).file(), holder));
                }

                continue;
            }

            Optional<Run> run = importOne(series, take.get(file));
            run.ifPresent(series.ended()::add);
            // One whose file had vanished is given up already and holds nothing back.
            boolean failed = run.isPresent() && run.get().status().isResumable();
            boolean stopped = run.isPresent() && run.get().status() == RunStatus.STOPPED;
            boolean followed = run.isEmpty()
                    || run.get().status() != RunStatus.COMPLETED
                    || series.following().completed(run.get());
            if (stopped || !followed || (failed && job.onFailure() == OnFailure.HOLD_BACK)) {
                looks.note(
                        job,
                        series.automation(),
                        new SourceLooks.Seen(take, passedOver),
                        take.subList(file + 1, take.size()));
                break;
            }
        }

        return new Looked(passedOver, null);
    }

    /** Files are imported in their order: newer ones wait until the server that has this one has imported it. */
    private Refusal elsewhere(FileImport job, SourceFile file, Holder holder) {
        return servers.elsewhere(
                "import new files of " + job.id() + " here: " + Visible.text(file.name()),
                holder,
                "If it is lost for good, send it again, or settle it with jobs skip.");
    }

    private Optional<Run> importOne(Series series, Chosen chosen) {
        Optional<Run> run =
                run(series, SourceLooks.listed(series.job(), chosen.file()), sources.of(series.job(), chosen));
        if (run.isPresent() && isGone(run.get())) {
            // What comes in its place is a delivery of its own and must not be held back; the same file is looked at
            // again.
            return Optional.of(service.abandon(run.get().id(), actor(series.job())));
        }

        return run;
    }

    private static Actor actor(FileImport job) {
        return new Actor(Actor.Kind.AUTOMATION, job.id());
    }

    private boolean isGone(Run run) {
        return deliveries
                .find(run.imported().delivery())
                .filter(delivery -> delivery.state() == Deliveries.State.GONE)
                .isPresent();
    }

    /** Empty when it was taken before, or another process has taken it meanwhile. */
    private Optional<Run> run(Series series, Listed file, DeliverySource source) {
        ImportDelivery request = new ImportDelivery(
                series.automation(),
                file,
                series.known(),
                series.job().toImportSpec(),
                source,
                series.following().step());
        try {
            return Optional.of(service.run(request, series.actor(), series.progress()));
        } catch (DeliveryTaken e) {
            LOG.info("{}: it is not imported again", e.getMessage());
            return Optional.empty();
        }
    }

    /** Why a failed run holds the new files back; empty when none does. */
    private Optional<Refusal> heldBack(Series series) {
        FileImport job = series.job();
        if (job.onFailure() == OnFailure.CONTINUE || series.known() == Known.TAKE_AGAIN) {
            return Optional.empty();
        }

        for (Run failed : automations.pending(series.automation())) {
            if (!hasHeldBackLongEnough(job, failed)) {
                return Optional.of(heldBackBy(job, failed));
            }

            notifications.heldBackLongEnough(
                    job.job(), failed.id(), Listed.nameOf(failed.imported().file()));
        }

        return Optional.empty();
    }

    private static Refusal heldBackBy(FileImport job, Run failed) {
        return Refusal.conflict(
                        "HELD_BACK",
                        "Cannot import new files of " + job.id() + ": its run " + failed.id() + " of "
                                + Listed.nameOf(failed.imported().file()) + " is " + failed.status()
                                + " and holds them back, since files are"
                                + " imported oldest first. Resume, reprocess or abandon it.")
                .with("run", failed.id());
    }

    /**
     * What a run would take now.
     *
     * @param files in the order in which they would be imported
     * @param interrupted runs that it would go on with first
     * @param refusal why it would take no file; null when it would
     */
    public record Upcoming(
            List<SourceFile> files,
            List<Run> interrupted,
            @Nullable Refusal refusal) {}

    /**
     * What a run would take now, after one look at the source, which is not noted. A run itself looks twice where files are
     * to be stable.
     *
     * @throws AutomationBusy when a run of the automation is under way
     */
    public Upcoming upcoming(JobFile file) {
        jobs.see(file);
        FileImport job = jobs.files(file.id());
        long automation = automations.number(job.id());
        refuseWhenHeld(job, automation);
        List<Run> interrupted = automations.unfinished(automation).stream()
                .filter(service::isInterrupted)
                .toList();
        List<SourceFile> files;
        try (FileSource source = sources.open(job)) {
            files = looks.upcoming(job, automation, source).stream()
                    .map(Chosen::file)
                    .toList();
        }

        Optional<Run> holding = files.isEmpty() || job.onFailure() == OnFailure.CONTINUE
                ? Optional.empty()
                : automations.pending(automation).stream()
                        .filter(run -> !interrupted.contains(run))
                        .filter(run -> !hasHeldBackLongEnough(job, run))
                        .findFirst();
        return new Upcoming(
                files, interrupted, holding.map(run -> heldBackBy(job, run)).orElse(null));
    }

    /** From the beginning of the run on: a further try that fails too does not extend the time. */
    private boolean hasHeldBackLongEnough(FileImport job, Run failed) {
        Duration longest = job.holdBack();
        return longest != null
                && !clock.instant()
                        .isBefore(Instant.ofEpochMilli(failed.started()).plus(longest));
    }

    /** A file here, else one of that name on the source; neither order nor earlier failures hold it back. */
    private List<PassedOver> importNamed(Series series, Path file) {
        if (file.getNameCount() == 1 && !file.isAbsolute() && !Files.exists(file)) {
            return importOnSource(series, file.toString());
        }

        Listed local = Listed.local(file);
        return ended(
                series,
                new SourceFile(local.path(), local.size(), local.modified()),
                run(
                        series,
                        local.dated(series.job().files().date(local.name())),
                        DeliverySource.local(Path.of(local.path()))));
    }

    private List<PassedOver> importOnSource(Series series, String name) {
        Chosen chosen = sources.named(series.job(), name);
        Optional<Away> away = sources.away(series.job(), chosen.file());
        if (away.isPresent()) {
            throw elsewhere(
                    series.job(),
                    chosen.file(),
                    servers.holder(away.get().spool(), away.get().host()));
        }

        return ended(series, chosen.file(), importOne(series, chosen));
    }

    private static List<PassedOver> ended(Series series, SourceFile named, Optional<Run> run) {
        run.ifPresent(series.ended()::add);
        if (run.isPresent() && run.get().status() == RunStatus.COMPLETED) {
            var ignored = series.following().completed(run.get());
        }

        return run.isPresent() ? List.of() : List.of(new PassedOver(named, Reason.ALREADY_TAKEN));
    }

    /** Files of complete runs that could not be archived or deleted then: done with them is what the job says by now. */
    private void disposePending(FileImport job, long automation, FileSource source) {
        List<Delivery> pending = deliveries.disposalPending(automation);
        if (pending.isEmpty()) {
            return;
        }

        List<SourceFile> listing = source.list();
        for (Delivery delivery : pending) {
            Optional<Chosen> file = listing.stream()
                    .filter(listed -> Listed.of(listed).isSameAs(delivery.listed()))
                    .findFirst()
                    .map(listed -> AutomationDeliveries.beside(job, listing, listed));
            dispose(job, delivery, file);
        }
    }

    private void dispose(FileImport job, Delivery delivery, Optional<Chosen> file) {
        try {
            // With one that is not there any more, an earlier try may have got so far before its process ended.
            Disposed done = file.map(chosen -> sources.of(job, chosen).dispose())
                    .orElseGet(() -> new Disposed(
                            delivery.disposal() == Disposal.ARCHIVE_PENDING ? Disposal.ARCHIVED : Disposal.DELETED,
                            null));
            deliveries.disposed(delivery.id(), done.what(), done.name());
        } catch (Refusal | FileGone | FileChanged e) {
            LOG.warn("automation={} {} It is tried again with the next run.", job.id(), e.getMessage());
        }
    }

    /** Reports runs to those whom the job names, whoever started them. */
    @EventListener
    @Order(1)
    void on(RunEnded event) {
        // Warnings of a merge after the import have been added since.
        Run run = service.show(event.run().id());
        String automation = run.automation();
        if (run.kind() != RunKind.CONTACT_IMPORT || automation == null) {
            return;
        }

        JobFile file = jobs.find(automation);
        notifications.runEnded(file, summary(run));
        if (file instanceof ContactImportJob job
                && run.status() == RunStatus.COMPLETED
                && !service.isStopping()
                && !inSeries.contains(job.id())) {
            events.publishEvent(new FilesImported(job, Progress.NONE));
        }
    }

    /** How a run of an automation ended. */
    public static RunSummary summary(Run run) {
        ImportedRows rows = run.imported();
        OutcomeCounts counts = rows.counts();
        return new RunSummary(
                run.id(),
                String.valueOf(run.automation()),
                run.status(),
                run.reason(),
                new RunSummary.Imported(
                        Listed.nameOf(rows.file()),
                        rows.read(),
                        counts.created(),
                        counts.updated(),
                        counts.unchanged(),
                        counts.rejected(),
                        counts.skipped(),
                        counts.takenAway()),
                RunWarnings.of(run),
                Instant.ofEpochMilli(run.started()),
                Instant.ofEpochMilli(Objects.requireNonNullElse(run.ended(), run.heartbeat())));
    }
}
