package io.muster.runs;

import io.muster.dedup.IdentityRules;
import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.jobs.Automations;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Deliveries.Disposal;
import io.muster.jobs.Deliveries.Listed;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunFolder;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunLease;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ContactImportJob;
import io.muster.jobs.contactimport.DeliverySource;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ImportStores;
import io.muster.jobs.contactimport.ImportWork;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.runs.RunService.Force;
import io.muster.support.Refusal;
import io.muster.support.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.job.Job;
import tools.jackson.databind.json.JsonMapper;

/** Imports as runs: a delivery each, one at a time for an automation, older files not after newer ones. */
final class ImportRuns implements RunsOfKind {

    private final ImportStores stores;
    private final Directories directories;
    private final IdentityRules rules;
    private final ContactImportJob jobs;
    private final DeliverySources sources;
    private final Automations automations;
    private final StateFolder home;
    private final OperatorSettings settings;
    private final JsonMapper json;

    ImportRuns(
            ImportStores stores,
            Directories directories,
            IdentityRules rules,
            ContactImportJob jobs,
            DeliverySources sources,
            StateFolder home,
            OperatorSettings settings,
            JsonMapper json) {
        this.stores = stores;
        this.directories = directories;
        this.rules = rules;
        this.jobs = jobs;
        this.sources = sources;
        this.automations = new Automations(stores.jdbc(), stores.runs(), stores.clock());
        this.home = home;
        this.settings = settings;
        this.json = json;
    }

    Entry enter(RunRequest.ImportFile request, Actor actor) {
        Listed listed = Listed.local(request.file());
        Directory directory = directories.find(request.spec().directory());
        checkList(directory, request.spec());
        Delivery delivery = stores.deliveries().enter(Deliveries.NO_AUTOMATION, listed);
        Run run = enter(delivery, request.spec(), directory, actor);
        return new Entry.Own(run, new ImportAttempt(DeliverySource.local(Path.of(listed.path())), null));
    }

    /**
     * Enters the import of an automation's file.
     *
     * @throws AutomationHeld when a run of the automation is under way
     * @throws DeliveryTaken when another process took the file meanwhile
     */
    Entry enter(RunRequest.ImportDelivery request, Actor actor) {
        Directory directory = directories.find(request.spec().directory());
        checkList(directory, request.spec());
        Run entered = Objects.requireNonNull(stores.transactions().execute(status -> {
            Optional<Run> holder = automations.holder(request.automation());
            if (holder.isPresent()) {
                throw new AutomationHeld(holder.get());
            }

            boolean known = stores.deliveries()
                    .newest(request.automation(), request.file())
                    .isPresent();
            if (known && request.known() == RunRequest.ImportDelivery.Known.LEAVE) {
                throw new DeliveryTaken(request.file().path());
            }

            Delivery delivery = stores.deliveries().enter(request.automation(), request.file());
            Run run = enter(delivery, request.spec(), directory, actor);
            automations.hold(request.automation(), run.number());
            return run;
        }));
        return new Entry.Own(entered, new ImportAttempt(request.source(), null));
    }

    private Run enter(Delivery delivery, ImportSpec spec, Directory directory, Actor actor) {
        Run run = stores.runs()
                .enter(
                        new RunLedger.NewRun(
                                RunKind.CONTACT_IMPORT,
                                delivery.automation(),
                                delivery.id(),
                                directory.number(),
                                json.writeValueAsString(spec),
                                settings.owner()),
                        actor);
        stores.deliveries().take(delivery.id(), run.number());
        return run;
    }

    private void checkList(Directory directory, ImportSpec spec) {
        switch (spec.list()) {
            case ListTarget.None ignored -> {
                // nothing to look up
            }
            case ListTarget.Existing existing -> stores.lists().find(directory.number(), existing.list());
            case ListTarget.NewPerRun made -> {
                boolean taken = stores.lists().of(directory.number()).stream()
                        .anyMatch(list -> list.name().equals(made.name().strip()));
                if (taken) {
                    throw Refusal.conflict(
                                    "NAME_TAKEN",
                                    "Cannot create the list '" + made.name()
                                            + "': the directory has a list of that name. Import into it, or choose"
                                            + " another name.")
                            .with("name", made.name());
                }
            }
        }
    }

    @Override
    public Optional<Entry.Own> resume(Run run, Force force, Actor actor) {
        refuseOlder(run, "resume", force);
        Delivery delivery = delivery(run);
        DeliverySource source = source(run, delivery);
        Optional<Run> taken = Objects.requireNonNull(stores.transactions().execute(status -> {
            hold(run, delivery);
            return stores.runs().takeOver(run, settings.owner(), actor);
        }));
        return taken.map(held -> new Entry.Own(held, new ImportAttempt(source, null)));
    }

    /** Enters an import of the whole file of a run as a run of its own; the second time it answers with that run. */
    Entry again(Run run, Force force, Actor actor) {
        Optional<Run> done = stores.runs().reprocessed(run.number());
        if (done.isPresent()) {
            return new Entry.Joined(done.get());
        }

        Delivery delivery = delivery(run);
        DeliverySource source = reprocessSource(run, delivery);
        return Objects.requireNonNull(stores.transactions().execute(status -> {
            // Of two that ask at the same moment, the second waits here and finds the run of the first.
            Run now = stores.runs().lock(run.number());
            Optional<Run> first = stores.runs().reprocessed(run.number());
            return first.isPresent()
                    ? new Entry.Joined(first.get())
                    : new Entry.Own(enterAgain(now, delivery, force, actor), new ImportAttempt(source, run));
        }));
    }

    private Run enterAgain(Run run, Delivery delivery, Force force, Actor actor) {
        if (!run.status().isOver()) {
            throw Refusal.conflict(
                            "RUN_UNDER_WAY",
                            "Cannot reprocess run " + run.id() + ": it is still running. Wait for it, or stop it.")
                    .with("run", run.id());
        }

        refuseOlder(run, "reprocess", force);
        ImportSpec spec = withSameList(run, json.readValue(run.spec(), ImportSpec.class));
        Delivery again = stores.deliveries().enter(delivery.automation(), delivery.listed());
        String content = delivery.sha256();
        if (content != null) {
            // Reprocessing is about the same content; another file under the same name is a delivery of its own.
            stores.deliveries()
                    .fetched(
                            again.id(),
                            HexFormat.of().parseHex(content),
                            delivery.listed().size());
        }

        Directory directory = directories.byNumber(run.directory()).orElseThrow();
        Run entered = enter(again, spec, directory, actor);
        hold(entered, again);
        stores.runs().reprocess(run, entered, actor);
        if (run.status().isResumable()) {
            stores.runs().abandon(run, actor);
            stores.deliveries().settle(delivery.id(), Deliveries.State.ABANDONED, Disposal.LEFT);
        }

        return entered;
    }

    /** The list that a run made is the one its file goes into again. */
    private ImportSpec withSameList(Run run, ImportSpec spec) {
        return stores.lists()
                .byRun(run.number())
                .map(list -> spec.into(new ListTarget.Existing(list.id())))
                .orElse(spec);
    }

    /** An automation has one run at a time. */
    private void hold(Run run, Delivery delivery) {
        if (delivery.automation() == Deliveries.NO_AUTOMATION) {
            return;
        }

        Optional<Run> holder = automations.holder(delivery.automation());
        if (holder.isPresent() && holder.get().number() != run.number()) {
            throw Refusal.busy(
                            "RUN_UNDER_WAY",
                            "Cannot work on run " + run.id() + ": run "
                                    + holder.get().id()
                                    + " of the same automation is under way. Wait for it, or stop it.")
                    .with("run", holder.get().id());
        }

        automations.hold(delivery.automation(), run.number());
    }

    private void refuseOlder(Run run, String action, Force force) {
        if (run.automation() == null || force == Force.YES) {
            return;
        }

        Optional<Run> newer = stores.runs().newerCompleted(run);
        if (newer.isPresent()) {
            throw Refusal.conflict(
                            "NEWER_FILE_COMPLETED",
                            "Cannot " + action + " run " + run.id() + ": run "
                                    + newer.get().id()
                                    + " of a newer file has completed since, and older values would overwrite newer"
                                    + " ones. Abandon it, or insist.")
                    .with("run", run.id())
                    .with("newer", newer.get().id());
        }
    }

    private DeliverySource reprocessSource(Run run, Delivery delivery) {
        Path kept = spool(run).resolve("input");
        DeliverySource source = source(run, delivery);
        return Files.isRegularFile(kept) ? source.keptAt(kept) : source;
    }

    private DeliverySource source(Run run, Delivery delivery) {
        return switch (delivery.listed().origin()) {
            case LOCAL -> DeliverySource.local(Path.of(delivery.path()));
            case SOURCE -> sources.of(run, delivery);
        };
    }

    private Delivery delivery(Run run) {
        return stores.deliveries().find(run.imported().delivery()).orElseThrow();
    }

    @Override
    public void abandoned(Run run) {
        stores.deliveries().settle(run.imported().delivery(), Deliveries.State.ABANDONED, Disposal.LEFT);
        RunFolder.delete(spool(run));
    }

    private Path spool(Run run) {
        return home.folder("spool").resolve(run.id());
    }

    private Path folder(Run run) {
        Path folder = spool(run);
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw Refusal.failed(
                            "SPOOL_UNWRITABLE",
                            "Cannot create the spool folder " + folder + ": " + e.getMessage()
                                    + ". Check its permissions.")
                    .causedBy(e);
        }

        return folder;
    }

    /** An attempt at an import whose file comes from that source, in place of another run or of none. */
    private final class ImportAttempt implements Attempt {

        private final DeliverySource source;
        private final @Nullable Run replaced;

        ImportAttempt(DeliverySource source, @Nullable Run replaced) {
            this.source = source;
            this.replaced = replaced;
        }

        @Override
        public String jobName() {
            return ContactImportJob.NAME;
        }

        @Override
        public boolean begin(RunLease lease, Progress progress) {
            return stores.runs().begin(lease.run());
        }

        @Override
        public Job job(RunLease lease, Progress progress) {
            Run run = lease.run();
            // The rules first: a change of what makes a key gives the rules new ids, which the load notices.
            List<IdentityRule> inForce = rules.of(run.directory());
            return jobs.of(new ImportWork(
                    lease,
                    delivery(run),
                    json.readValue(run.spec(), ImportSpec.class),
                    directories.byNumber(run.directory()).orElseThrow(),
                    inForce,
                    source,
                    folder(run),
                    settings.pace(),
                    progress,
                    stores.ids()));
        }

        @Override
        public void close() {
            Run before = replaced;
            if (before != null
                    && stores.runs().find(before.number()).map(Run::status).orElse(RunStatus.DEAD)
                            == RunStatus.ABANDONED) {
                RunFolder.delete(spool(before));
            }
        }
    }
}
