package io.muster.load;

import io.muster.directory.IdentityKey;
import io.muster.directory.Lineage;
import io.muster.directory.Profile;
import io.muster.directory.StoredContact;
import io.muster.directory.changes.ChangeKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that one run does to one contact: the rows of the file folded into what is written.
 *
 * @param ref the contact: its number when it exists, {@code -1 - n} for the n-th new contact of the survey
 * @param before the contact as the survey read it; null for a new contact
 * @param after the contact's values from now on
 * @param lineage where its values come from, from now on
 * @param rows the rows behind it, in file order
 * @param claims keys that nobody held when the survey looked
 * @param contentKey the key of a contact that no rule can recognise, which stays with it
 * @param list what happens to its membership in the run's list
 * @param transactions transactions recorded or replaced for it
 * @param touchpoints touchpoints recorded or replaced for it
 * @param deletes whether the contact is deleted with all that hangs on it; one that the run itself would have made is
 *     then not made at all
 */
public record NetWrite(
        long ref,
        @Nullable StoredContact before,
        Profile after,
        Lineage lineage,
        List<RowOutcome> rows,
        List<IdentityKey> claims,
        @Nullable IdentityKey contentKey,
        @Nullable ListChange list,
        List<EventWrite> transactions,
        List<EventWrite> touchpoints,
        boolean deletes) {

    /** Whether later rows took back what earlier ones did: the contact stays as it was, only its rows are counted. */
    public boolean changesNothing() {
        if (deletes) {
            return before == null;
        }

        return !changesContact() && !movesLineageAlone() && touchpoints.isEmpty();
    }

    /** Whether the contact's own row moves on; touchpoints alone leave it as it is. */
    public boolean changesContact() {
        return deletes
                || before == null
                || !before.profile().equals(after)
                || list != null
                || !transactions.isEmpty()
                || !claims.isEmpty();
    }

    /** Whether rows only confirmed what was known: the contact stays as it was, but who said so, and as of when, moves on. */
    public boolean movesLineageAlone() {
        return before != null && !changesContact() && !before.lineage().equals(lineage);
    }

    /** Its transactions or its touchpoints. */
    List<EventWrite> events(EventKind kind) {
        return switch (kind) {
            case TRANSACTION -> transactions;
            case TOUCHPOINT -> touchpoints;
        };
    }

    /** What it changes of the contact; its keys also change where a {@link KeyChange} says so. */
    Set<ChangeKind> kinds() {
        EnumSet<ChangeKind> kinds = EnumSet.noneOf(ChangeKind.class);
        if (deletes) {
            include(kinds, before != null, ChangeKind.GONE);
            return kinds;
        }

        include(kinds, changesContact(), ChangeKind.VALUES);
        include(kinds, !claims.isEmpty(), ChangeKind.KEYS);
        include(kinds, list != null, ChangeKind.LISTS);
        include(kinds, !transactions.isEmpty(), ChangeKind.TRANSACTIONS);
        include(kinds, !touchpoints.isEmpty(), ChangeKind.TOUCHPOINTS);
        return kinds;
    }

    private static void include(Set<ChangeKind> kinds, boolean changed, ChangeKind kind) {
        if (changed) {
            kinds.add(kind);
        }
    }

    /** Whether the contact is new. */
    public boolean creates() {
        return before == null;
    }
}
