/**
 * Existing duplicates: finding the groups that rules connect, making each one contact, journalling and undoing that,
 * keeping contacts apart, and giving every contact its key under a new rule. Entry points are
 * {@link io.muster.dedup.merge.Duplicates} and {@link io.muster.dedup.merge.Rekey}.
 */
@NullMarked
package io.muster.dedup.merge;

import org.jspecify.annotations.NullMarked;
