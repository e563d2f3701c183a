package io.muster.frequency;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.frequency.EligibleTimes.Computed;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The times of a whole directory are read some at a time. */
class EligibleTimesDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final int DIRECTORY = 4_711;

    private final EligibleTimes times = new EligibleTimes(database.jdbc());
    private final Computed computed = new Computed(1, List.of(""), 0);

    /** With two gaps, over the borders of two readings. */
    private void store(List<Long> numbers) {
        SortedMap<Long, long[]> rows = new TreeMap<>();
        numbers.forEach(number -> rows.put(number, new long[] {number * 10}));
        new TimeRows(database.jdbc()).insert(DIRECTORY, 1, rows);
    }

    @Test
    void eachContactIsHandedOutOnceAndMemoryHoldsOnlySome() {
        List<Long> numbers = LongStream.range(0, 2 * NumberSpan.SIZE + 3L)
                .map(number -> number < 100 ? number : 3 * number)
                .boxed()
                .toList();
        store(numbers);
        List<Long> seen = new ArrayList<>();

        times.forEach(DIRECTORY, computed, (number, one) -> {
            assertThat(one).containsExactly(number * 10);
            seen.add(number);
        });

        assertThat(seen).isEqualTo(numbers);

        seen.clear();
        times.forEach(DIRECTORY, computed, (number, one) -> {
            if (seen.isEmpty()) {
                new TimeRows(database.jdbc()).remove(DIRECTORY, 1, numbers.subList(NumberSpan.SIZE, numbers.size()));
            }

            seen.add(number);
        });
        assertThat(seen).as("what was taken away meanwhile had not been read").hasSize(NumberSpan.SIZE);
    }
}
