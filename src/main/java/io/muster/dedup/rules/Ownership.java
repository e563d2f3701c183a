package io.muster.dedup.rules;

import io.muster.directory.KeyOwner;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The state machine of one key: who owns it, and who else holds its value (its shadows). The first holder owns the key;
 * when it gives the key up, the oldest other holder owns it from then on. A key never has shadows without an owner. A run
 * that has taken a key ({@link KeyOwner}) owns it like a contact until the run itself gives it up.
 */
public final class Ownership {

    /** Contacts with a number by number, then new ones of a survey in file order. */
    public static final Comparator<Long> OLDEST_FIRST =
            Comparator.comparing((Long contact) -> contact < 0).thenComparingLong(Math::abs);

    private Ownership() {}

    /** What gaining the value of a key means for a contact. */
    public enum Gain {
        /** Nobody owned the key: the contact owns it now. */
        OWNS,
        /** The contact owns it already. */
        HAS,
        /** Another owns it: the contact becomes a possible duplicate. */
        SHADOWS,
        /** Another contact owns it, and the key may have one holder only. */
        REFUSED,
        /** A run has taken it, and the key may have one holder only: nothing can be said before the run has ended. */
        BUSY
    }

    /** The contacts that hold a key's value beside its owner. */
    public interface Shadows {

        /** Whether the contact is one of them. */
        boolean have(long contact);

        /** The oldest of them that is none of these; {@link KeyOwner#NOBODY} when there is no other. */
        long oldestBut(Set<Long> leaving);
    }

    /**
     * A key after a move.
     *
     * @param owner the owner from now on; the owner in the way when the move is refused
     * @param shadowed contacts that become shadows
     * @param unshadowed contacts that are no shadows any more, if they were
     * @param refused whether the key may have one holder only and would have had two: nothing may change then
     */
    public record Next(long owner, SortedSet<Long> shadowed, SortedSet<Long> unshadowed, boolean refused) {}

    /** What it means for a contact to gain the value of a key with this owner. Allocates nothing. */
    public static Gain gain(long owner, long contact, boolean exclusive) {
        if (owner == KeyOwner.NOBODY) {
            return Gain.OWNS;
        }

        if (owner == contact) {
            return Gain.HAS;
        }

        return !exclusive ? Gain.SHADOWS : KeyOwner.isRun(owner) ? Gain.BUSY : Gain.REFUSED;
    }

    /** Who of those that join owns a key that nobody owns. */
    public static long firstOwner(KeyMove move) {
        return move.joining().contains(move.preferred())
                ? move.preferred()
                : move.joining().getFirst();
    }

    /**
     * The key after a move.
     *
     * @param exclusive whether the key may have one holder only
     */
    public static Next next(long owner, Shadows shadows, KeyMove move, boolean exclusive) {
        if (owner == KeyOwner.NOBODY && move.joining().isEmpty()) {
            return new Next(KeyOwner.NOBODY, nobody(), nobody(), false);
        }

        boolean leaves = move.leaving().contains(owner);
        long from = owner == KeyOwner.NOBODY ? firstOwner(move) : owner;
        if (exclusive && !leaves && move.joining().stream().anyMatch(contact -> isRefused(from, contact))) {
            return new Next(from, nobody(), nobody(), true);
        }

        long to = nextOwner(from, leaves, shadows, move);
        NavigableSet<Long> shadowed = nobody();
        move.joining().stream()
                .filter(contact -> gain(to, contact, false) == Gain.SHADOWS)
                .forEach(shadowed::add);
        SortedSet<Long> unshadowed = nobody();
        unshadowed.addAll(move.leaving());
        if (to != from) {
            unshadowed.add(to);
            if (!leaves) {
                shadowed.add(from);
            }
        }

        return new Next(to, shadowed, unshadowed, false);
    }

    private static boolean isRefused(long owner, long contact) {
        Gain gain = gain(owner, contact, true);
        return gain == Gain.REFUSED || gain == Gain.BUSY;
    }

    private static long nextOwner(long owner, boolean leaves, Shadows shadows, KeyMove move) {
        long preferred = move.preferred();
        boolean yields = leaves || move.yielding().contains(owner);
        if (preferred != KeyOwner.NOBODY && preferred != owner && yields && holds(preferred, shadows, move)) {
            return preferred;
        }

        return leaves ? oldestHolder(shadows, move) : owner;
    }

    private static boolean holds(long contact, Shadows shadows, KeyMove move) {
        return move.joining().contains(contact) || (!move.leaving().contains(contact) && shadows.have(contact));
    }

    private static long oldestHolder(Shadows shadows, KeyMove move) {
        long oldest = shadows.oldestBut(move.leaving());
        if (move.joining().isEmpty()) {
            return oldest;
        }

        long joining = move.joining().getFirst();
        return oldest == KeyOwner.NOBODY || OLDEST_FIRST.compare(joining, oldest) < 0 ? joining : oldest;
    }

    private static NavigableSet<Long> nobody() {
        return new TreeSet<>(OLDEST_FIRST);
    }
}
