package io.muster.jobs.undo;

import io.muster.dedup.undo.Kept;
import io.muster.dedup.undo.RunUndo;
import io.muster.dedup.undo.UndoneBlock;
import io.muster.directory.Actor;
import io.muster.directory.MailingList;
import io.muster.directory.store.AuditSubject;
import io.muster.jobs.Run;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.load.ContactImage;
import io.muster.load.JournalBlock;
import io.muster.load.JournalEntry;
import io.muster.load.JournalReader;
import io.muster.load.JournalReader.Place;
import io.muster.support.Refusal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.transaction.TransactionStatus;

/**
 * Takes one import back: its blocks in reverse order, then the list that it made. Transactions are the caller's; each of its
 * methods that write does so within one, with the ledger of the undo.
 */
final class UndoWork {

    private static final int AT_A_TIME = 1_000;
    private static final Actor ACTOR = Actor.system("undo of an import");

    private final UndoStores stores;
    private final UndoLedger ledger;
    private final JournalReader journal;
    private final RunUndo undos;
    private final Run undone;
    private final long undo;
    private final List<Long> givenUp;
    private final List<Place> places;

    /**
     * @param undone the import
     * @param undo the numeric id of the undo
     * @param givenUp the undos of the import before it, which were given up
     */
    UndoWork(UndoStores stores, Run undone, long undo, List<Long> givenUp) {
        this.stores = stores;
        this.ledger = stores.ledger();
        this.journal = new JournalReader(stores.jdbc());
        this.undos = new RunUndo(stores.jdbc(), stores.clock(), stores.ids());
        this.undone = undone;
        this.undo = undo;
        this.givenUp = List.copyOf(givenUp);
        this.places = journal.blocks(undone.number()).reversed();
    }

    /** All blocks, in the order in which they are taken back. */
    List<Place> places() {
        return places;
    }

    /** What a block of the import did. */
    JournalBlock read(Place place) {
        return journal.read(undone.number(), place);
    }

    /** Takes a block back. */
    void undo(Place place, JournalBlock block) {
        boolean again = place.round() < places.getFirst().round();
        Set<Kept.Thing> earlier = again ? forgetJudged(block) : Set.of();
        int list = block.list().orElseGet(this::listOfSpec);
        UndoneBlock done = undos.undo(
                undone.directory(), undone.number(), list, block.putBack(putBackBefore(place, block)), earlier);
        ledger.enter(undo, place, done);
    }

    /** The deleted contacts of a block that an earlier undo has put back: whoever of them is gone was deleted since. */
    private Set<Long> putBackBefore(Place place, JournalBlock block) {
        Set<Long> putBack = new HashSet<>();
        for (long earlier : block.deleted().isEmpty() ? List.<Long>of() : givenUp) {
            if (ledger.done(earlier).contains(place)) {
                Set<Long> kept = ledger.keptContacts(earlier);
                block.deleted().stream()
                        .map(ContactImage::number)
                        .filter(number -> !kept.contains(number))
                        .forEach(putBack::add);
            }
        }

        return putBack;
    }

    /**
     * Contacts that a later round changed too are judged by what they were before the earlier one.
     *
     * @return the values that were kept of them
     */
    private Set<Kept.Thing> forgetJudged(JournalBlock block) {
        Set<Kept.Thing> values = new HashSet<>();
        List<JournalEntry> judged =
                block.entries().stream().filter(JournalEntry::changesAnything).toList();
        for (int from = 0; from < judged.size(); from += AT_A_TIME) {
            List<JournalEntry> part = judged.subList(from, Math.min(judged.size(), from + AT_A_TIME));
            values.addAll(ledger.forget(undo, numbers(part), Kept.Part.VALUE));
            ledger.forget(undo, numbers(part), Kept.Part.CONTACT);
            ledger.forget(
                    undo, numbers(part.stream().filter(JournalEntry::joined).toList()), Kept.Part.LIST);
        }

        return values;
    }

    private static List<Long> numbers(List<JournalEntry> entries) {
        return entries.stream().map(JournalEntry::number).toList();
    }

    /** The list of a run whose journal is older than the column that names it; 0 for none, or one that is gone. */
    private int listOfSpec() {
        Optional<MailingList> made = stores.lists().byRun(undone.number());
        ListTarget target =
                stores.json().readValue(undone.spec(), ImportSpec.class).list();
        if (made.isPresent() || !(target instanceof ListTarget.Existing existing)) {
            return made.map(MailingList::number).orElse(0);
        }

        try {
            return stores.lists().find(undone.directory(), existing.list()).number();
        } catch (Refusal gone) {
            return 0;
        }
    }

    /** The list that the import made, if it is there. */
    Optional<MailingList> madeList() {
        return stores.lists().byRun(undone.number());
    }

    /** How many members a list has now. */
    long members(MailingList list) {
        return stores.lists().size(list).members();
    }

    /** Why a list that the import made cannot go, apart from its members. */
    Optional<Kept> inUse(MailingList list) {
        return stores.uses().of(list).map(use -> kept(list, use.reason()));
    }

    /** A list that has members when all blocks were taken back. */
    static Kept withMembers(MailingList list) {
        return kept(list, "it has members that stay");
    }

    private static Kept kept(MailingList list, String reason) {
        return new Kept(0, Kept.Part.LIST, "list " + list.id(), reason);
    }

    /**
     * Deletes the list that the import made, unless somebody else needs it.
     *
     * @return why it stays
     */
    Optional<Kept> deleteList(TransactionStatus status) {
        MailingList list = madeList().orElse(null);
        if (list == null || !stores.lists().lock(list)) {
            return Optional.empty();
        }

        Optional<Kept> inUse = inUse(list);
        if (inUse.isPresent()) {
            return inUse;
        }

        if (stores.lists().delete(list) > 0) {
            status.setRollbackOnly();
            return Optional.of(withMembers(list));
        }

        stores.audit()
                .enter(
                        ACTOR,
                        "list.delete",
                        AuditSubject.of(list),
                        Map.of("name", list.name(), "run", stores.ids().run(undo)));
        return Optional.empty();
    }

    void keep(Kept kept) {
        ledger.keep(undo, kept);
    }

    UndoReport report() {
        UndoLedger.Counts counts = ledger.counts(undo);
        return new UndoReport(undone.id(), counts.deleted(), counts.restored(), counts.kept());
    }

    List<Kept> kept() {
        return ledger.kept(undo);
    }

    Set<Place> done() {
        return ledger.done(undo);
    }
}
