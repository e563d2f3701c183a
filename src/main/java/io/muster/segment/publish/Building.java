package io.muster.segment.publish;

import org.jspecify.annotations.Nullable;

/**
 * A segment whose next version is being built.
 *
 * @param segment its numeric id
 * @param revision the definition it is built with
 * @param base the version that was published when the building began; null when none was
 * @param publication the numeric id of the switch that is planned
 */
public record Building(long segment, int revision, @Nullable Long base, long publication) {}
