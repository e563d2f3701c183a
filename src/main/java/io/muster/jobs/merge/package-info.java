/**
 * Spring Batch wiring of work on existing contacts: the merge of duplicates and the re-key. What is done is done, so an
 * attempt that was cut off is begun anew; only {@code runs} starts jobs.
 */
@NullMarked
package io.muster.jobs.merge;

import org.jspecify.annotations.NullMarked;
