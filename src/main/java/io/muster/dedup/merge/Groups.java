package io.muster.dedup.merge;

import java.util.Arrays;
import java.util.List;

/** Groups of duplicates: numbers in one array, so that millions of them fit. */
final class Groups {

    private final int[] ends;
    private final long[] numbers;

    /**
     * @param ends where each group ends, behind a leading 0
     * @param numbers the members, group after group
     */
    Groups(int[] ends, long[] numbers) {
        this.ends = ends;
        this.numbers = numbers;
        for (int group = 0; group < size(); group++) {
            Arrays.sort(numbers, ends[group], ends[group + 1]);
        }
    }

    int size() {
        return ends.length - 1;
    }

    int members(int group) {
        return ends[group + 1] - ends[group];
    }

    /** The members, lowest number first. */
    List<Long> numbers(int group) {
        return Arrays.stream(numbers, ends[group], ends[group + 1]).boxed().toList();
    }
}
