/**
 * What comes back from pages and other systems: displays, clicks, responses, and touchpoints that were made elsewhere. Each
 * is recorded once, however often it is sent, and waits in a durable spool while the database is away.
 * {@link io.muster.intake.Intake} is its entry point.
 */
@NullMarked
package io.muster.intake;

import org.jspecify.annotations.NullMarked;
