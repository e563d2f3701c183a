/**
 * Spring Batch wiring of the undo of imports, and the ledger of what was taken back. {@link io.muster.jobs.undo.UndoJob} is its
 * entry point; only {@code runs} starts it.
 */
@NullMarked
package io.muster.jobs.undo;

import org.jspecify.annotations.NullMarked;
