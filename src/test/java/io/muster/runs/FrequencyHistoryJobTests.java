package io.muster.runs;

import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.dedup.TouchpointEdits;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeScope;
import io.muster.directory.Actor;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.TouchpointParts;
import io.muster.frequency.Eligibility;
import io.muster.frequency.EligibleTimes;
import io.muster.frequency.EligibleTimes.Computed;
import io.muster.frequency.FrequencyResets;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.frequency.Population;
import io.muster.frequency.RuleOptions;
import io.muster.frequency.StoredRule;
import io.muster.frequency.rules.CountedTouchpoint;
import io.muster.frequency.rules.FrequencyRules;
import io.muster.frequency.rules.FrequencyUse;
import io.muster.frequency.rules.Period;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Whatever wrote, the stored next eligible times are those that a plain look at every contact gives. {@code
 * -Dmuster.rounds=N} tries more histories; the round is the seed.
 */
class FrequencyHistoryJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Actor TESTER = Actor.commandLine("tester");
    private static final ImportTuning SMALL = new ImportTuning(2, 2, 3, null);
    private static final long HOUR = 3_600_000;
    private static final List<String> SURVEYS = List.of("SV_x", "sv_X", "SV_y");
    private static final String[] RULES = {
        "1 6h - -",
        "2 12h - -",
        "- - 4h -",
        "0 - - -",
        "none - 3h SV_x",
        "- - 2h SV_x",
        "always - - SV_y",
        "1 1h - SV_y"
    };

    @TempDir
    private static Path folder;

    private static ImportFixture imports;

    private final JdbcClient jdbc = database.jdbc();
    private final MovableClock clock = new MovableClock();
    private final ContactEdits edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
    private final TouchpointEdits touchpoints = new TouchpointEdits(jdbc, database.transactions(), clock);
    private final Duplicates duplicates =
            new Duplicates(database.dataSource(), database.transactions(), clock, database.ids());
    private final FrequencyRuleStore rules =
            new FrequencyRuleStore(jdbc, new TransactionTemplate(database.transactions()), clock, database.ids());
    private final Eligibility eligibility =
            new Eligibility(database.dataSource(), jdbc, database.transactions(), clock, database.ids());
    private final FrequencyResets resets = new FrequencyResets(jdbc, database.transactions(), clock);
    private final FrequencyUpkeep upkeep = new FrequencyUpkeep(database.dataSource(), clock, database.ids());
    private final DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email");
    private final List<Long> merges = new ArrayList<>();
    private final RoaringBitmap members = new RoaringBitmap();
    private @Nullable Long segment;
    private long version;
    private long now = Instant.parse("2026-11-01T00:00:00Z").toEpochMilli();

    @BeforeAll
    static void start() {
        imports = new ImportFixture(database, folder);
    }

    @AfterAll
    static void stop() {
        imports.close();
    }

    static LongStream rounds() {
        return LongStream.rangeClosed(1, Long.getLong("muster.rounds", 12));
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void storedTimesAreThoseOfAPlainLookAtEveryContact(long seed) throws IOException {
        Random random = new Random(seed);
        clock.set(now);
        for (int i = 0; i < 6; i++) {
            contact(random);
        }

        for (int step = 0; step < 60; step++) {
            write(random);
            if (random.nextInt(3) == 0) {
                // In all directories, as the server does: what is due must be found.
                upkeep.run();
                assertThat(stored()).as("seed %d step %d", seed, step).isEqualTo(plain());
            }
        }

        assertThat(upkeep.verify(directory.id()).differences()).isEmpty();
        upkeep.recompute(directory.id());
        assertThat(stored()).isEqualTo(plain());
    }

    @Test
    void severalReadersBesideWritersEndWithTheSameTimes() throws Exception {
        clock.set(now);
        for (int i = 0; i < 40; i++) {
            edits.upsert(directory.id(), record("extRef", "R" + i));
        }

        rule("2 12h - -");
        List<Callable<Integer>> work = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Random random = new Random(i);
            work.add(() -> {
                for (int n = 0; n < 60; n++) {
                    touchpoint(random, 1 + random.nextInt(40));
                }

                return 0;
            });
        }

        for (int i = 0; i < 2; i++) {
            work.add(() -> {
                FrequencyUpkeep reader = new FrequencyUpkeep(database.dataSource(), clock, database.ids());
                for (int n = 0; n < 40; n++) {
                    reader.run(directory.id());
                }

                return 0;
            });
        }

        work.add(() -> {
            FrequencyUpkeep reader = new FrequencyUpkeep(database.dataSource(), clock, database.ids());
            for (int n = 0; n < 4; n++) {
                reader.recompute(directory.id());
            }

            return 0;
        });
        try (ExecutorService pool = Executors.newFixedThreadPool(work.size())) {
            for (Future<Integer> done : pool.invokeAll(work)) {
                done.get();
            }
        }

        upkeep.complete(directory.id());
        assertThat(stored()).isEqualTo(plain());
    }

    @Test
    void aNewlyPublishedVersionOfASegmentHasTheTimesComputedAnew() {
        clock.set(now);
        edits.upsert(directory.id(), record("extRef", "A"));
        edits.upsert(directory.id(), record("extRef", "B"));
        publish(List.of(1L));
        rule("1 6h - -");
        touch(1);
        touch(2);
        upkeep.run();
        assertThat(stored().keySet()).containsExactly(1L);

        publish(List.of(2L));
        upkeep.run();
        assertThat(stored().keySet()).containsExactly(2L);
    }

    private void touch(long number) {
        touch(number, clock.millis(), "touch" + number);
    }

    private void touch(long number, long at, String key) {
        touchpoints.add(
                directory.id(),
                number,
                new TouchpointEdits.Addition(
                        new TouchpointParts(
                                TouchpointChannel.WEB, TouchpointKind.SHOWN, "sv_X", null, null, null, null),
                        at,
                        "manual",
                        key));
    }

    @Test
    void aTouchpointFromBeforeDoesNotConsumeAReservation() throws IOException {
        clock.set(now);
        edits.upsert(directory.id(), record("extRef", "A"));
        rule("2 12h - -");
        touch(1);
        eligibility.ask(
                new Eligibility.Question(
                        directory.id(),
                        new Population.One(1),
                        TouchpointChannel.EMAIL,
                        "SV_x",
                        now,
                        Optional.of(Period.of("1h"))),
                null);
        upkeep.run();

        assertThat(stored()).as("both count until the reservation ends").hasSize(1);
        touch(1, now - 13 * HOUR, "late");
        clock.set(now + 1);
        touch(1, now - 14 * HOUR, "later");
        upkeep.run();
        assertThat(stored())
                .as("one that arrives afterwards consumes it, however long ago it happened")
                .isEmpty();
    }

    @Test
    void withoutARuleForInterceptsNothingIsStoredAndNothingIsRead() {
        clock.set(now);
        contact(new Random(1));
        StoredRule rule = rule("1 6h - -");
        touchpoint(new Random(1), 1);
        upkeep.run(directory.id());
        assertThat(stored()).hasSize(1);
        assertThat(reader()).isEqualTo("READING");

        rules.remove(rule, TESTER);
        upkeep.run(directory.id());
        assertThat(directory.count("frequency_time")).isZero();
        assertThat(directory.count("frequency_computed")).isZero();
        assertThat(reader()).isEqualTo("ENDED");
    }

    private String reader() {
        return jdbc.sql("SELECT state FROM change_reader WHERE directory_id = ? AND name = 'frequency'")
                .param(directory.id())
                .query(String.class)
                .single();
    }

    private void write(Random random) throws IOException {
        switch (random.nextInt(18)) {
            case 0 -> contact(random);
            case 1, 2, 3, 4 -> touchpoint(random, number(random));
            case 5 -> edits.delete(directory.id(), number(random));
            case 6 ->
                duplicates
                        .start(directory.id(), MergeScope.ACTIVE_RULES)
                        .mergeNext(1_000)
                        .forEach(step -> merges.add(step.id()));
            case 7 -> undo();
            case 8, 9 -> reserve(random);
            case 10 -> rule(RULES[random.nextInt(RULES.length)]);
            case 11 -> rules.of(directory.id()).stream().findFirst().ifPresent(rule -> rules.remove(rule, TESTER));
            case 12 ->
                publish(directory.numbers().stream()
                        .filter(number -> random.nextBoolean())
                        .toList());
            case 13 -> load(random);
            case 14 -> resets.reset(directory.id(), number(random), TESTER);
            case 15 -> resets.restore(directory.id(), number(random), TESTER);
            default -> {
                now += random.nextLong(4 * HOUR);
                clock.set(now);
            }
        }
    }

    private long number(Random random) {
        List<Long> numbers = directory.numbers();
        return numbers.isEmpty() ? 1 : numbers.get(random.nextInt(numbers.size()));
    }

    private void contact(Random random) {
        edits.create(
                directory.id(),
                random.nextBoolean()
                        ? record("email", "p" + random.nextInt(4) + "@example.org")
                        : record("extRef", "R" + random.nextInt(9), "email", "p" + random.nextInt(4) + "@example.org"));
    }

    private void touchpoint(Random random, long number) {
        TouchpointKind[] kinds = {
            TouchpointKind.SHOWN, TouchpointKind.INVITE, TouchpointKind.SENT, TouchpointKind.REMINDER
        };
        touchpoints.add(
                directory.id(),
                number,
                new TouchpointEdits.Addition(
                        new TouchpointParts(
                                random.nextBoolean() ? TouchpointChannel.EMAIL : TouchpointChannel.WEB,
                                kinds[random.nextInt(kinds.length)],
                                random.nextInt(4) == 0 ? null : SURVEYS.get(random.nextInt(SURVEYS.size())),
                                null,
                                null,
                                null,
                                null),
                        clock.millis() - random.nextLong(10 * HOUR) + 2 * HOUR,
                        "manual",
                        "k" + random.nextLong()));
    }

    private void undo() {
        if (!merges.isEmpty()) {
            try {
                duplicates.undo(merges.removeLast(), TESTER);
            } catch (Refusal refused) {
                assertThat(refused.code()).isIn("CONTACT_GONE", "MERGED_AGAIN", "REFERENCE_TAKEN");
            }
        }
    }

    private void reserve(Random random) throws IOException {
        eligibility.ask(
                new Eligibility.Question(
                        directory.id(),
                        random.nextBoolean() ? new Population.Everybody() : new Population.One(number(random)),
                        random.nextBoolean() ? TouchpointChannel.EMAIL : TouchpointChannel.WEB,
                        random.nextBoolean() ? "SV_x" : null,
                        clock.millis(),
                        Optional.of(Period.of((1 + random.nextInt(3)) + "h"))),
                null);
    }

    /** Maximum, period, gap and survey; a dash for nothing. */
    private StoredRule rule(String text) {
        String[] words = text.split(" ", -1);
        boolean always = words[0].equals("always");
        return rules.add(
                directory.id(),
                new RuleOptions(
                        always ? null : given(words[0]),
                        given(words[1]),
                        given(words[2]),
                        given(words[3]),
                        always,
                        version % 2 == 1 ? segment : null,
                        null),
                TESTER);
    }

    private static @Nullable String given(String word) {
        return word.equals("-") ? null : word;
    }

    /** Another version of the one segment, with other members. */
    private void publish(List<Long> chosen) {
        version++;
        if (segment == null) {
            jdbc.sql(
                            "INSERT INTO segment (directory_id, name, definition, revision, guard_over, created_at, modified_at)"
                                    + " VALUES (?, 'S', '{}', 1, 0, 0, 0)")
                    .param(directory.id())
                    .update();
        }

        long published = jdbc.sql("SELECT id FROM segment WHERE directory_id = ?")
                .param(directory.id())
                .query(Long.class)
                .single();
        segment = published;

        members.clear();
        chosen.forEach(number -> members.add(number.intValue()));
        ByteBuffer bytes = ByteBuffer.allocate(members.serializedSizeInBytes());
        members.serialize(bytes);
        new TransactionTemplate(database.transactions()).executeWithoutResult(status -> {
            jdbc.sql("DELETE FROM segment_block WHERE segment_id = ?")
                    .param(published)
                    .update();
            jdbc.sql("DELETE FROM segment_members WHERE segment_id = ?")
                    .param(published)
                    .update();
            jdbc.sql("INSERT INTO segment_block VALUES (?, ?, ?, 0, ?, 1)")
                    .params(directory.id(), published, version, version)
                    .update();
            jdbc.sql("INSERT INTO segment_members VALUES (?, ?, ?, 0, ?)")
                    .params(directory.id(), published, version, bytes.array())
                    .update();
            jdbc.sql("UPDATE segment SET published_version = ? WHERE id = ?")
                    .params(version, published)
                    .update();
        });
    }

    private void load(Random random) {
        StringBuilder file = new StringBuilder("Id,Time,Channel,Kind,Survey,Key\n");
        for (int row = 0; row < 5; row++) {
            file.append("%s,%s,email,%s,%s,i%d\n"
                    .formatted(
                            database.ids().contact(directory.id(), number(random)),
                            Instant.ofEpochMilli(clock.millis() - random.nextLong(8 * HOUR)),
                            random.nextBoolean() ? "sent" : "opened",
                            random.nextBoolean() ? "" : "SV_y",
                            random.nextLong()));
        }

        imports.load(
                imports.file(file.toString()),
                ImportFixture.spec(
                        directory.id(),
                        told -> told.mode(ImportMode.EVENTS_ONLY)
                                .mapping(new Mapping(
                                        Map.of(),
                                        Mapping.Unmapped.IGNORE,
                                        List.of(),
                                        Map.of(),
                                        null,
                                        List.of(),
                                        Map.of(
                                                "Id", new Target.ContactId(),
                                                "Time", part(Target.TouchpointPart.Part.TIME),
                                                "Channel", part(Target.TouchpointPart.Part.CHANNEL),
                                                "Kind", part(Target.TouchpointPart.Part.KIND),
                                                "Survey", part(Target.TouchpointPart.Part.SURVEY),
                                                "Key", part(Target.TouchpointPart.Part.KEY))))),
                SMALL);
    }

    private static Target.TouchpointPart part(Target.TouchpointPart.Part part) {
        return new Target.TouchpointPart(part);
    }

    /** What is stored and not over yet, by contact. */
    private SortedMap<Long, String> stored() {
        SortedMap<Long, String> all = new TreeMap<>();
        EligibleTimes times = new EligibleTimes(jdbc);
        Optional<Computed> computed = times.computed(directory.id());
        computed.ifPresent(one -> times.forEach(
                directory.id(), one, 0, Long.MAX_VALUE, (number, slots) -> put(all, number, one.surveys(), slots)));
        return all;
    }

    private void put(SortedMap<Long, String> all, long number, List<String> surveys, long[] slots) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] > clock.millis()) {
                text.append(surveys.get(i)).append('=').append(slots[i]).append(' ');
            }
        }

        if (!text.isEmpty()) {
            all.put(number, text.toString());
        }
    }

    private record Touch(long at, @Nullable String survey, long recordedAt) {}

    private record Reserved(
            long id, long at, long end, @Nullable String survey, long known) {}

    /** The same from each contact's rows, one after the other. */
    private SortedMap<Long, String> plain() {
        SortedMap<Long, String> all = new TreeMap<>();
        List<StoredRule> stored = rules.of(directory.id());
        FrequencyRules set =
                FrequencyRules.of(stored.stream().map(StoredRule::rule).toList());
        List<String> surveys = new ArrayList<>(List.of(""));
        surveys.addAll(set.surveys(FrequencyUse.INTERCEPT));
        for (long number : directory.numbers()) {
            List<CountedTouchpoint> counted = counted(number);
            Predicate<String> memberOf = group -> members.contains((int) number);
            long[] slots = new long[surveys.size()];
            for (int i = 0; i < slots.length; i++) {
                slots[i] = set.nextEligible(i == 0 ? null : surveys.get(i), FrequencyUse.INTERCEPT, memberOf, counted);
            }

            put(all, number, surveys, slots);
        }

        return all;
    }

    private List<CountedTouchpoint> counted(long number) {
        List<Touch> touches = jdbc.sql("SELECT happened_at, survey, recorded_at FROM touchpoint WHERE directory_id = ?"
                        + " AND number = ? AND kind IN ('shown', 'invite', 'sent') ORDER BY recorded_at")
                .params(directory.id(), number)
                .query((row, index) -> new Touch(row.getLong(1), row.getString(2), row.getLong(3)))
                .list();
        List<Reserved> reserved = new ArrayList<>(jdbc.sql("SELECT id, reserved_at, ends_at, survey, known_until FROM"
                        + " frequency_reservation WHERE directory_id = ? AND number = ? ORDER BY id")
                .params(directory.id(), number)
                .query((row, index) ->
                        new Reserved(row.getLong(1), row.getLong(2), row.getLong(3), row.getString(4), row.getLong(5)))
                .list());
        long reset = reset("reset_at", number);
        long reservation = reset("reservation_id", number);
        List<CountedTouchpoint> counted = new ArrayList<>();
        for (Touch touch : touches) {
            if (touch.recordedAt() > reset) {
                counted.add(CountedTouchpoint.happened("", touch.at(), touch.survey()));
            }

            for (int i = 0; i < reserved.size(); i++) {
                Reserved one = reserved.get(i);
                if (String.valueOf(one.survey()).equalsIgnoreCase(String.valueOf(touch.survey()))
                        && touch.recordedAt() > one.known()
                        && touch.recordedAt() < one.end()) {
                    reserved.remove(i);
                    break;
                }
            }
        }

        reserved.removeIf(one -> one.id() <= reservation);
        reserved.forEach(one -> counted.add(CountedTouchpoint.reserved("", one.at(), one.survey(), one.end())));
        return counted;
    }

    private long reset(String column, long number) {
        return jdbc.sql("SELECT COALESCE(MAX(%s), -1) FROM frequency_reset WHERE directory_id = ? AND number = ?"
                        .formatted(column))
                .params(directory.id(), number)
                .query(Long.class)
                .single();
    }
}
