/**
 * Spring Batch wiring of work on existing contacts: the merge of duplicates and the re-key. What is done is done, so a
 * job that was cut off is simply started anew; only {@code operator} starts jobs.
 */
@NullMarked
package io.muster.jobs.merge;

import org.jspecify.annotations.NullMarked;
