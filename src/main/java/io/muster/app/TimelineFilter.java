package io.muster.app;

import org.jspecify.annotations.Nullable;

/**
 * What is wanted of a timeline.
 *
 * @param type touchpoint, transaction, merge, segment or response; null for all
 * @param channel only touchpoints of this channel; null for all
 */
public record TimelineFilter(
        @Nullable String type, @Nullable String channel) {

    /** Everything. */
    public static final TimelineFilter ALL = new TimelineFilter(null, null);

    boolean wants(String one) {
        return (type == null || type.equals(one)) && (channel == null || one.equals("touchpoint"));
    }
}
