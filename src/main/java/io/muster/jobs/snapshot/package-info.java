/**
 * The job that publishes snapshots: the table of a directory's contacts, then each of its projects with that table. What a
 * snapshot holds is decided in {@link io.muster.snapshot.build}.
 */
@NullMarked
package io.muster.jobs.snapshot;

import org.jspecify.annotations.NullMarked;
