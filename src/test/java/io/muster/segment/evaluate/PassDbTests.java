package io.muster.segment.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.segment.condition.Condition;
import io.muster.segment.condition.Conditions;
import io.muster.segment.condition.ParsedCondition;
import io.muster.support.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.roaringbitmap.RoaringBitmap;

/** The pass answers as the naive evaluation does, on random contacts and conditions. */
class PassDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Instant AS_OF = Instant.parse("2026-11-22T08:15:30.500Z");
    private static final List<String> ZONES = List.of("UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia");
    private static final long PUBLISHED = 1_000;
    private static final long UNKNOWN = 1_001;

    @RepeatedTest(40)
    void answersAsTheNaiveEvaluationDoes(RepetitionInfo repetition) throws SQLException {
        Random random = new Random(20261122L + repetition.getCurrentRepetition());
        LiveDirectory directory = new LiveDirectory(database, repetition.getCurrentRepetition());
        List<LiveContact> contacts = contacts(directory, random);
        directory.write(contacts);
        // Rows of another directory are none of ours.
        new LiveDirectory(database, 100 + repetition.getCurrentRepetition())
                .write(contacts(new LiveDirectory(database, 0), random).subList(0, 5));
        SequencedMap<Long, Condition> segments = segments(random);
        Set<Long> members = new HashSet<>();
        contacts.stream()
                .map(LiveContact::number)
                .filter(number -> number % 3 == 0)
                .forEach(members::add);
        ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
        Pass pass = Pass.compile(
                new Setup(
                        directory.number(),
                        zone,
                        AS_OF,
                        (connection, segment, block) -> bitmap(segment, block, members)),
                segments);
        NaiveEvaluation naive = new NaiveEvaluation(zone, AS_OF, segments, Map.of(PUBLISHED, members));

        Map<Long, Set<Long>> found = new HashMap<>();
        try (Connection connection = database.dataSource().getConnection()) {
            pass.evaluate(connection, 0, 3, block -> collect(block, found));
        }

        assertThat(found.remove(0L))
                .containsExactlyInAnyOrderElementsOf(
                        contacts.stream().map(LiveContact::number).toList());
        segments.forEach((segment, condition) -> {
            Set<Long> expected = new TreeSet<>();
            contacts.stream()
                    .filter(contact -> naive.holds(condition, contact))
                    .forEach(contact -> expected.add(contact.number()));
            assertThat(found.getOrDefault(segment, Set.of()))
                    .as("%s in %s", Conditions.json(condition), zone)
                    .isEqualTo(expected);
        });

        compareSome(pass, contacts, found, random);
    }

    private static void compareSome(Pass pass, List<LiveContact> contacts, Map<Long, Set<Long>> all, Random random)
            throws SQLException {
        TreeMap<Integer, RoaringBitmap> asked = new TreeMap<>();
        Set<Long> numbers = new TreeSet<>();
        for (LiveContact contact : contacts) {
            if (random.nextInt(4) == 0) {
                numbers.add(contact.number());
                asked.computeIfAbsent((int) (contact.number() >>> 16), ignored -> new RoaringBitmap())
                        .add((int) contact.number() & 0xFFFF);
            }
        }

        // Somebody who does not exist.
        asked.computeIfAbsent(2, ignored -> new RoaringBitmap()).add(60_000);
        Map<Long, Set<Long>> found = new HashMap<>();
        try (Connection connection = database.dataSource().getConnection()) {
            pass.evaluateOnly(connection, asked, block -> collect(block, found));
            assertThat(found.remove(0L)).isEqualTo(numbers);
            all.forEach((segment, members) -> {
                Set<Long> some = new TreeSet<>(members);
                some.retainAll(numbers);
                assertThat(found.getOrDefault(segment, Set.of())).isEqualTo(some);
            });
        }
    }

    private static void collect(BlockMembers block, Map<Long, Set<Long>> found) {
        long first = (long) block.block() << 16;
        block.contacts()
                .forEach((int position) ->
                        found.computeIfAbsent(0L, ignored -> new TreeSet<>()).add(first + position));
        block.members()
                .forEach((segment, members) ->
                        members.forEach((int position) -> found.computeIfAbsent(segment, ignored -> new TreeSet<>())
                                .add(first + position)));
    }

    private static @Nullable RoaringBitmap bitmap(long segment, int block, Set<Long> members) {
        if (segment != PUBLISHED) {
            return null;
        }

        RoaringBitmap bitmap = new RoaringBitmap();
        members.stream()
                .filter(number -> number >>> 16 == block)
                .forEach(number -> bitmap.add((int) (number & 0xFFFF)));
        return bitmap;
    }

    private static SequencedMap<Long, Condition> segments(Random random) {
        SequencedMap<Long, Condition> segments = new LinkedHashMap<>();
        for (long segment = 90; segment > 0; segment--) {
            // They use those of lower numbers, which come behind them.
            List<Long> others = new ArrayList<>(List.of(PUBLISHED, UNKNOWN));
            for (long other = 1; other < segment; other++) {
                others.add(other);
            }

            String json = new RandomConditions(random, others).condition((int) segment % 5);
            segments.put(segment, condition(json));
        }

        return segments;
    }

    private static Condition condition(String json) {
        return switch (Conditions.parse(json)) {
            case ParsedCondition.Good good -> {
                String canonical = Conditions.json(good.condition());
                assertThat(Conditions.parse(canonical)).isEqualTo(good);
                yield good.condition();
            }
            case ParsedCondition.Broken broken -> throw new AssertionError(json + " " + broken.problems());
        };
    }

    private static List<LiveContact> contacts(LiveDirectory directory, Random random) {
        List<LiveContact> contacts = new ArrayList<>();
        for (long number : numbers(random)) {
            LiveDirectory.Builder contact =
                    LiveDirectory.contact(number).created(time(random)).modified(time(random));
            for (String field : List.of("firstName", "lastName", "email", "phone", "extRef", "language")) {
                if (random.nextInt(4) > 0) {
                    contact.field(field, value(random));
                }
            }

            for (String name : RandomConditions.NAMES) {
                if (random.nextInt(4) > 0) {
                    contact.embedded(name, value(random));
                }
            }

            contact.embedded("other \"name\" " + random.nextInt(3), value(random));
            for (int list = 1; list <= 3; list++) {
                switch (random.nextInt(4)) {
                    case 0 -> contact.onList(list);
                    case 1 -> contact.optedOutOf(list);
                    default -> {
                        // Not on the list.
                    }
                }
            }

            if (random.nextInt(5) == 0) {
                contact.unsubscribed();
            }

            for (int i = random.nextInt(5); i > 0; i--) {
                Map<String, String> values = new HashMap<>();
                for (String name : RandomConditions.NAMES) {
                    if (random.nextInt(3) > 0) {
                        values.put(name, value(random));
                    }

                    if (random.nextInt(6) == 0) {
                        values.put(name.toUpperCase(java.util.Locale.ROOT), value(random));
                    }
                }

                contact.transaction(directory.key(), time(random), values);
            }

            for (int i = random.nextInt(4); i > 0; i--) {
                contact.touchpoint(
                        directory.key(),
                        time(random),
                        random.nextBoolean() ? "email" : "web",
                        random.nextBoolean() ? "shown" : "invite",
                        random.nextBoolean()
                                ? java.util.Optional.of("S" + random.nextInt(3))
                                : java.util.Optional.empty());
            }

            contacts.add(contact.build());
        }

        return contacts;
    }

    /** At the bounds of blocks, windows and words, and somewhere. */
    private static Set<Long> numbers(Random random) {
        Set<Long> numbers = new TreeSet<>(List.of(
                1L, 63L, 64L, 65L, 4_095L, 4_096L, 65_535L, 65_536L, 65_537L, 131_071L, 131_072L, 196_608L, 262_143L));
        for (int i = 0; i < 150; i++) {
            numbers.add(60L + random.nextInt(100));
            numbers.add(65_500L + random.nextInt(100));
            numbers.add((long) random.nextInt(262_144));
        }

        numbers.remove(0L);
        return numbers;
    }

    private static Instant time(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> AS_OF;
            case 1 -> AS_OF.minusSeconds(3600L * random.nextInt(24 * 40));
            case 2 -> AS_OF.plusMillis(random.nextInt(3) - 1).minusSeconds(86_400L * random.nextInt(31));
            default -> AS_OF.plusSeconds(3600L * random.nextInt(24 * 40));
        };
    }

    private static String value(Random random) {
        List<List<String>> pools = List.of(
                RandomConditions.TEXTS, RandomConditions.NUMBERS, RandomConditions.DATES, RandomConditions.UNREADABLE);
        List<String> pool = pools.get(random.nextInt(pools.size()));
        return pool.get(random.nextInt(pool.size()));
    }
}
