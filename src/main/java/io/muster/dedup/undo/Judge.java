package io.muster.dedup.undo;

import io.muster.dedup.KeyedContact;
import io.muster.dedup.merge.LaterMerges;
import io.muster.dedup.undo.ContactVerdict.Delete;
import io.muster.dedup.undo.ContactVerdict.Leave;
import io.muster.dedup.undo.ContactVerdict.Restore;
import io.muster.dedup.undo.Kept.Part;
import io.muster.directory.Membership;
import io.muster.directory.Profile;
import io.muster.load.EventKey;
import io.muster.load.EventKind;
import io.muster.load.EventRows.Recorded;
import io.muster.load.JournalEntry;
import io.muster.load.ReplacedEvent;
import io.muster.support.Ids;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Decides, contact by contact, what the undo of a run does; pure. */
final class Judge {

    private static final String CHANGED = "changed since the run";

    private final int directory;
    private final long run;
    private final int list;
    private final Ids ids;
    private final Set<Kept.Thing> earlier;
    private final Consumer<Kept> kept;

    /** A contact as it is now, with what hangs on it and the later merge that it took part in. */
    record Present(@Nullable KeyedContact contact, HangingRows.Of hanging, LaterMerges.@Nullable Part merge) {}

    /**
     * @param run the undone run
     * @param list the list that its contacts joined; 0 for none
     * @param earlier values that later rounds of the run changed and that were kept when those were taken back
     * @param kept told of what the run changed and what does not become as it was before
     */
    Judge(int directory, long run, int list, Ids ids, Set<Kept.Thing> earlier, Consumer<Kept> kept) {
        this.directory = directory;
        this.run = run;
        this.list = list;
        this.ids = ids;
        this.earlier = earlier;
        this.kept = kept;
    }

    ContactVerdict judge(JournalEntry entry, Present present) {
        if (present.merge() != null) {
            return leave(entry.number(), merged(present.merge()));
        }

        KeyedContact now = present.contact();
        if (now == null) {
            // A contact of the run that is gone is as before.
            return entry.before() == null
                    ? new Leave()
                    : leave(
                            entry.number(),
                            entry.deletes()
                                    ? "put back by an earlier undo, and deleted since"
                                    : "deleted since the run");
        }

        return entry.before() == null
                ? made(entry, now, present.hanging())
                : restore(entry, entry.before().profile(), now, present.hanging());
    }

    private Leave leave(long number, String reason) {
        kept.accept(Kept.contact(number, reason));
        return new Leave();
    }

    private String merged(LaterMerges.Part merge) {
        return "merged into %s by %s since the run; take that merge back first"
                .formatted(ids.contact(directory, merge.survivor()), ids.merge(merge.merge()));
    }

    private ContactVerdict made(JournalEntry entry, KeyedContact now, HangingRows.Of hanging) {
        Optional<String> touched = touched(entry, now, hanging);
        return touched.isPresent() ? leave(entry.number(), touched.get()) : new Delete(now);
    }

    /** Why a contact that the run made is not deleted: something would go that the run did not bring. */
    private Optional<String> touched(JournalEntry entry, KeyedContact now, HangingRows.Of hanging) {
        JournalEntry.Left left = entry.left();
        boolean same = now.version() == entry.versionLeft() || (left != null && left.isStill(now.profile()));
        if (!same || !now.aliases().isEmpty()) {
            return Optional.of(CHANGED);
        }

        boolean joined = hanging.lists().entrySet().stream()
                .anyMatch(member -> member.getKey() != list
                        || !entry.joined()
                        || (left != null && !member.getValue().equals(left.list())));
        if (joined) {
            return Optional.of("its lists have changed since the run");
        }

        boolean brought =
                hanging.responses().isEmpty() && hanging.events().stream().allMatch(event -> event.run() == run);
        return brought
                ? Optional.empty()
                : Optional.of("it has transactions, touchpoints or responses that the run did not bring");
    }

    private Restore restore(JournalEntry entry, Profile before, KeyedContact now, HangingRows.Of hanging) {
        JournalEntry.Left left = entry.left();
        boolean untouched = now.version() == entry.versionLeft();
        Profile after = left != null ? left.profile() : untouched ? now.profile() : null;
        Profile values = Restoring.profile(before, after, now.profile());
        @Nullable Set<String> changed = after == null ? null : Restoring.differences(before, after);
        for (String name : Restoring.differences(before, values)) {
            if (changed == null || changed.contains(name) || earlier.contains(new Kept.Thing(entry.number(), name))) {
                keep(entry, Part.VALUE, name, CHANGED);
            }
        }

        Membership member = hanging.in(list);
        Membership membership = member;
        if (entry.joined()) {
            Membership joined = left != null ? left.list() : untouched ? member : null;
            membership = Restoring.membership(entry.listBefore(), joined, member);
            if (!Objects.equals(membership, entry.listBefore())) {
                keep(entry, Part.LIST, "list " + ids.list(list), CHANGED);
            }
        }

        return new Restore(
                entry,
                now,
                values,
                membership,
                !Objects.equals(membership, member),
                events(entry, hanging),
                replaced(entry, hanging));
    }

    /** The events that the run recorded and nobody has changed since. */
    private Set<Recorded> events(JournalEntry entry, HangingRows.Of hanging) {
        Map<EventKind, List<EventKey>> brought =
                Map.of(EventKind.TRANSACTION, entry.transactions(), EventKind.TOUCHPOINT, entry.touchpoints());
        Set<Recorded> gone = new HashSet<>();
        for (Recorded event : hanging.events()) {
            if (Objects.requireNonNull(brought.get(event.kind())).contains(event.key())) {
                if (event.run() == run) {
                    gone.add(event);
                } else {
                    keepEvent(entry, event, hanging);
                }
            }
        }

        return gone;
    }

    /** The events that the run replaced and nobody has replaced since: they become as they were. */
    private List<ReplacedEvent> replaced(JournalEntry entry, HangingRows.Of hanging) {
        List<ReplacedEvent> back = new ArrayList<>(0);
        for (ReplacedEvent replaced : entry.replaced()) {
            for (Recorded event : hanging.events()) {
                if (event.kind() == replaced.kind()
                        && event.key().equals(replaced.before().key())) {
                    if (event.run() == run) {
                        back.add(replaced);
                    } else {
                        keepEvent(entry, event, hanging);
                    }
                }
            }
        }

        return back;
    }

    private void keepEvent(JournalEntry entry, Recorded event, HangingRows.Of hanging) {
        long before = hanging.events().stream()
                .filter(other -> other.kind() == event.kind()
                        && other.happenedAt() == event.happenedAt()
                        && other.key().compareTo(event.key()) < 0)
                .count();
        kept.accept(Kept.event(entry.number(), event.kind().word(), event.happenedAt(), before, CHANGED));
    }

    private void keep(JournalEntry entry, Part part, String field, String reason) {
        kept.accept(new Kept(entry.number(), part, field, reason));
    }
}
