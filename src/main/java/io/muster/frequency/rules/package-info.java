/**
 * The rules of contact frequency as plain values: who may be contacted again, and when. Its entry point is
 * {@link io.muster.frequency.rules.FrequencyRules}; it uses {@code support} only and reads no database.
 */
@NullMarked
package io.muster.frequency.rules;

import org.jspecify.annotations.NullMarked;
