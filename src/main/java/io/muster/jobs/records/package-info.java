/**
 * Records that this installation has itself, for workflows that read them: contacts of a directory, a list or a segment, and
 * who may be contacted. Its entry point is {@link io.muster.jobs.records.InsideRecords}.
 */
@NullMarked
package io.muster.jobs.records;

import org.jspecify.annotations.NullMarked;
