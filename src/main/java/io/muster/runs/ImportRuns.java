package io.muster.runs;

import io.muster.database.LockConflicts;
import io.muster.dedup.IdentityRules;
import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.jobs.Automations;
import io.muster.jobs.ChainStep;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Deliveries.Disposal;
import io.muster.jobs.Deliveries.Listed;
import io.muster.jobs.ImportDrafts;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunFolder;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunLease;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunsOfFile;
import io.muster.jobs.SentContacts;
import io.muster.jobs.SentImports;
import io.muster.jobs.UploadFolder;
import io.muster.jobs.contactimport.ContactImportJob;
import io.muster.jobs.contactimport.DeliverySource;
import io.muster.jobs.contactimport.ImportReport;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ImportStores;
import io.muster.jobs.contactimport.ImportWork;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Sample;
import io.muster.jobs.servers.Servers;
import io.muster.jobs.servers.Servers.Holder;
import io.muster.runs.RunService.Force;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import io.muster.support.Spool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
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
    private final ImportSettings present;
    private final RunsOfFile ofFile;
    private final Automations automations;
    private final Servers servers;
    private final Spool spool;
    private final OperatorSettings settings;
    private final SentTurns turns;
    private final JsonMapper json;

    ImportRuns(
            ImportStores stores,
            Directories directories,
            IdentityRules rules,
            ContactImportJob jobs,
            DeliverySources sources,
            ImportSettings present,
            Spool spool,
            OperatorSettings settings,
            JsonMapper json) {
        this.stores = stores;
        this.directories = directories;
        this.rules = rules;
        this.jobs = jobs;
        this.sources = sources;
        this.present = present;
        this.ofFile = stores.ofFile();
        this.automations = new Automations(stores.jdbc(), stores.runs(), stores.clock());
        this.servers = new Servers(stores.jdbc());
        this.spool = spool;
        this.settings = settings;
        this.turns = new SentTurns(stores.sent(), settings.sentAtOnce());
        this.json = json;
    }

    Entry enter(RunRequest.ImportFile request, Actor actor) {
        Listed listed = Listed.local(request.file());
        Directory directory = directories.find(request.spec().directory());
        checkList(directory, request.spec());
        Delivery delivery = stores.deliveries().enter(Deliveries.NO_AUTOMATION, listed);
        Run run = enter(delivery, request.spec(), directory, actor);
        return new Entry.Own(run, new ImportAttempt(DeliverySource.local(Path.of(listed.path()))));
    }

    Entry enter(RunRequest.ImportSent request, Actor actor) {
        Directory directory = directories.find(request.spec().directory());
        checkList(directory, request.spec());
        SentContacts contacts = request.contacts();
        Run entered = inTransaction(() -> {
            long number = stores.sent().enter(directory.number(), contacts);
            String id = stores.ids().sentImport(number);
            byte[] file = contacts.file().apply(id);
            Delivery delivery = stores.deliveries()
                    .enter(
                            Deliveries.NO_AUTOMATION,
                            Listed.sent(id, file.length, stores.clock().instant()));
            Run run = enter(delivery, request.spec(), directory, actor);
            stores.sent().ofRun(number, run.number(), file);
            return run;
        });
        return new Entry.Own(entered, new SentAttempt(source(entered, delivery(entered))));
    }

    /** The run that forecasts or imports an uploaded file; the same again is answered with the run that there is. */
    Entry enter(RunRequest.ImportUpload request, Actor actor) {
        return inTransaction(() -> {
            ImportDrafts.Draft draft = stores.drafts().lock(request.draft());
            Long before = draft.runOf(request.step());
            Optional<Run> known =
                    before == null ? Optional.empty() : stores.runs().find(before);
            return known.<Entry>map(Entry.Joined::new).orElseGet(() -> begin(draft, request.step(), actor));
        });
    }

    private Entry begin(ImportDrafts.Draft draft, ImportDrafts.Step step, Actor actor) {
        ImportSpec chosen = json.readValue(draft.settings(step), ImportSpec.class);
        ImportSpec spec = chosen.with(chosen.mode(), chosen.limits(), step == ImportDrafts.Step.FORECAST);
        Directory directory = directories.find(spec.directory());
        checkList(directory, spec);
        Delivery delivery = stores.deliveries()
                .enter(
                        Deliveries.NO_AUTOMATION,
                        Listed.uploaded(draft.content(), draft.name(), draft.size(), draft.created()));
        Run run = enter(delivery, spec, directory, actor);
        stores.drafts().began(draft, step, run.number());
        Long corrected = draft.corrects();
        if (step == ImportDrafts.Step.IMPORT && corrected != null) {
            stores.runs().find(corrected).ifPresent(of -> stores.runs().corrects(run, of, actor));
        }

        return new Entry.Own(run, new ImportAttempt(source(run, delivery)));
    }

    /** Uploaded files that lie here and that another server was asked to begin with. */
    List<ImportDrafts.Wanted> wantedHere() {
        return stores.drafts().wanted(spool.id());
    }

    void notWanted(ImportDrafts.Wanted wanted) {
        stores.drafts().notWanted(wanted);
    }

    /** Runs of sent contacts that ended with their process, but for those that every process has failed at. */
    List<Run> left() {
        return stores.sent().left().stream()
                .map(stores.runs()::find)
                .flatMap(Optional::stream)
                .filter(run -> run.epoch() < RunLauncher.MOST_ATTEMPTS)
                .toList();
    }

    Entry enter(RunRequest.TryFile request, Actor actor) {
        if (!request.spec().dryRun()) {
            throw new IllegalArgumentException("Only a dry run tries a file");
        }

        Directory directory = directories.find(request.spec().directory());
        checkList(directory, request.spec());
        Delivery delivery = stores.deliveries().enter(Deliveries.NO_AUTOMATION, request.file());
        Run run = enter(delivery, request.spec(), directory, actor);
        return new Entry.Own(run, new ImportAttempt(request.source(), request.sample()));
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
        Run entered = inTransaction(() -> {
            Optional<Run> holder = automations.holder(request.automation());
            if (holder.isPresent()) {
                throw new AutomationHeld(holder.get());
            }

            Optional<Delivery> known = stores.deliveries().newest(request.automation(), request.file());
            boolean settled = known.isPresent() && !known.get().isOpen();
            if (settled && request.known() == RunRequest.ImportDelivery.Known.LEAVE) {
                throw new DeliveryTaken(request.file().path());
            }

            Delivery delivery = known.filter(Delivery::isWaiting)
                    .orElseGet(() -> stores.deliveries().enter(request.automation(), request.file()));
            Run run = enter(delivery, request.spec(), directory, actor, request.step());
            automations.hold(request.automation(), run.number());
            return run;
        });
        return new Entry.Own(entered, new ImportAttempt(request.source()));
    }

    private Run enter(Delivery delivery, ImportSpec spec, Directory directory, Actor actor) {
        return enter(delivery, spec, directory, actor, null);
    }

    private Run enter(Delivery delivery, ImportSpec spec, Directory directory, Actor actor, @Nullable ChainStep step) {
        Run run = stores.runs()
                .enter(
                        new RunLedger.NewRun(
                                RunKind.CONTACT_IMPORT,
                                delivery.automation(),
                                delivery.id(),
                                directory.number(),
                                json.writeValueAsString(spec),
                                settings.owner(),
                                step),
                        actor);
        stores.runs().liesIn(run.number(), spool.id());
        if (!stores.deliveries().take(delivery.id(), run.number())) {
            throw new DeliveryTaken(delivery.path());
        }

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
        refuseSettled(run);
        refusePruned(run);
        refuseOlder(run, "resume", force);
        Delivery delivery = delivery(run);
        refuseElsewhere("go on with", run, delivery);
        DeliverySource source = source(run, delivery);
        Optional<Run> taken = inTransaction(() -> {
            hold(run, delivery);
            Optional<Run> held = stores.runs().takeOver(run, settings.owner(), actor);
            held.ifPresent(own -> stores.runs().liesIn(own.number(), spool.id()));
            return held;
        });
        if (taken.isEmpty()) {
            refusePruned(stores.runs().find(run.number()).orElse(run));
        }

        return taken.map(held -> new Entry.Own(held, attempt(delivery, source)));
    }

    /** What was fetched lies with the process that began the run; here it would have to be fetched again. */
    private void refuseElsewhere(String doing, Run run, Delivery delivery) {
        Optional<String> other = stores.runs().spool(run.number()).filter(lies -> !lies.equals(spool.id()));
        if (other.isEmpty() || Files.isRegularFile(spool(run.id()).resolve("input"))) {
            return;
        }

        Holder holder = servers.holder(other.get(), hostOf(run));
        boolean isHere = switch (delivery.listed().origin()) {
            case LOCAL -> Files.isReadable(Path.of(delivery.path()));
            case UPLOADED -> Files.isReadable(uploaded(delivery));
            case SOURCE -> sources.isHere(run, delivery);
            case SENT -> true;
            // Extracted again they may be others: those that were extracted count.
            case RECORDS -> delivery.sha256() == null || !holder.living();
        };
        if (!isHere) {
            throw servers.elsewhere(
                            doing + " run " + run.id() + " here: its file",
                            holder,
                            "If it is lost for good, abandon the run and have the file sent again.")
                    .with("run", run.id());
        }
    }

    /** The owner is a process of a machine. */
    private static String hostOf(Run run) {
        String owner = run.owner();
        return owner.substring(owner.lastIndexOf(' ') + 1);
    }

    private Attempt attempt(Delivery delivery, DeliverySource source) {
        return delivery.listed().origin() == Deliveries.Origin.SENT
                ? new SentAttempt(source)
                : new ImportAttempt(source);
    }

    /** A process that is stopped keeps its locks until the database ends its sessions. */
    private <T> T inTransaction(Supplier<T> work) {
        return LockConflicts.retry()
                .call(() -> Objects.requireNonNull(stores.transactions().execute(status -> work.get())));
    }

    private void refuseSettled(Run run) {
        String by = run.imported().settledBy();
        if (by != null) {
            throw Refusal.conflict(
                            "RUN_SETTLED",
                            "Cannot resume run " + run.id() + ": run " + by
                                    + " has imported its file since. Nothing is left to do.")
                    .with("run", by);
        }

        Optional<Run> other = ofFile.underWay(run);
        if (other.isPresent()) {
            throw Refusal.busy(
                            "RUN_UNDER_WAY",
                            "Cannot resume run " + run.id() + ": run "
                                    + other.get().id() + " imports its file. Wait for it, or stop it.")
                    .with("run", other.get().id());
        }
    }

    private static void refusePruned(Run run) {
        if (!run.isWhole()) {
            throw Refusal.conflict(
                            "RUN_PRUNED",
                            "Cannot resume run " + run.id()
                                    + ": it ended so long ago that what it had done so far is not"
                                    + " kept any more. Reprocess or abandon it.")
                    .with("run", run.id());
        }
    }

    /**
     * What it would do to import the whole file of a run again: with the settings that its job file has now, or with its
     * own where it has none.
     *
     * @param override changes the settings of a run without a job file
     */
    Reprocessing plan(Run run, UnaryOperator<ImportSpec> override) {
        ImportSpec before = withSameList(run, json.readValue(run.spec(), ImportSpec.class));
        ImportSpec now = withSameList(run, now(run, override));
        List<SettingChange> changes =
                new ArrayList<>(SettingChange.between(json.valueToTree(before), json.valueToTree(now)));
        String report = run.report();
        if (report != null) {
            List<List<String>> inForce = rules
                    .of(directories.find(now.directory()).number())
                    .stream()
                    .map(IdentityRule::fields)
                    .toList();
            changes.addAll(SettingChange.between(
                    json.valueToTree(Map.of(
                            "identity-rules",
                            json.readValue(report, ImportReport.class).rules())),
                    json.valueToTree(Map.of("identity-rules", inForce))));
        }

        return new Reprocessing(run, now, changes);
    }

    private ImportSpec now(Run run, UnaryOperator<ImportSpec> override) {
        String automation = run.automation();
        if (automation == null) {
            return override.apply(json.readValue(run.spec(), ImportSpec.class));
        }

        ImportSpec now = present.now(run, json.readValue(run.spec(), ImportSpec.class));
        if (!override.apply(now).equals(now)) {
            throw Refusal.invalid(
                            "SETTINGS_OF_JOB_FILE",
                            "Cannot reprocess run " + run.id()
                                    + " with other settings: it takes those of the job file of " + automation
                                    + ". Change that file.")
                    .with("automation", automation);
        }

        return now;
    }

    /** Whether a later run has taken up the file of a run. */
    boolean isRepeated(Run run) {
        return ofFile.repeated(run).getLast() > run.number();
    }

    /** Imports the whole file of a run again, as a run of its own; asked again it answers with that run. */
    Entry again(Reprocessing planned, Force force, Actor actor) {
        Run run = planned.run();
        Delivery delivery = delivery(run);
        DeliverySource source = reprocessSource(run, delivery);
        return Objects.requireNonNull(stores.transactions().execute(status -> {
            // Of two that ask at the same moment, the second waits here and finds the run of the first.
            if (delivery.automation() != Deliveries.NO_AUTOMATION) {
                var ignored = automations.holder(delivery.automation());
            }

            List<Long> repeated = ofFile.repeated(run);
            var ignored = stores.runs().lock(repeated.getFirst());
            Run now = stores.runs().find(run.number()).orElseThrow();
            return answer(now)
                    .<Entry>map(Entry.Joined::new)
                    .orElseGet(() ->
                            new Entry.Own(enterAgain(now, planned, delivery, force, actor), attempt(delivery, source)));
        }));
    }

    /** The run that imports the file again already, or has done so and was not undone. */
    private Optional<Run> answer(Run run) {
        Optional<Run> settledBy = Optional.ofNullable(run.imported().settledBy())
                .flatMap(id ->
                        stores.ids().read(PublicId.RUN, id).stream().boxed().findFirst())
                .flatMap(stores.runs()::find)
                .filter(by -> by.imported().undoneBy() == null);
        return settledBy.or(() -> ofFile.repeated(run).stream()
                .filter(number -> number > run.number())
                .flatMap(number -> stores.runs().find(number).stream())
                .filter(other -> !other.status().isOver())
                .findFirst());
    }

    private Run enterAgain(Run run, Reprocessing planned, Delivery delivery, Force force, Actor actor) {
        Optional<Run> underWay = run.status().isOver() ? ofFile.underWay(run) : Optional.of(run);
        if (underWay.isPresent()) {
            throw Refusal.conflict(
                            "RUN_UNDER_WAY",
                            "Cannot reprocess run " + run.id() + ": "
                                    + (underWay.get().number() == run.number()
                                            ? "it is"
                                            : "run " + underWay.get().id() + " of the same file is")
                                    + " still running. Wait for it, or stop it.")
                    .with("run", underWay.get().id());
        }

        refuseOlder(run, "reprocess", force);
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

        Directory directory = directories.find(planned.spec().directory());
        checkList(directory, planned.spec());
        Run entered = enter(again, planned.spec(), directory, actor);
        hold(entered, again);
        ofFile.repeat(entered, run, json.writeValueAsString(planned.changes()));
        stores.runs().reprocessed(run, entered, actor);
        return stores.runs().find(entered.number()).orElseThrow();
    }

    /** The list that a run of the file made is the one its file goes into again. */
    private ImportSpec withSameList(Run run, ImportSpec spec) {
        return spec.list() instanceof ListTarget.NewPerRun
                ? ofFile.repeated(run).stream()
                        .flatMap(number -> stores.lists().byRun(number).stream())
                        .findFirst()
                        .map(list -> spec.into(new ListTarget.Existing(list.id())))
                        .orElse(spec)
                : spec;
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

    /** The file as a run of it has kept it, else where it is now: an earlier run may have archived it. */
    private DeliverySource reprocessSource(Run run, Delivery delivery) {
        List<Long> repeated = ofFile.repeated(run);
        DeliverySource source = source(
                run,
                repeated.stream()
                        .flatMap(number -> stores.runs().find(number).stream())
                        .map(this::delivery)
                        .filter(other -> other.disposal() == Disposal.ARCHIVED)
                        .findFirst()
                        .orElse(delivery));
        Optional<Path> kept = Stream.concat(Stream.of(run.number()), repeated.reversed().stream())
                .map(number -> spool(stores.ids().run(number)).resolve("input"))
                .filter(Files::isRegularFile)
                .findFirst();
        if (kept.isEmpty()) {
            refuseElsewhere("reprocess", run, delivery);
        }

        return kept.map(source::keptAt).orElse(source);
    }

    private DeliverySource source(Run run, Delivery delivery) {
        return switch (delivery.listed().origin()) {
            case LOCAL -> DeliverySource.local(Path.of(delivery.path()));
            case UPLOADED -> DeliverySource.local(uploaded(delivery));
            case SOURCE -> sources.of(run, delivery);
            case SENT -> {
                long sent = stores.ids()
                        .read(PublicId.SENT_IMPORT, delivery.path().replaceFirst("\\.csv$", ""))
                        .orElseThrow();
                yield DeliverySource.sent(
                        delivery.listed().size(), () -> stores.sent().content(sent));
            }
            case RECORDS -> DeliverySource.records();
        };
    }

    private Path uploaded(Delivery delivery) {
        String path = delivery.path();
        return new UploadFolder(spool).path(path.substring(0, path.indexOf('/')));
    }

    private Delivery delivery(Run run) {
        return stores.deliveries().find(run.imported().delivery()).orElseThrow();
    }

    @Override
    public void abandoned(Run run) {
        stores.deliveries().giveUp(run.imported().delivery());
        stores.sent().end(run.number());
        RunFolder.delete(spool(run.id()));
    }

    private Path spool(String run) {
        return spool.at(run);
    }

    /** An attempt at contacts that were sent, when it is their turn. */
    private final class SentAttempt extends ImportAttempt {

        private boolean hasPlace;

        SentAttempt(DeliverySource source) {
            super(source);
        }

        @Override
        public boolean begin(RunLease lease, Progress progress) {
            Optional<SentImports.Sent> sent = stores.sent().byRun(lease.run().number());
            stores.sent().begin(lease.run().number());
            while (!lease.stopRequested()) {
                hasPlace = sent.isPresent() && turns.take(sent.get());
                if (hasPlace || sent.isEmpty()) {
                    return super.begin(lease, progress);
                }

                progress.step("waiting");
                turns.await();
            }

            return false;
        }

        @Override
        public void close(Run run) {
            super.close(run);
            stores.sent().end(run.number());
            if (hasPlace) {
                turns.giveBack();
            }
        }
    }

    /** An attempt at an import whose file comes from that source. */
    private class ImportAttempt implements Attempt {

        private final DeliverySource source;
        private final @Nullable Sample sample;

        ImportAttempt(DeliverySource source) {
            this(source, null);
        }

        ImportAttempt(DeliverySource source, @Nullable Sample sample) {
            this.source = source;
            this.sample = sample;
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
                    spool.part(run.id()),
                    settings.pace(),
                    progress,
                    stores.ids(),
                    sample));
        }

        /** Nothing goes on with the runs that this one has settled. */
        @Override
        public void close(Run run) {
            ofFile.settledBy(run)
                    .forEach(settled -> RunFolder.delete(spool(stores.ids().run(settled))));
        }
    }
}
