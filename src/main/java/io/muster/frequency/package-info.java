/**
 * Contact frequency of the directories: their rules, who may be contacted when, reservations, and the next eligible times
 * that snapshots hold. Start with {@link io.muster.frequency.FrequencyConfiguration}; it uses {@code segment} for members,
 * the stores of {@code directory}, and the pure rules of {@link io.muster.frequency.rules}.
 */
@NullMarked
package io.muster.frequency;

import org.jspecify.annotations.NullMarked;
