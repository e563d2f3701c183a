package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.changes.ChangeReader;
import io.muster.directory.changes.Reading;
import io.muster.segment.Segment;
import io.muster.segment.publish.Built;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A refresh of the contacts that changed gives what a full rebuild gives. */
class IncrementalRebuildJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final List<String> LANGUAGES = List.of("de", "fr", "it");

    @TempDir
    private static Path folder;

    private static RebuildFixture fixture;

    @BeforeAll
    static void open() {
        fixture = new RebuildFixture(database, folder);
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Test
    void looksOnlyAtContactsThatChanged() {
        Directory directory = fixture.directory();
        fixture.contacts(directory, 1, 200, 1_000, "de", null);
        Segment german = fixture.segment(directory, "German", "{field: language, is: de}");
        assertThat(fixture.incremental(directory).rebuild().contacts()).isEqualTo(1_000);
        fixture.language(directory, 1, "fr");
        fixture.language(directory, 180_001, "fr");
        fixture.delete(directory, 201);

        RebuildAnswer refreshed = fixture.incremental(directory);
        assertThat(refreshed.rebuild().contacts()).isEqualTo(2);
        assertThat(refreshed.segments())
                .containsExactly(new Built(german.number(), "German", 2, 997, 0, 3, Built.Fate.PUBLISHED));
        assertThat(fixture.members(german)).hasSize(997).doesNotContain(1L, 201L, 180_001L);
        assertThat(fixture.count("contact_change", directory)).isZero();
        assertThat(fixture.incremental(directory).rebuild().contacts()).isZero();
        assertThat(fixture.members(german)).hasSize(997);
    }

    @Test
    void conditionsThatMoveWithTimeLookAtEverybody() {
        Directory directory = fixture.directory();
        fixture.contacts(directory, 1, 1, 10, "de", null);
        Segment fresh = fixture.segment(directory, "New", "{field: created, as: date, withinLast: 1d}");
        Segment user = fixture.segment(directory, "User", "{segment: " + fresh.id() + ", isNot: member}");
        Segment german = fixture.segment(directory, "German", "{field: language, is: de}");
        Segment both = fixture.segment(
                directory,
                "Both",
                "any: [{segment: " + user.id() + ", is: member}, {segment: " + german.id() + ", isNot: member}]");
        fixture.incremental(directory);
        assertThat(fixture.members(fresh)).hasSize(10);
        assertThat(fixture.members(both)).isEmpty();
        fixture.clock.set(fixture.clock.millis() + Duration.ofDays(2).toMillis());

        assertThat(fixture.incremental(directory).rebuild().contacts()).isEqualTo(10);
        assertThat(fixture.members(fresh)).isEmpty();
        assertThat(fixture.members(user)).hasSize(10);
        assertThat(fixture.members(both)).hasSize(10);
        assertThat(fixture.members(german)).hasSize(10);
    }

    @Test
    void nobodyKeepsTheLogForNothing() {
        Directory directory = fixture.directory();
        fixture.contacts(directory, 1, 1, 10, "de", null);
        fixture.segment(directory, "German", "{field: language, is: de}");
        fixture.language(directory, 1, "fr");
        assertThat(fixture.count("contact_change", directory)).isZero();
        fixture.incremental(directory);
        fixture.language(directory, 1, "de");
        assertThat(fixture.count("contact_change", directory)).isEqualTo(1);
        fixture.full(directory);
        assertThat(fixture.count("contact_change", directory)).isZero();
        fixture.clock.set(fixture.clock.millis() + Duration.ofDays(8).toMillis());
        fixture.full(directory);
        fixture.language(directory, 1, "it");
        assertThat(fixture.count("contact_change", directory)).isZero();
    }

    @Test
    void aRefreshThatFellBehindLooksAtEverybody() {
        Directory directory = fixture.directory();
        fixture.contacts(directory, 1, 1, 10, "de", null);
        Segment german = fixture.segment(directory, "German", "{field: language, is: de}");
        Segment french = fixture.segment(directory, "French", "{field: language, is: fr}");
        fixture.incremental(directory);
        fixture.language(directory, 1, "fr");
        fixture.clock.set(fixture.clock.millis() + Duration.ofDays(8).toMillis());
        // Cleans up after itself, and with that removes what nobody read for so long.
        fixture.alone(german);
        assertThat(fixture.count("contact_change", directory)).isZero();
        fixture.language(directory, 2, "fr");

        assertThat(fixture.incremental(directory).rebuild().contacts()).isEqualTo(10);
        assertThat(fixture.members(french)).containsExactly(1L, 2L);
        assertThat(fixture.members(german)).hasSize(8).doesNotContain(1L, 2L);
        fixture.language(directory, 3, "fr");
        assertThat(fixture.incremental(directory).rebuild().contacts())
                .as("it is up to date again")
                .isEqualTo(1);
        assertThat(fixture.members(french)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aRefreshKeepsWhatAnotherReaderHasNotRead() {
        Directory directory = fixture.directory();
        fixture.contacts(directory, 1, 1, 10, "de", null);
        Segment german = fixture.segment(directory, "German", "{field: language, is: de}");
        fixture.incremental(directory);
        ChangeReader other = fixture.reader("other");
        fixture.language(directory, 1, "fr");
        fixture.start(other, directory);
        fixture.language(directory, 2, "fr");
        assertThat(fixture.incremental(directory).rebuild().contacts()).isEqualTo(2);
        assertThat(fixture.incremental(directory).rebuild().contacts()).isZero();
        assertThat(fixture.members(german)).hasSize(8);

        Reading.Next next = (Reading.Next) other.poll(directory.number(), 100);
        assertThat(next.contacts().numbers().toArray()).containsExactly(2L);
    }

    /** Everything that makes a version differ from what the log carries on: edits, new ones, lone rebuilds, rollbacks. */
    @RepeatedTest(5)
    void equalsAFullRebuild(RepetitionInfo repetition) {
        Random random = new Random(4711L + repetition.getCurrentRepetition());
        Directory directory = fixture.directory();
        fixture.contacts(directory, 1, 1_500 + random.nextInt(500), 150, "de", "gold");
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            segments.add(fixture.unguarded(directory, "S" + i, condition(random, segments)));
        }

        for (int step = 0; step < 16; step++) {
            fixture.clock.set(fixture.clock.millis() + random.nextInt(90_000_000));
            act(random, directory, segments);
            RebuildAnswer refreshed = fixture.incremental(directory);
            if (random.nextInt(3) > 0) {
                // Faults may add up from one refresh to the next.
                continue;
            }

            List<String> carried = fixture.state(directory, refreshed.rebuild().version());
            assertThat(members(segments)).as("step %d", step).isEqualTo(expected(directory, segments, carried));
        }
    }

    private static void act(Random random, Directory directory, List<Segment> segments) {
        List<Long> numbers = fixture.jdbc
                .sql("SELECT number FROM contact WHERE directory_id = ? ORDER BY number")
                .param(directory.number())
                .query(Long.class)
                .list();
        for (int i = random.nextInt(6); i > 0; i--) {
            long number = numbers.get(random.nextInt(numbers.size()));
            if (random.nextInt(8) == 0) {
                fixture.delete(directory, number);
            } else {
                fixture.language(directory, number, LANGUAGES.get(random.nextInt(3)));
            }
        }

        Segment some = fixture.now(segments.get(random.nextInt(segments.size())));
        switch (random.nextInt(6)) {
            case 0 -> {
                int place = segments.indexOf(segments.stream()
                        .filter(one -> one.number() == some.number())
                        .findFirst()
                        .orElseThrow());
                fixture.segments.redefine(some, condition(random, segments.subList(0, place)), Actor.system("tester"));
            }
            case 1 -> fixture.alone(some);
            case 2 -> {
                if (some.previous() != null) {
                    fixture.switching.rollBack(some, Actor.system("tester"));
                }
            }
            case 3 -> segments.add(fixture.segment(directory, "S" + segments.size(), condition(random, segments)));
            case 4 -> fixture.full(directory);
            default -> {
                // Contacts only.
            }
        }
    }

    private static String condition(Random random, List<Segment> others) {
        return switch (random.nextInt(others.isEmpty() ? 3 : 5)) {
            case 0 -> "{field: language, is: " + LANGUAGES.get(random.nextInt(3)) + "}";
            case 1 -> "{field: language, isNot: " + LANGUAGES.get(random.nextInt(3)) + "}";
            case 2 -> "{field: lastModified, as: date, withinLast: " + (1 + random.nextInt(48)) + "h}";
            default -> {
                Segment other = others.get(random.nextInt(others.size()));
                yield (random.nextBoolean() ? "all" : "any") + ": [{segment: " + other.id() + ", "
                        + (random.nextBoolean() ? "is" : "isNot") + ": member}, "
                        + condition(random, others.subList(0, others.indexOf(other))) + "]";
            }
        };
    }

    private static List<String> members(List<Segment> segments) {
        return segments.stream()
                .map(segment -> segment.name() + " " + fixture.members(segment))
                .toList();
    }

    /** What a full rebuild of the same moment makes of it. */
    private static List<String> expected(Directory directory, List<Segment> segments, List<String> carried) {
        RebuildAnswer whole = fixture.full(directory);
        assertThat(fixture.state(directory, whole.rebuild().version())).isEqualTo(carried);
        assertThat(whole.segments())
                .allSatisfy(built -> assertThat(built.added() + built.removed()).isZero());
        return members(segments);
    }
}
