package io.muster.frequency;

import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The next eligible times for intercepts that {@link FrequencyUpkeep} keeps. Whoever reads several contacts does so in one
 * snapshot, as a new computation replaces all of them at once. A contact without times is held back by nothing.
 */
public final class EligibleTimes {

    private static final String COMPUTED = """
        SELECT generation, reader_epoch, computed_with, surveys, computed_at
        FROM frequency_computed
        WHERE directory_id = :directory AND generation > 0
        """;

    private static final String TIMES = """
        SELECT number, times
        FROM frequency_time
        WHERE directory_id = :directory AND generation = :generation AND number BETWEEN :first AND :last
        ORDER BY number
        """;

    private static final String SOME_TIMES = """
        SELECT number, times
        FROM frequency_time
        WHERE directory_id = :directory AND generation = :generation AND number >= :first
        ORDER BY number
        LIMIT :most
        """;

    /** Contacts that are read at once. */
    private static final int AT_ONCE = NumberSpan.SIZE;

    private static final String TIMES_OF = """
        SELECT number, times
        FROM frequency_time
        WHERE directory_id = :directory AND generation = :generation AND number IN (:numbers)
        """;

    private final JdbcClient jdbc;

    /**
     * A computation that is in force.
     *
     * @param generation which one
     * @param surveys what each time is for: an empty text for all surveys, then those with rules of their own, folded
     * @param computedAt when all of it was last computed, epoch milliseconds
     */
    public record Computed(long generation, List<String> surveys, long computedAt) {

        /** Copies the list. */
        public Computed {
            surveys = List.copyOf(surveys);
        }
    }

    /** Takes the times of contacts. */
    public interface Sink {

        /**
         * Takes those of one.
         *
         * @param times epoch milliseconds, {@link io.muster.frequency.rules.FrequencyRules#ALWAYS} or
         *     {@link io.muster.frequency.rules.FrequencyRules#NEVER}, in the order of the surveys
         */
        void take(long number, long[] times);
    }

    /** A computation with what it was made of. */
    record Standing(Computed computed, int readerEpoch, String computedWith) {}

    /** Reads that database. */
    public EligibleTimes(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The computation in force; empty when no rule of the directory limits intercepts, or nothing was computed yet. */
    public Optional<Computed> computed(int directory) {
        return standing(directory).map(Standing::computed);
    }

    Optional<Standing> standing(int directory) {
        return jdbc.sql(COMPUTED)
                .param("directory", directory)
                .query((row, index) -> standing(row))
                .optional();
    }

    static Standing standing(ResultSet row) throws SQLException {
        return new Standing(
                new Computed(
                        row.getLong("generation"),
                        JsonMapper.shared().readValue(row.getString("surveys"), new TypeReference<List<String>>() {}),
                        row.getLong("computed_at")),
                row.getInt("reader_epoch"),
                row.getString("computed_with"));
    }

    /** Hands out the times of all contacts in number order, some at a time, so that memory stays small. */
    public void forEach(int directory, Computed computed, Sink sink) {
        OptionalLong last = OptionalLong.of(-1);
        while (last.isPresent()) {
            last = some(directory, computed, last.getAsLong() + 1, sink);
        }
    }

    /** The number of the last one; empty when there are no more. */
    private OptionalLong some(int directory, Computed computed, long first, Sink sink) {
        List<Long> numbers = new ArrayList<>();
        jdbc.sql(SOME_TIMES)
                .param("directory", directory)
                .param("generation", computed.generation())
                .param("first", first)
                .param("most", AT_ONCE)
                .query(row -> {
                    numbers.add(hand(row, computed, sink));
                });
        return numbers.size() < AT_ONCE ? OptionalLong.empty() : OptionalLong.of(numbers.getLast());
    }

    /** Hands out the times of contacts from one number to another, both included, in number order: of a block. */
    public void forEach(int directory, Computed computed, long first, long last, Sink sink) {
        jdbc.sql(TIMES)
                .param("directory", directory)
                .param("generation", computed.generation())
                .param("first", first)
                .param("last", last)
                .query(row -> {
                    hand(row, computed, sink);
                });
    }

    private static long hand(ResultSet row, Computed computed, Sink sink) throws SQLException {
        long number = row.getLong(1);
        sink.take(number, unpack(row.getBytes(2), computed.surveys().size()));
        return number;
    }

    /** Hands out the times of some contacts, in any order. */
    public void forSome(int directory, Computed computed, Collection<Long> numbers, Sink sink) {
        jdbc.sql(TIMES_OF)
                .param("directory", directory)
                .param("generation", computed.generation())
                .param("numbers", numbers)
                .query(row -> {
                    sink.take(
                            row.getLong(1),
                            unpack(row.getBytes(2), computed.surveys().size()));
                });
    }

    static byte[] pack(long[] times) {
        ByteBuffer bytes = ByteBuffer.allocate(times.length * Long.BYTES);
        for (long time : times) {
            bytes.putLong(time);
        }

        return bytes.array();
    }

    private static long[] unpack(byte[] bytes, int slots) {
        if (bytes.length != slots * Long.BYTES) {
            throw new IllegalStateException("Times of %s bytes for %d surveys".formatted(bytes.length, slots));
        }

        long[] times = new long[slots];
        ByteBuffer.wrap(bytes).asLongBuffer().get(times);
        return times;
    }

    /** Whether two contacts' times are the same. */
    static boolean same(long[] some, long[] others) {
        return Arrays.equals(some, others);
    }
}
