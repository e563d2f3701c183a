package io.muster.load;

import java.util.BitSet;

/**
 * What a committed block did.
 *
 * @param rows how many rows had which outcome
 * @param deferred rows that lost a race against another writer and have to be resolved again
 */
public record BlockResult(OutcomeCounts rows, BitSet deferred) {}
