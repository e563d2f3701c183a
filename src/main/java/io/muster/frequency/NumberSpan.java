package io.muster.frequency;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * Contact numbers that are worked on together: all from one to another, or some of these. They lie within one block of
 * members.
 *
 * @param first the lowest
 * @param last the greatest
 * @param only those meant; empty for all
 */
record NumberSpan(long first, long last, List<Long> only) {

    /** Numbers that are worked on together; a part of a block of members. */
    static final int SIZE = 1 << 14;

    /** From this many on, passing over others costs less than naming each. */
    private static final int NAMED = 1_000;

    private static final String RANGE = "%s BETWEEN :first AND :last";
    private static final String SOME = "%s IN (:numbers)";

    /** Copies the numbers. */
    NumberSpan {
        only = List.copyOf(only);
    }

    /** All numbers of a block of {@link #SIZE}. */
    static NumberSpan block(long block) {
        return new NumberSpan(block * SIZE, (block + 1) * SIZE - 1, List.of());
    }

    /** Some numbers of a block of {@link #SIZE}, at least one. */
    static NumberSpan some(Collection<Long> numbers) {
        List<Long> sorted = numbers.stream().sorted().toList();
        return new NumberSpan(sorted.getFirst(), sorted.getLast(), sorted.size() > NAMED ? List.of() : sorted);
    }

    /** A statement with the condition on each of the columns, in turn, where it says {@code %s}. */
    String sql(String statement, String... columns) {
        return statement.formatted(Arrays.stream(columns)
                .map((only.isEmpty() ? RANGE : SOME)::formatted)
                .toArray());
    }

    /** Sets the parameters of the condition. */
    StatementSpec bind(StatementSpec statement) {
        return only.isEmpty() ? statement.param("first", first).param("last", last) : statement.param("numbers", only);
    }
}
