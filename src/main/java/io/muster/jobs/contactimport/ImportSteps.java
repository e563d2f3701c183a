package io.muster.jobs.contactimport;

import io.muster.directory.MailingList;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.RunLedger;
import io.muster.load.BlockFile;
import io.muster.load.LoadTask;
import io.muster.load.OutcomeCounts;
import io.muster.load.WriteLog;
import io.muster.support.Refusal;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The decisions between the steps of one import: what is to be surveyed, when a survey is sealed, what is to be loaded,
 * and whether rows are left. What is done is read from the ledger each time, never remembered.
 */
final class ImportSteps {

    /** Rounds after which something other than races must be wrong. */
    private static final int MOST_ROUNDS = 100;

    private final ImportWork work;
    private final ImportStores stores;
    private final SurveyLedger surveys;
    private final JsonMapper json;
    private @Nullable Survey survey;
    private boolean again;

    ImportSteps(ImportWork work, ImportStores stores, JsonMapper json) {
        this.work = work;
        this.stores = stores;
        this.surveys = stores.surveys();
        this.json = json;
    }

    /** Opens the survey that is needed next; null when a sealed one can be loaded. */
    @Nullable
    Survey openSurvey() {
        List<SurveyLedger.Sealed> sealed = surveys.sealed(run());
        if (sealed.isEmpty()) {
            return open(0, null);
        }

        SurveyLedger.Sealed last = sealed.getLast();
        if (!again && isLoadable(last)) {
            return null;
        }

        BitSet rows = surveys.openRows(run(), rowsRead());
        again = false;
        return rows.isEmpty() ? null : open(last.round() + 1, rows);
    }

    private Survey open(int round, @Nullable BitSet wanted) {
        stores.transactions().executeWithoutResult(ignored -> {
            surveys.fence(work.lease());
            stores.rejects().forget(run(), round);
        });
        Survey opened = new Survey(work, round, listNumber(), wanted, stores.names(), stores.views());
        survey = opened;
        return opened;
    }

    /** The survey under way; null when none is. */
    @Nullable
    Survey survey() {
        return survey;
    }

    private boolean isLoadable(SurveyLedger.Sealed sealed) {
        return sealed.rules().equals(work.ruleIds())
                && BlockFile.isIntact(work.sideFile(sealed.round()), sealed.sideLength(), sealed.sideChecksum());
    }

    /** Checks the limits of what was surveyed and seals it, or ends a dry run with its forecast. */
    void seal() {
        Survey done = survey;
        if (done == null) {
            return;
        }

        try {
            seal(done);
        } finally {
            closeSurvey();
        }
    }

    private void seal(Survey done) {
        SurveyResult result = done.result();
        if (done.round() == 0) {
            // Before the limits are checked: whoever is told of too many rejects wants to look at them.
            runs().report(run(), epoch(), json.writeValueAsString(ImportReport.of(done, work, repeatedContent())));
            new ImportGuard(work, stores).check(result);
        }

        if (work.spec().dryRun()) {
            runs().progress(run(), epoch(), result.rowsRead(), result.resolved().forecast());
            return;
        }

        registerNames(done);
        makeList();
        WriteLog.Finished side =
                done.log().finish(done.resolver().plan(work.pace().blockSize()));
        if (done.round() == 0) {
            runs().progress(run(), epoch(), result.rowsRead(), result.resolved().decided());
        }

        surveys.seal(
                work.lease(),
                done.round(),
                work.directory().number(),
                work.ruleIds(),
                side,
                result,
                stores.clock().millis());
    }

    /** An export that did not move on is worth a look. */
    private List<String> repeatedContent() {
        Delivery delivery = stores.deliveries().find(work.delivery().id()).orElseThrow();
        String sha256 = delivery.sha256();
        if (sha256 == null || delivery.automation() == Deliveries.NO_AUTOMATION) {
            return List.of();
        }

        return stores.deliveries().sameContent(delivery, HexFormat.of().parseHex(sha256)).stream()
                .map(earlier -> "The file has the same content as " + earlier.path() + ", which was imported before.")
                .toList();
    }

    private void registerNames(Survey done) {
        List<String> names = done.plan().newNames();
        if (names.isEmpty()) {
            return;
        }

        var registered = stores.names().register(work.directory().number(), names);
        for (String name : names) {
            if (!registered.of(name).equals(name)) {
                throw Refusal.failed(
                        "Cannot load " + work.where() + ": another import has just brought the embedded data '"
                                + registered.of(name) + "', spelled otherwise here. Resume the run.");
            }
        }
    }

    /** The list to be loaded into; 0 for none. */
    int listNumber() {
        return switch (work.spec().list()) {
            case ListTarget.None ignored -> 0;
            case ListTarget.Existing existing ->
                stores.lists().find(work.directory().number(), existing.list()).number();
            case ListTarget.NewPerRun ignored ->
                stores.lists().byRun(run()).map(MailingList::number).orElse(0);
        };
    }

    private void makeList() {
        if (work.spec().list() instanceof ListTarget.NewPerRun made) {
            String name = ListNames.fill(made.name(), work);
            stores.lists().ofRun(work.directory().number(), name, run());
        }
    }

    /** What is to be loaded now; empty after a dry run. */
    Optional<Load> load() {
        if (work.spec().dryRun()) {
            return Optional.empty();
        }

        SurveyLedger.Sealed sealed = surveys.sealed(run()).getLast();
        if (!isLoadable(sealed)) {
            return Optional.empty();
        }

        LoadTask task = new LoadTask(
                run(),
                sealed.round(),
                epoch(),
                work.directory().number(),
                listNumber(),
                sealed.firstNumber(),
                work.ruleIds(),
                work.lease().run().asOf());
        BitSet open = new BitSet();
        open.set(0, sealed.blocks());
        open.andNot(surveys.doneBlocks(run(), sealed.round()));
        return Optional.of(new Load(task, sealed.blocks(), open));
    }

    /** Blocks of a sealed survey that are not in the ledger. */
    record Load(LoadTask task, int blocks, BitSet open) {}

    /** Whether rows lost a race and are to be surveyed again. */
    boolean isAnotherRoundDue() {
        if (work.spec().dryRun() || surveys.counts(run()).total() >= rowsRead()) {
            return false;
        }

        if (surveys.sealed(run()).size() >= MOST_ROUNDS) {
            throw Refusal.failed("Cannot finish " + work.where() + ": after " + MOST_ROUNDS + " rounds "
                    + surveys.openRows(run(), rowsRead()).cardinality()
                    + " rows still met changes by others. Stop what writes to the same contacts, then resume the run.");
        }

        again = true;
        return true;
    }

    /** Final outcomes so far. */
    OutcomeCounts counts() {
        return surveys.counts(run());
    }

    long rowsRead() {
        return runs().find(run()).orElseThrow().read();
    }

    void closeSurvey() {
        Survey open = survey;
        survey = null;
        if (open != null) {
            open.close();
        }
    }

    private RunLedger runs() {
        return stores.runs();
    }

    private long run() {
        return work.lease().run().number();
    }

    private int epoch() {
        return work.lease().epoch();
    }
}
