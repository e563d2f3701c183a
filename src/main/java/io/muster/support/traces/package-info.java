/**
 * Spans of what is observed, sent over OTLP where an address for them is set. Work observes itself with Micrometer's
 * {@code ObservationRegistry} and knows nothing of it; without the setting, no class of it is loaded.
 */
@NullMarked
package io.muster.support.traces;

import org.jspecify.annotations.NullMarked;
