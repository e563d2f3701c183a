package io.muster.segment.evaluate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** The order in which segments are evaluated. */
public final class SegmentOrder {

    private SegmentOrder() {}

    /** A segment whose used segments are being visited. */
    private record Visit(long segment, Iterator<Long> rest) {}

    /**
     * The segments so that each comes behind those it uses; else in ascending order.
     *
     * @param uses per segment the segments it uses; those that are no key are left out
     * @throws SegmentCycleException when there is none
     */
    public static List<Long> of(Map<Long, ? extends Set<Long>> uses) {
        Set<Long> done = new LinkedHashSet<>();
        for (long segment : new TreeSet<>(uses.keySet())) {
            visit(segment, uses, done);
        }

        return List.copyOf(done);
    }

    private static void visit(long start, Map<Long, ? extends Set<Long>> uses, Set<Long> done) {
        Deque<Visit> path = new ArrayDeque<>();
        Set<Long> onPath = new HashSet<>();
        enter(start, uses, path, onPath, done);
        while (!path.isEmpty()) {
            Visit top = path.peek();
            if (top.rest.hasNext()) {
                long next = top.rest.next();
                if (onPath.contains(next)) {
                    throw new SegmentCycleException(cycle(next, path));
                }

                enter(next, uses, path, onPath, done);
            } else {
                path.pop();
                onPath.remove(top.segment);
                done.add(top.segment);
            }
        }
    }

    private static void enter(
            long segment, Map<Long, ? extends Set<Long>> uses, Deque<Visit> path, Set<Long> onPath, Set<Long> done) {
        if (!done.contains(segment) && uses.containsKey(segment)) {
            onPath.add(segment);
            path.push(new Visit(segment, new TreeSet<>(Objects.requireNonNull(uses.get(segment))).iterator()));
        }
    }

    private static List<Long> cycle(long first, Deque<Visit> path) {
        List<Long> cycle = new ArrayList<>();
        for (Visit visit : path) {
            cycle.addFirst(visit.segment);
            if (visit.segment == first) {
                break;
            }
        }

        return cycle;
    }
}
