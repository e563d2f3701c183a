package io.muster.dedup.undo;

import io.muster.dedup.KeyedContact;
import io.muster.directory.Lineage;
import io.muster.directory.Membership;
import io.muster.directory.Profile;
import io.muster.directory.StoredContact;
import io.muster.load.EventKind;
import io.muster.load.EventRows.Recorded;
import io.muster.load.JournalEntry;
import io.muster.load.ReplacedEvent;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the undo of a run does to one contact. */
sealed interface ContactVerdict {

    /** The run made it, and nobody has touched it since: it goes. */
    record Delete(KeyedContact now) implements ContactVerdict {}

    /**
     * It gets back what is still as the run left it.
     *
     * @param values its values from now on
     * @param membership its membership in the run's list from now on
     * @param listed whether the membership changes
     * @param events the events that go
     * @param replaced events that become as they were before the run replaced them
     */
    record Restore(
            JournalEntry entry,
            KeyedContact now,
            Profile values,
            @Nullable Membership membership,
            boolean listed,
            Set<Recorded> events,
            List<ReplacedEvent> replaced)
            implements ContactVerdict {

        /** Whether its row moves on. */
        boolean changesRow() {
            return changesValues()
                    || listed
                    || events.stream().anyMatch(event -> event.kind() == EventKind.TRANSACTION)
                    || replaced.stream().anyMatch(event -> event.kind() == EventKind.TRANSACTION);
        }

        boolean changesValues() {
            return !values.equals(now.profile());
        }

        boolean changesAnything() {
            return changesRow() || !events.isEmpty() || !replaced.isEmpty();
        }

        /**
         * Where its values come from, from now on: those that go back come again from where they came from before. Where it
         * is not known how the run left it, nothing goes back.
         */
        Lineage lineage() {
            StoredContact before = Objects.requireNonNull(entry.before());
            Lineage is = now.stored().lineage();
            JournalEntry.Left left = entry.left();
            if (left == null && now.version() != entry.versionLeft()) {
                return is;
            }

            Profile profile = left == null ? now.profile() : Objects.requireNonNull(left.profile());
            Lineage lineage = left == null ? is : left.lineage();
            return is.equals(lineage) && values.equals(before.profile())
                    ? before.lineage()
                    : Lineage.goneBack(
                            Lineage.State.of(before),
                            new Lineage.State(profile, lineage),
                            Lineage.State.of(now.stored()),
                            values);
        }

        Restore with(Profile other) {
            return new Restore(entry, now, other, membership, listed, events, replaced);
        }
    }

    /** It stays as it is. */
    record Leave() implements ContactVerdict {}
}
