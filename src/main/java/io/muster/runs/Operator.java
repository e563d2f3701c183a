package io.muster.runs;

import io.muster.dedup.IdentityRules;
import io.muster.dedup.rules.IdentityRule;
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
import io.muster.jobs.RunLease;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.DeliverySource;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ImportStores;
import io.muster.jobs.contactimport.ImportWork;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.support.PublicId;
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
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What operators do with runs. Every action may be pressed twice: the second press answers as the first and changes
 * nothing. Runs are worked on in the caller's thread; {@link #stopAll()} ends them at the next safe place.
 */
public final class Operator {

    private static final String IMPORT = "contact-import";

    private final ImportStores stores;
    private final Directories directories;
    private final IdentityRules rules;
    private final RunLauncher launcher;
    private final DeliverySources sources;
    private final RunEndings endings;
    private final AfterImport afterImport;
    private final Automations automations;
    private final StateFolder home;
    private final OperatorSettings settings;
    private final JsonMapper json;
    private final Set<RunLease> leases = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /** Works on runs with these stores. */
    Operator(
            ImportStores stores,
            Directories directories,
            IdentityRules rules,
            RunLauncher launcher,
            DeliverySources sources,
            RunEndings endings,
            AfterImport afterImport,
            StateFolder home,
            OperatorSettings settings,
            JsonMapper json) {
        this.stores = stores;
        this.directories = directories;
        this.rules = rules;
        this.launcher = launcher;
        this.sources = sources;
        this.endings = endings;
        this.afterImport = afterImport;
        this.automations = new Automations(stores.jdbc(), stores.runs(), stores.clock());
        this.home = home;
        this.settings = settings;
        this.json = json;
    }

    /** Imports a local file: always a new delivery. Returns when the run is over. */
    public Run importFile(Path file, ImportSpec spec, Progress progress) {
        Listed listed = Listed.local(file);
        Directory directory = directories.find(spec.directory());
        checkList(directory, spec);
        Delivery delivery = stores.deliveries().enter(Deliveries.NO_AUTOMATION, listed);
        return work(enter(delivery, spec, directory), 1, DeliverySource.local(Path.of(listed.path())), progress);
    }

    /**
     * Imports a file of an automation and returns when the run is over.
     *
     * @return the run; empty when somebody else took the file meanwhile
     * @throws AutomationHeld when a run of the automation is under way
     */
    public Optional<Run> startAutomation(AutomationStart start, Progress progress) {
        Directory directory = directories.find(start.spec().directory());
        checkList(directory, start.spec());
        Optional<Run> entered = Objects.requireNonNull(stores.transactions().execute(status -> {
            Optional<Run> holder = automations.holder(start.automation());
            if (holder.isPresent()) {
                throw new AutomationHeld(holder.get());
            }

            boolean known =
                    stores.deliveries().newest(start.automation(), start.file()).isPresent();
            if (known && start.known() == AutomationStart.Known.LEAVE) {
                return Optional.<Run>empty();
            }

            Delivery delivery = stores.deliveries().enter(start.automation(), start.file());
            Run run = enter(delivery, start.spec(), directory);
            automations.hold(start.automation(), run.number());
            return Optional.of(run);
        }));
        return entered.map(run -> work(run, 1, start.source(), progress));
    }

    private Run enter(Delivery delivery, ImportSpec spec, Directory directory) {
        Run run = stores.runs()
                .start(new RunLedger.NewRun(
                        IMPORT,
                        delivery.automation(),
                        delivery.id(),
                        directory.number(),
                        json.writeValueAsString(spec),
                        settings.owner()));
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
                    throw Refusal.failed("Cannot create the list '" + made.name()
                            + "': the directory has a list of that name. Import into it with --list, or choose"
                            + " another name.");
                }
            }
        }
    }

    /** Runs, newest first; both filters may be null. */
    public List<Run> runs(@Nullable Integer directory, @Nullable String automation, int most) {
        return stores.runs().list(directory, automation, most);
    }

    /** A run by its public id. */
    public Run show(String id) {
        OptionalLong number = PublicId.RUN.read(id.strip());
        Optional<Run> run = number.isEmpty() ? Optional.empty() : stores.runs().find(number.getAsLong());
        return run.orElseThrow(() -> Refusal.usage(
                "Cannot find the run '" + id + "': there is none with that id. List them with 'muster runs'."));
    }

    /** What may be done with a run now. */
    public List<RunAction> allowed(Run run) {
        return RunAction.allowed(run);
    }

    /** Goes on with a run where it stopped. */
    public Run resume(String id, Force force, String actor, Progress progress) {
        Run run = show(id);
        if (run.status() == RunStatus.ABANDONED) {
            throw Refusal.failed("Cannot resume run " + run.id() + ": it was abandoned. Import its file again.");
        }

        if (!run.status().isResumable()) {
            return run;
        }

        refuseOlder(run, "resume", force);
        Delivery delivery = stores.deliveries().find(run.delivery()).orElseThrow();
        DeliverySource source = source(run, delivery);
        OptionalLong epoch = Objects.requireNonNull(stores.transactions().execute(status -> {
            hold(run, delivery);
            return stores.runs().takeOver(run, settings.owner());
        }));
        if (epoch.isEmpty()) {
            return show(id);
        }

        stores.runs().act(run.number(), RunAction.RESUME.key(), actor, "attempt " + epoch.getAsLong());
        return work(show(id), (int) epoch.getAsLong(), source, progress);
    }

    /** Imports the whole file of a run again, as a run of its own; the second press answers with that run. */
    public Run reprocess(String id, Force force, String actor, Progress progress) {
        Run run = show(id);
        Optional<Run> done = stores.runs().reprocessed(run.number());
        if (done.isPresent()) {
            return done.get();
        }

        Delivery delivery = stores.deliveries().find(run.delivery()).orElseThrow();
        DeliverySource source = reprocessSource(run, delivery);
        Optional<Run> entered = Objects.requireNonNull(stores.transactions().execute(status -> {
            // Of two who press at the same moment, the second waits here and finds the run of the first.
            Run now = stores.runs().lock(run.number());
            return stores.runs().reprocessed(run.number()).isPresent()
                    ? Optional.<Run>empty()
                    : Optional.of(enterAgain(now, delivery, force, actor));
        }));
        if (entered.isEmpty()) {
            return stores.runs().reprocessed(run.number()).orElseThrow();
        }

        try {
            return work(entered.get(), 1, source, progress);
        } finally {
            if (show(id).status() == RunStatus.ABANDONED) {
                RunFolder.delete(spool(run));
            }
        }
    }

    private Run enterAgain(Run run, Delivery delivery, Force force, String actor) {
        if (!run.status().isOver()) {
            throw Refusal.failed("Cannot reprocess run " + run.id()
                    + ": it is still running. Wait for it, or stop it with" + " 'muster runs stop " + run.id() + "'.");
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
        Run entered = enter(again, spec, directory);
        hold(entered, again);
        stores.runs().act(run.number(), RunAction.REPROCESS.key(), actor, Long.toString(entered.number()));
        if (run.status().isResumable()) {
            stores.runs().abandon(run);
            stores.deliveries().settle(run.delivery(), Deliveries.State.ABANDONED, Disposal.LEFT);
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
            throw Refusal.failed(
                    "Cannot work on run " + run.id() + ": run " + holder.get().id()
                            + " of the same automation is under way. Wait for it, or stop it with 'muster runs stop "
                            + holder.get().id() + "'.");
        }

        automations.hold(delivery.automation(), run.number());
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

    /** Whether a run ended with its process, and not because it failed or somebody stopped it: it can simply go on. */
    public boolean isInterrupted(Run run) {
        return run.status() == RunStatus.DEAD
                || (run.status() == RunStatus.STOPPED && !stores.runs().isStopWanted(run.number()));
    }

    /** Asks the process that works on a run to stop after its current blocks. */
    public Run stop(String id, String actor) {
        Run run = show(id);
        if (run.status() == RunStatus.RUNNING && stores.runs().requestStop(run.number())) {
            stores.runs().act(run.number(), RunAction.STOP.key(), actor, "requested");
        }

        return show(id);
    }

    /** Gives a run up: what it has loaded stays, the rest of its file is not imported, newer files may go on. */
    public Run abandon(String id, String actor) {
        Run run = show(id);
        if (run.status() == RunStatus.RUNNING) {
            throw Refusal.failed("Cannot abandon run " + run.id() + ": it is still running. Stop it first with"
                    + " 'muster runs stop " + run.id() + "'.");
        }

        if (run.status() == RunStatus.COMPLETED) {
            throw Refusal.failed(
                    "Cannot abandon run " + run.id() + ": it has completed; there is nothing left to give up.");
        }

        if (run.status().isResumable() && stores.runs().abandon(run)) {
            stores.deliveries().settle(run.delivery(), Deliveries.State.ABANDONED, Disposal.LEFT);
            stores.runs().act(run.number(), RunAction.ABANDON.key(), actor, "abandoned");
            RunFolder.delete(spool(run));
        }

        return show(id);
    }

    /** The automations that runs belong to. */
    public Automations automations() {
        return automations;
    }

    /** The ledger of deliveries. */
    public Deliveries deliveries() {
        return stores.deliveries();
    }

    /** Marks runs whose process was lost; the result is their number. */
    public int markDead() {
        return stores.runs().markDead();
    }

    /** Asks all runs of this process to stop at the next safe place, and starts no new ones. */
    public void stopAll() {
        stopping = true;
        leases.forEach(RunLease::stop);
    }

    private void refuseOlder(Run run, String action, Force force) {
        if (run.automation() == null || force == Force.YES) {
            return;
        }

        Optional<Run> newer = stores.runs().newerCompleted(run);
        if (newer.isPresent()) {
            throw Refusal.failed("Cannot " + action + " run " + run.id() + ": run "
                    + newer.get().id()
                    + " of a newer file has completed since, and older values would overwrite newer ones."
                    + " Abandon it, or insist with --force.");
        }
    }

    private Run work(Run run, int epoch, DeliverySource source, Progress progress) {
        ImportSpec spec = json.readValue(run.spec(), ImportSpec.class);
        try (RunLease lease = new RunLease(stores.runs(), run, epoch, stores.clock())) {
            leases.add(lease);
            if (stopping) {
                lease.stop();
            }

            // The rules first: whoever changes what makes a key gives the rules new ids, which the load notices.
            List<IdentityRule> inForce = rules.of(run.directory());
            Directory directory = directories.byNumber(run.directory()).orElseThrow();
            ImportWork work = new ImportWork(
                    lease,
                    stores.deliveries().find(run.delivery()).orElseThrow(),
                    spec,
                    directory,
                    inForce,
                    source,
                    folder(run),
                    settings.pace(),
                    progress);
            try {
                launcher.launch(work);
            } finally {
                leases.remove(lease);
            }
        }

        Run ended = stores.runs().find(run.number()).orElseThrow();
        if (ended.status() == RunStatus.COMPLETED && !spec.dryRun()) {
            afterImport.completed(ended, () -> stopping);
            ended = stores.runs().find(run.number()).orElseThrow();
        }

        if (ended.automation() != null) {
            endings.ended(ended);
        }

        return ended;
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
                    "Cannot create the spool folder " + folder + ": " + e.getMessage() + ". Check its permissions.", e);
        }

        return folder;
    }

    /** Whether a refusal that protects the order of files is overruled. */
    public enum Force {
        NO,
        YES
    }
}
