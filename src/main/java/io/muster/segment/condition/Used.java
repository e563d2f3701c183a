package io.muster.segment.condition;

import java.util.Collections;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * What a condition names.
 *
 * @param segments numeric ids of segments
 * @param lists numeric ids of mailing lists
 */
public record Used(NavigableSet<Long> segments, NavigableSet<Integer> lists) {

    /** Copies the sets. */
    public Used {
        segments = Collections.unmodifiableNavigableSet(new TreeSet<>(segments));
        lists = Collections.unmodifiableNavigableSet(new TreeSet<>(lists));
    }
}
