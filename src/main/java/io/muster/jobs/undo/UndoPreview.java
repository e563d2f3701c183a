package io.muster.jobs.undo;

import io.muster.dedup.LockRetry;
import io.muster.dedup.undo.Kept;
import io.muster.directory.MailingList;
import io.muster.jobs.Run;
import io.muster.load.JournalReader.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an undo would do: the same work in transactions that are rolled back. Blocks of one round have no contact and no key in
 * common, so each is looked at by itself. One transaction goes through all blocks where the import needed several rounds, and
 * where it deleted contacts: other blocks may have recorded what these let go.
 */
public final class UndoPreview {

    private final UndoStores stores;

    /**
     * What an undo would do.
     *
     * @param kept what would not be as it was before the import
     */
    public record Findings(UndoReport report, List<Kept> kept) {}

    /** Looks at imports in these stores. */
    public UndoPreview(UndoStores stores) {
        this.stores = stores;
    }

    /** What the undo of an import would do now. */
    public Findings of(Run undone) {
        List<Long> givenUp =
                stores.undosUpTo(stores.ledger().undoneBy(undone.number()).orElse(null));
        UndoWork work = new UndoWork(stores, undone, stores.ledger().preview(), givenUp);
        return new Preview(work).look(undone);
    }

    private final class Preview {

        private final UndoWork work;
        private final LockRetry transactions = new LockRetry(stores.transactions());
        private final @Nullable MailingList list;
        private long deleted;
        private long restored;
        private long membersLeaving;
        private final List<Kept> kept = new ArrayList<>();

        Preview(UndoWork work) {
            this.work = work;
            this.list = work.madeList().orElse(null);
        }

        Findings look(Run undone) {
            List<Place> places = work.places();
            boolean apart = places.getFirst().round() == places.getLast().round()
                    && undone.imported().counts().takenAway().deleted() == 0;
            List<List<Place>> portions = apart ? places.stream().map(List::of).toList() : List.of(places);
            portions.forEach(this::look);
            if (list != null) {
                Optional<Kept> stays = work.inUse(list);
                stays.ifPresent(kept::add);
                if (stays.isEmpty() && work.members(list) > membersLeaving) {
                    kept.add(UndoWork.withMembers(list));
                }
            }

            return new Findings(new UndoReport(undone.id(), deleted, restored, kept.size()), List.copyOf(kept));
        }

        private void look(List<Place> places) {
            Seen seen = transactions.inTransaction(status -> {
                status.setRollbackOnly();
                long members = members();
                for (Place place : places) {
                    work.undo(place, work.read(place));
                }

                return new Seen(work.report(), work.kept(), members - members());
            });
            deleted += seen.report().deleted();
            restored += seen.report().restored();
            membersLeaving += seen.membersLeaving();
            kept.addAll(seen.kept());
        }

        private long members() {
            return list == null ? 0 : work.members(list);
        }
    }

    private record Seen(UndoReport report, List<Kept> kept, long membersLeaving) {}
}
