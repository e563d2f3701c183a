package io.muster.segment.evaluate;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** The order in which segments are evaluated. */
@SuppressWarnings("DoNotCallSuggester")
public final class SegmentOrder {

    private SegmentOrder() {}

    /**
     * The segments so that each comes behind those it uses; else in ascending order.
     *
     * @param uses per segment the segments it uses; those that are no key are left out
     * @throws SegmentCycleException when there is none
     */
    public static List<Long> of(Map<Long, ? extends Set<Long>> uses) {
        throw new UnsupportedOperationException();
    }
}
