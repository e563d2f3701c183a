package io.muster.segment.condition;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a condition names.
 *
 * @param segments numeric ids of segments
 * @param lists numeric ids of mailing lists
 */
public record Used(SortedSet<Long> segments, SortedSet<Integer> lists) {

    /** Copies the sets. */
    public Used {
        segments = Collections.unmodifiableSortedSet(new TreeSet<>(segments));
        lists = Collections.unmodifiableSortedSet(new TreeSet<>(lists));
    }
}
