package io.muster.segment.evaluate;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Segments that use each other in a circle, so that none can be evaluated first. */
public final class SegmentCycleException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Long> cycle;

    SegmentCycleException(List<Long> cycle) {
        super("Invalid segments: numbers " + chain(cycle) + " use each other in a circle");
        this.cycle = List.copyOf(cycle);
    }

    /** The numeric ids of the segments, each using the next, the last one using the first. */
    public List<Long> cycle() {
        return cycle;
    }

    private static String chain(List<Long> cycle) {
        return Stream.concat(cycle.stream(), cycle.stream().limit(1))
                .map(String::valueOf)
                .collect(Collectors.joining(" → "));
    }
}
