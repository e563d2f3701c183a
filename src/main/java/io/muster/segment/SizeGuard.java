package io.muster.segment;

import io.muster.support.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * From which jump in size on a new version of a segment is held back instead of being published. A first version and the
 * first one of a changed definition are never held.
 *
 * @param share greatest change, up or down, as a share of the members before; null when nothing is ever held
 * @param over a change of so many members or fewer is never held: small segments jump for no reason
 */
public record SizeGuard(@Nullable Double share, long over) {

    private static final double USUAL_SHARE = 0.5;
    private static final long USUAL_OVER = 20;
    private static final double GREATEST_SHARE = 1_000;

    /** Refuses what makes no sense. */
    public SizeGuard {
        if (share != null && !(share > 0 && share <= GREATEST_SHARE)) {
            throw Refusal.invalid(
                    "INVALID_GUARD",
                    "Cannot use the guard: its share must be above 0 % and at most 100,000 %."
                            + " Write one such as 50%, or off.");
        }

        if (over < 0) {
            throw Refusal.invalid(
                    "INVALID_GUARD",
                    "Cannot use the guard: it cannot pass a change of " + over
                            + " members over. Write a number such as 20.");
        }
    }

    /** Half up or down, and more than 20 members. */
    public static SizeGuard usual() {
        return new SizeGuard(USUAL_SHARE, USUAL_OVER);
    }

    /** Whether the step from so many members to so many is a jump. */
    public boolean holds(long before, long after) {
        long change = Math.abs(after - before);
        return share != null && change > over && change > share * before;
    }
}
