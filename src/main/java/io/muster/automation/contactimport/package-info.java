/**
 * Runs contact import automations: looks at the source, takes new files oldest first, one run each, and disposes of
 * them afterwards. {@link io.muster.automation.contactimport.ContactImportRuns} is its entry point.
 */
@NullMarked
package io.muster.automation.contactimport;

import org.jspecify.annotations.NullMarked;
