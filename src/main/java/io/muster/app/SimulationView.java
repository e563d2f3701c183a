package io.muster.app;

import org.jspecify.annotations.Nullable;

/**
 * Whom changed rules would hold back, in this order of keys.
 *
 * @param among the id of the segment or list whose members are counted; null for all contacts
 * @param survey the survey asked about; null for none
 * @param contacts contacts counted
 * @param cappedBefore held back by the rules as they are
 * @param cappedAfter held back by the changed rules
 * @param newlyCapped held back after, not before
 * @param noLongerCapped held back before, not after
 */
public record SimulationView(
        @Nullable String among,
        @Nullable String survey,
        long contacts,
        long cappedBefore,
        long cappedAfter,
        long newlyCapped,
        long noLongerCapped) {}
