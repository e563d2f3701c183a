package io.muster.dedup.resolve;

import io.muster.load.EventWrite;
import org.jspecify.annotations.Nullable;

/**
 * A transaction or touchpoint that a row has recorded.
 *
 * @param write what is written
 * @param earlier what an earlier row of the file would have had written instead; null for none
 */
record Recording(EventWrite write, @Nullable EventWrite earlier) {}
