/**
 * JSON events as automations: what their job files say, how they are taken, and how they are applied.
 * {@link io.muster.automation.events.EventIntake} and {@link io.muster.automation.events.EventWorker} are its entry points.
 */
@NullMarked
package io.muster.automation.events;

import org.jspecify.annotations.NullMarked;
