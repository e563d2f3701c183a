package io.muster.load;

import java.util.List;

/**
 * A key that changes hands or is held by several contacts. Contacts are given as references: a number of at least 1
 * for a contact that exists, {@code -1 - n} for the n-th new contact of the survey.
 *
 * @param key the key
 * @param ownerBefore the owner that the survey found; 0 for none
 * @param shadowsBefore the other holders that the survey found, ascending
 * @param owner the owner from now on; 0 for none
 * @param shadows the other holders from now on
 * @param met everybody who held the key in between: their rows depend on one another and stay together
 */
public record KeyChange(
        ClaimKey key, long ownerBefore, List<Long> shadowsBefore, long owner, List<Long> shadows, List<Long> met) {

    /** Copies what it is given. */
    public KeyChange {
        shadowsBefore = List.copyOf(shadowsBefore);
        shadows = List.copyOf(shadows);
        met = List.copyOf(met);
    }
}
