package io.muster.frequency;

import io.muster.segment.members.PublishedBlocks;
import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** Goes through the contacts of a population, block by block of {@link NumberSpan#SIZE} numbers, in one snapshot. */
final class Candidates {

    private static final String RANGE =
            "SELECT COALESCE(MIN(number), 0), COALESCE(MAX(number), -1) FROM contact WHERE directory_id = :directory";

    private static final String LIST_BLOCKS = """
        SELECT DISTINCT number DIV %d
        FROM list_member
        WHERE directory_id = :directory AND list_id = :list
        ORDER BY 1
        """.formatted(NumberSpan.SIZE);

    private static final String CONTACTS = """
        SELECT number, ext_ref, unsubscribed
        FROM contact
        WHERE directory_id = :directory AND %s
        ORDER BY number
        """;

    private static final String MEMBERS = """
        SELECT c.number, c.ext_ref, c.unsubscribed + m.unsubscribed
        FROM list_member m
        JOIN contact c ON c.directory_id = m.directory_id AND c.number = m.number
        WHERE m.directory_id = :directory AND m.list_id = :list AND %s
        ORDER BY m.number
        """;

    // MySQL's driver then hands out rows one by one instead of keeping the whole result.
    private static final int ROW_BY_ROW = Integer.MIN_VALUE;

    private final int directory;
    private final Population population;
    private final @Nullable PublishedBlocks members;

    /**
     * A contact that is asked about.
     *
     * @param reference its external reference; null for none
     * @param optedOut of the directory, or of the list that is asked about
     */
    record Candidate(long number, @Nullable String reference, boolean optedOut) {}

    private Candidates(int directory, Population population, @Nullable PublishedBlocks members) {
        this.directory = directory;
        this.population = population;
        this.members = members;
    }

    /** Those of a population, as a snapshot shows them. */
    static Candidates of(JdbcClient snapshot, int directory, Population population) {
        if (!(population instanceof Population.OfSegment of)) {
            return new Candidates(directory, population, null);
        }

        PublishedBlocks members =
                PublishedBlocks.of(snapshot, directory, List.of(of.segment().number()));
        if (members.versions().isEmpty()) {
            throw Refusal.conflict(
                    "NEVER_REBUILT",
                    "Cannot ask about the members of the segment "
                            + of.segment().called() + ": it was never rebuilt. Rebuild it first.");
        }

        return new Candidates(directory, population, members);
    }

    /** The blocks in which there may be some. */
    List<Long> blocks(JdbcClient snapshot) {
        return switch (population) {
            case Population.One one -> List.of(one.number() / NumberSpan.SIZE);
            case Population.Everybody all ->
                snapshot.sql(RANGE)
                        .param("directory", directory)
                        .query((row, index) -> range(row.getLong(1), row.getLong(2)))
                        .single();
            case Population.OnList on ->
                snapshot.sql(LIST_BLOCKS)
                        .param("directory", directory)
                        .param("list", on.list().number())
                        .query(Long.class)
                        .list();
            case Population.OfSegment of -> {
                long parts = PublishedBlocks.NUMBERS / NumberSpan.SIZE;
                yield members(of).blocks(snapshot, of.segment().number()).stream()
                        .flatMap(block -> LongStream.range(block * parts, (block + 1) * parts)
                                .boxed())
                        .toList();
            }
        };
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first / NumberSpan.SIZE, Math.floorDiv(last, NumberSpan.SIZE))
                .boxed()
                .toList();
    }

    private PublishedBlocks members(Population.OfSegment of) {
        if (members == null) {
            throw new IllegalStateException("No members of " + of.segment().called());
        }

        return members;
    }

    /** Those of a block, in number order. */
    List<Candidate> of(JdbcClient snapshot, long block) {
        NumberSpan span = NumberSpan.block(block);
        return switch (population) {
            case Population.Everybody all -> contacts(snapshot, span);
            case Population.One one -> contacts(snapshot, NumberSpan.some(List.of(one.number())));
            case Population.OnList on ->
                read(span.bind(snapshot.sql(span.sql(MEMBERS, "m.number"))
                        .param("list", on.list().number())));
            case Population.OfSegment of -> {
                List<Long> numbers = numbers(snapshot, of, span);
                if (numbers.isEmpty()) {
                    yield List.of();
                }

                List<Candidate> found = contacts(snapshot, NumberSpan.some(numbers));
                RoaringBitmap wanted = new RoaringBitmap();
                numbers.forEach(number -> wanted.add((int) (number - span.first())));
                yield found.stream()
                        .filter(one -> wanted.contains((int) (one.number() - span.first())))
                        .toList();
            }
        };
    }

    private List<Long> numbers(JdbcClient snapshot, Population.OfSegment of, NumberSpan span) {
        int block = (int) (span.first() / PublishedBlocks.NUMBERS);
        long base = (long) block * PublishedBlocks.NUMBERS;
        RoaringBitmap all = members(of).members(snapshot, of.segment().number(), block);
        List<Long> numbers = new ArrayList<>();
        PeekableIntIterator positions = all.getIntIterator();
        positions.advanceIfNeeded((int) (span.first() - base));
        while (positions.hasNext() && positions.peekNext() <= span.last() - base) {
            numbers.add(base + positions.next());
        }

        return numbers;
    }

    private List<Candidate> contacts(JdbcClient snapshot, NumberSpan span) {
        return read(span.bind(snapshot.sql(span.sql(CONTACTS, "number"))));
    }

    private List<Candidate> read(StatementSpec statement) {
        List<Candidate> candidates = new ArrayList<>();
        statement.withFetchSize(ROW_BY_ROW).param("directory", directory).query(row -> {
            candidates.add(new Candidate(row.getLong(1), row.getString(2), row.getInt(3) != 0));
        });
        return candidates;
    }
}
