package io.muster.directory.changes;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/** What changed of a contact. */
public enum ChangeKind {
    /** Its row: a field, embedded data, its opt-out, or the time of its last change. A new contact has this kind too. */
    VALUES(0),
    /** What it is recognised by: a key it holds or owns, or an alias. Values may be as they were. */
    KEYS(1),
    /** A membership: joined, left, opted out of a list or back in, or embedded data of the membership. */
    LISTS(2),
    /** A touchpoint was added, moved to another contact, or taken away. */
    TOUCHPOINTS(3),
    /** A transaction was added, moved to another contact, or taken away. */
    TRANSACTIONS(4),
    /** The contact was deleted or merged into another one. All that it had is gone with it; no other kind is recorded. */
    GONE(5),
    /** A next eligible time was computed anew; nothing that a person or a file wrote has changed with it. */
    ELIGIBILITY(6),
    /**
     * A response was added, moved to another contact, or taken away. One that came without a token and a valid signature is
     * not recorded when it is added, so that nothing starts from it.
     */
    RESPONSES(7);

    /** Never change the bit of a kind: it is stored. */
    private final int bit;

    ChangeKind(int bit) {
        this.bit = bit;
    }

    /** The kinds as a bit mask, as it is stored. */
    static int mask(Collection<ChangeKind> kinds) {
        int mask = 0;
        for (ChangeKind kind : kinds) {
            mask |= 1 << kind.bit;
        }

        return mask;
    }

    /** The kinds of a stored mask. */
    static Set<ChangeKind> of(int mask) {
        EnumSet<ChangeKind> kinds = EnumSet.noneOf(ChangeKind.class);
        for (ChangeKind kind : values()) {
            if ((mask >> kind.bit & 1) != 0) {
                kinds.add(kind);
            }
        }

        return kinds;
    }
}
