/**
 * What waits for a person: failed and late files, notifications that do not arrive, segments that were held back.
 * {@link io.muster.automation.attention.Attention} is its entry point.
 */
@NullMarked
package io.muster.automation.attention;

import org.jspecify.annotations.NullMarked;
