/**
 * JSON events in the database: the addresses of their jobs, and each event with what became of it.
 * {@link io.muster.jobs.event.JsonEvents} and {@link io.muster.jobs.event.EventJobs} are its entry points.
 */
@NullMarked
package io.muster.jobs.event;

import org.jspecify.annotations.NullMarked;
