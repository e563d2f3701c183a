/**
 * Tells people and systems how runs ended, by email and webhook, at least once, through an outbox table.
 * {@link io.muster.automation.notify.Notifications} is the way in; it depends on job files and the database only.
 */
@NullMarked
package io.muster.automation.notify;

import org.jspecify.annotations.NullMarked;
