package io.muster.segment.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.segment.condition.Condition;
import io.muster.segment.condition.Conditions;
import io.muster.segment.condition.ContactTest;
import io.muster.segment.condition.ParsedCondition;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.roaringbitmap.RoaringBitmap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Random conditions over random contacts: the pass answers as the naive evaluation does, contact by contact, for all of a
 * directory, for some contacts, and when it explains one. {@code -Dmuster.segment.seeds=1000} tries more seeds.
 */
class PassDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final List<String> ZONES = List.of("UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia");
    private static final List<String> MOMENTS = List.of(
            "2026-11-22T08:15:30.500Z",
            "2026-11-22T08:15:30.500Z",
            "2026-10-25T00:30:00Z",
            "2026-03-29T01:00:00Z",
            "2024-02-29T23:59:59.999Z");
    private static final long PUBLISHED = 1_000;
    private static final long UNKNOWN = 1_001;

    /** A contact that was deleted and left its events behind. */
    private static final long GONE = 98_765;

    static IntStream seeds() {
        return IntStream.rangeClosed(1, Integer.getInteger("muster.segment.seeds", 12));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void answersAsTheNaiveEvaluationDoes(int seed) throws SQLException {
        // Of few segments the pass can leave more unread.
        new Try(seed, seed % 3 == 0 ? 3 : 60, false).run();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("largeSeeds")
    void answersAlikeForManyContactsAndEvents(int seed) throws SQLException {
        new Try(seed, 8, true).run();
    }

    static IntStream largeSeeds() {
        return IntStream.rangeClosed(1, Math.ceilDiv(Integer.getInteger("muster.segment.seeds", 12), 40))
                .map(seed -> -seed);
    }

    /** One random directory with random segments. */
    private static final class Try {

        private final int seed;
        private final Random random;
        private final ZoneId zone;
        private final Instant asOf;
        private final RandomValues values;
        private final LiveDirectory directory;
        private final Map<Long, LiveContact> contacts = new TreeMap<>();
        private final SequencedMap<Long, String> texts = new LinkedHashMap<>();
        private final SequencedMap<Long, Condition<ContactTest>> segments = new LinkedHashMap<>();
        private final Set<Long> published = new TreeSet<>();
        private final Pass pass;
        private final boolean large;

        Try(int seed, int segmentCount, boolean large) {
            this.seed = seed;
            this.large = large;
            random = new Random(20_261_122L + 7_919L * seed);
            zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
            asOf = Instant.parse(MOMENTS.get(random.nextInt(MOMENTS.size())));
            values = new RandomValues(random, zone, asOf);
            directory = new LiveDirectory(database, 10_000 + seed);
            for (long number : large ? manyNumbers() : numbers()) {
                contacts.put(number, values.contact(number, directory));
                if (number % 3 == 0) {
                    published.add(number);
                }
            }

            for (long segment = segmentCount; segment > 0; segment--) {
                // They use those of lower numbers, which come behind them.
                List<Long> others = new ArrayList<>(List.of(PUBLISHED, UNKNOWN));
                for (long other = 1; other < segment; other++) {
                    others.add(other);
                }

                String text = new RandomConditions(random, values, others).condition((int) segment % 5);
                texts.put(segment, text);
                segments.put(segment, condition(text));
            }

            pass = Pass.compile(
                    new Setup(
                            directory.number(),
                            zone,
                            asOf,
                            (connection, segment, block) -> publishedOf(segment, block)),
                    segments);
        }

        void run() throws SQLException {
            directory.write(List.copyOf(contacts.values()));
            strangers();
            Map<Long, Set<Long>> expected = expected();
            Map<Long, Set<Long>> found = new HashMap<>();
            try (Connection connection = database.dataSource().getConnection()) {
                pass.evaluate(connection, 0, 4, block -> collect(block, found));
                compare(found, expected, contacts.keySet());
                Set<Long> some = some();
                found.clear();
                pass.evaluateOnly(connection, byBlock(some), block -> collect(block, found));
                some.retainAll(contacts.keySet());
                compare(found, expected, some);
                explain(connection, expected);
            }
        }

        /** What belongs to another directory, or to nobody, is none of ours. */
        private void strangers() throws SQLException {
            LiveDirectory other = new LiveDirectory(database, 20_000 + seed);
            other.write(List.of(
                    values.contact(1, directory), values.contact(65, directory), values.contact(99_999, directory)));
            directory.write(List.of(values.contact(GONE, directory), values.contact(300_000, directory)));
            database.jdbc()
                    .sql("DELETE FROM contact WHERE directory_id = ? AND number IN (?, 300000)")
                    .param(directory.number())
                    .param(GONE)
                    .update();
        }

        private Map<Long, Set<Long>> expected() {
            Map<Long, JsonNode> trees = new HashMap<>();
            texts.forEach(
                    (segment, text) -> trees.put(segment, JsonMapper.shared().readTree(text)));
            NaiveEvaluation naive = new NaiveEvaluation(zone, asOf, trees, Map.of(PUBLISHED, published));
            Map<Long, Set<Long>> expected = new HashMap<>();
            trees.forEach((segment, tree) -> {
                Set<Long> members = new TreeSet<>();
                contacts.forEach((number, contact) -> {
                    if (naive.holds(tree, contact)) {
                        members.add(number);
                    }
                });
                expected.put(segment, members);
            });
            return expected;
        }

        private void compare(Map<Long, Set<Long>> found, Map<Long, Set<Long>> expected, Set<Long> asked) {
            assertThat(found.get(0L)).as("contacts of seed %d", seed).isEqualTo(new TreeSet<>(asked));
            expected.forEach((segment, members) -> {
                Set<Long> some = new TreeSet<>(members);
                some.retainAll(asked);
                assertThat(found.get(segment)).as(story(segment)).isEqualTo(some);
            });
        }

        private void explain(Connection connection, Map<Long, Set<Long>> expected) throws SQLException {
            List<Long> numbers = List.copyOf(contacts.keySet());
            for (int i = 0; i < 5; i++) {
                long number = numbers.get(random.nextInt(numbers.size()));
                long segment = 1L + random.nextInt(segments.size());
                assertThat(pass.explain(connection, segment, number, TestDatabase.IDS)
                                .map(Explanation::holds))
                        .as("explanation of %d, %s", number, story(segment))
                        .isEqualTo(Optional.of(
                                Objects.requireNonNull(expected.get(segment)).contains(number)));
            }

            assertThat(pass.explain(connection, 1, GONE, TestDatabase.IDS)).isEmpty();
        }

        private String story(long segment) {
            return "seed %d, segment %d in %s at %s: %s".formatted(seed, segment, zone, asOf, texts.get(segment));
        }

        private Set<Long> some() {
            Set<Long> some = new TreeSet<>(List.of(GONE, 131_070L, 300_000L));
            contacts.keySet().stream()
                    .filter(ignored -> random.nextInt(10) < (large ? 9 : 2))
                    .forEach(some::add);
            return some;
        }

        private static SortedMap<Integer, RoaringBitmap> byBlock(Set<Long> numbers) {
            SortedMap<Integer, RoaringBitmap> blocks = new TreeMap<>();
            numbers.forEach(number -> blocks.computeIfAbsent((int) (number >>> 16), ignored -> new RoaringBitmap())
                    .add((int) (number & 0xFFFF)));
            return blocks;
        }

        private static void collect(BlockMembers block, Map<Long, Set<Long>> found) {
            long first = (long) block.block() << 16;
            add(block.contacts(), first, found, 0);
            block.members().forEach((segment, members) -> add(members, first, found, segment));
        }

        private static void add(RoaringBitmap positions, long first, Map<Long, Set<Long>> found, long segment) {
            Set<Long> numbers = found.computeIfAbsent(segment, ignored -> new TreeSet<>());
            positions.forEach((int position) -> numbers.add(first + position));
        }

        private @Nullable RoaringBitmap publishedOf(long segment, int block) {
            return segment == PUBLISHED ? byBlock(published).get(block) : null;
        }

        private static Condition<ContactTest> condition(String text) {
            return switch (Conditions.parse(text, TestDatabase.IDS)) {
                case ParsedCondition.Good good -> {
                    assertThat(Conditions.parse(Conditions.json(good.condition(), TestDatabase.IDS), TestDatabase.IDS))
                            .isEqualTo(good);
                    yield good.condition();
                }
                case ParsedCondition.Broken broken -> throw new AssertionError(text + " " + broken.problems());
            };
        }

        /** At the bounds of blocks, windows and words, and somewhere. */
        private Set<Long> numbers() {
            Set<Long> numbers = new TreeSet<>(List.of(
                    1L, 63L, 64L, 65L, 4_095L, 4_096L, 65_535L, 65_536L, 65_537L, 131_071L, 131_072L, 196_608L,
                    262_143L));
            for (int i = 0; i < 70; i++) {
                numbers.add(60L + random.nextInt(100));
                numbers.add(65_500L + random.nextInt(100));
                // Block 3 has hardly anybody, block 4 may be empty.
                numbers.add((long) random.nextInt(200_000) + 1);
            }

            numbers.remove(GONE);
            return numbers;
        }

        /** So many of one block that it is read whole, with more events and values than fit a batch or are remembered. */
        private Set<Long> manyNumbers() {
            Set<Long> numbers = new TreeSet<>();
            while (numbers.size() < 9_200) {
                numbers.add(65_536L + random.nextInt(12_000));
            }

            numbers.add(7L);
            return numbers;
        }
    }
}
