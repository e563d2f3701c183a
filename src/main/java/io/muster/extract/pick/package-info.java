/**
 * Values picked from JSON by JSONPath. {@link io.muster.extract.pick.JsonDocument} and {@link io.muster.extract.pick.JsonPick} are
 * its entry points; it depends on {@code io.muster.support} only.
 */
@NullMarked
package io.muster.extract.pick;

import org.jspecify.annotations.NullMarked;
