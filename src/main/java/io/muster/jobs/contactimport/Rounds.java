package io.muster.jobs.contactimport;

import io.muster.directory.store.EmbeddedNames;
import io.muster.load.LoadTask;
import io.muster.load.SideFile;
import io.muster.support.Refusal;
import java.util.BitSet;
import java.util.List;

/**
 * Decides what an import does next. A round is one survey and its load. The first surveys the whole file; another
 * follows while rows are open, because they lost a race against another writer or their side file was lost.
 *
 * <p>Everything is read from the ledger each time and nothing is remembered, so a resumed run decides as the interrupted
 * one would have. Ask {@link #next()} first, then {@link #survey} or {@link #load()} for the work that it named.
 */
final class Rounds {

    /** More rounds than this cannot be explained by races alone. */
    private static final int MOST_ROUNDS = 100;

    private final ImportWork work;
    private final ImportStores stores;
    private final SurveyLedger surveys;

    /** What an import does next. */
    enum Next {
        SURVEY,
        LOAD,
        SETTLE
    }

    /** The blocks of a sealed survey that are not loaded yet. */
    record Load(LoadTask task, SideFile sideFile, int blocks, BitSet open) {}

    Rounds(ImportWork work, ImportStores stores) {
        this.work = work;
        this.stores = stores;
        this.surveys = stores.surveys();
    }

    Next next() {
        List<SurveyLedger.Sealed> sealed = surveys.sealed(run());
        if (sealed.isEmpty()) {
            return Next.SURVEY;
        }

        SurveyLedger.Sealed last = sealed.getLast();
        if (!openBlocks(last).isEmpty() && isLoadable(last)) {
            return Next.LOAD;
        }

        long open = rowsRead() - surveys.counts(run()).total();
        if (open <= 0) {
            return Next.SETTLE;
        }

        if (sealed.size() >= MOST_ROUNDS) {
            throw Refusal.failed("Cannot finish " + work.where() + ": after " + MOST_ROUNDS + " rounds " + open
                    + " rows still conflict with changes by others. Stop what writes to the same contacts, then resume"
                    + " the run.");
        }

        return Next.SURVEY;
    }

    /** Blocks made under other rules, by an older version, or in a file that was lost are surveyed again instead. */
    private boolean isLoadable(SurveyLedger.Sealed sealed) {
        return sealed.firstTransaction() > 0
                && sealed.rules().equals(work.ruleIds())
                && work.sideFile(sealed.round()).isIntact(sealed.sideLength(), sealed.sideChecksum());
    }

    private BitSet openBlocks(SurveyLedger.Sealed sealed) {
        BitSet open = new BitSet();
        open.set(0, sealed.blocks());
        open.andNot(surveys.doneBlocks(run(), sealed.round()));
        return open;
    }

    /** The survey that comes next. */
    SurveyTask survey(EmbeddedNames names) {
        List<SurveyLedger.Sealed> sealed = surveys.sealed(run());
        return sealed.isEmpty()
                ? SurveyTask.of(work, 0, null, names)
                : SurveyTask.of(work, sealed.getLast().round() + 1, surveys.openRows(run(), rowsRead()), names);
    }

    /** The load of the last survey. */
    Load load() {
        SurveyLedger.Sealed sealed = surveys.sealed(run()).getLast();
        LoadTask task = new LoadTask(
                run(),
                work.lease().run().id(),
                sealed.round(),
                work.lease().epoch(),
                work.directory().number(),
                new RunList(work, stores.lists()).number(),
                sealed.firstNumber(),
                sealed.firstTransaction(),
                work.eventSource(),
                work.ruleIds(),
                work.lease().run().moment());
        return new Load(task, work.sideFile(sealed.round()), sealed.blocks(), openBlocks(sealed));
    }

    private long rowsRead() {
        return stores.runs().find(run()).orElseThrow().imported().read();
    }

    private long run() {
        return work.lease().run().number();
    }
}
