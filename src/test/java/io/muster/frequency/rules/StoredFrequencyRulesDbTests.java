package io.muster.frequency.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.directory.Actor;
import io.muster.frequency.EligibleTimes;
import io.muster.frequency.EligibleTimes.Computed;
import io.muster.frequency.FrequencyExplainer;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.frequency.RuleOptions;
import io.muster.frequency.rules.FrequencyRulesTests.Asked;
import io.muster.frequency.rules.FrequencyRulesTests.Line;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The decision table of docs/frequency.md once more, with everything stored: rules, groups, touchpoints, reservations. */
class StoredFrequencyRulesDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Actor TESTER = Actor.commandLine("tester");
    private static final long CONTACT = 70_000;

    private final JdbcClient jdbc = database.jdbc();
    private final MovableClock clock = new MovableClock();
    private final DirectoryFixture directory = DirectoryFixture.create(jdbc);
    private final Map<String, Long> segments = new HashMap<>();
    private final Map<String, Integer> lists = new HashMap<>();

    static Stream<Line> table() throws IOException {
        return FrequencyRulesTests.table();
    }

    @ParameterizedTest
    @MethodSource("table")
    void decidesAsTheTableSaysFromWhatIsStored(Line line) {
        jdbc.sql("INSERT INTO contact (directory_id, number, unsubscribed, created_at, modified_at, version)"
                        + " VALUES (?, ?, 0, 0, 0, 1)")
                .params(directory.id(), CONTACT)
                .update();
        Map<String, String> names = new HashMap<>();
        for (String rule : FrequencyRulesTests.words(line.cells().get(2), ";")) {
            names.put(
                    store(FrequencyRulesTests.words(rule, " ")),
                    FrequencyRulesTests.words(rule, " ").getFirst());
        }

        FrequencyRulesTests.words(line.cells().get(3), " ").forEach(this::join);
        int key = 0;
        for (String touchpoint : FrequencyRulesTests.words(line.cells().get(4), ",")) {
            happen(FrequencyRulesTests.words(touchpoint, " "), key++);
        }

        Asked asked = FrequencyRulesTests.asked(line.cells().get(5));
        FrequencyAnswer answer = new FrequencyExplainer(jdbc, database.transactions())
                .explain(directory.id(), CONTACT, rules().of(directory.id()), asked.survey(), asked.use(), asked.at())
                .answer();

        String expected = FrequencyRulesTests.instantsOf(line.cells().get(6));
        assertThat(named(FrequencyRulesTests.text(answer), names)).isEqualTo(expected);
        if (asked.use() == FrequencyUse.INTERCEPT) {
            assertThat(storedTime(asked)).isEqualTo(time(expected));
        }
    }

    private FrequencyRuleStore rules() {
        return new FrequencyRuleStore(jdbc, new TransactionTemplate(database.transactions()), clock, database.ids());
    }

    private static String named(String answer, Map<String, String> names) {
        String text = answer;
        for (Map.Entry<String, String> name : names.entrySet()) {
            text = text.replace(name.getKey(), name.getValue());
        }

        return text;
    }

    private static long time(String expected) {
        List<String> words = FrequencyRulesTests.words(expected, " ");
        return switch (words.getFirst()) {
            case "eligible" -> FrequencyRules.ALWAYS;
            case "never" -> FrequencyRules.NEVER;
            default -> Long.parseLong(words.get(1));
        };
    }

    /** What the reader stores when it computes at the moment asked about. */
    private long storedTime(Asked asked) {
        clock.set(asked.at());
        new FrequencyUpkeep(database.dataSource(), clock, database.ids()).run(directory.id());
        EligibleTimes times = new EligibleTimes(jdbc);
        long[] found = {FrequencyRules.ALWAYS};
        Computed computed = times.computed(directory.id()).orElse(null);
        if (computed != null) {
            int own = asked.survey() == null ? -1 : computed.surveys().indexOf(FrequencyRule.surveyKey(asked.survey()));
            times.forEach(
                    directory.id(), computed, CONTACT, CONTACT, (number, all) -> found[0] = all[Math.max(own, 0)]);
        }

        return found[0];
    }

    private String store(List<String> words) {
        Map<String, String> options = new HashMap<>();
        for (int i = 1; i < words.size(); i++) {
            String name = words.get(i);
            options.put(name, name.equals("--always") ? "" : words.get(++i));
        }

        @Nullable String segment = options.get("--segment");
        @Nullable String list = options.get("--list");
        return rules().add(
                        directory.id(),
                        new RuleOptions(
                                options.get("--max"),
                                options.get("--per"),
                                options.get("--gap"),
                                options.get("--survey"),
                                options.containsKey("--always"),
                                segment == null ? null : segment(segment),
                                list == null ? null : list(list)),
                        TESTER)
                .id();
    }

    private long segment(String name) {
        return segments.computeIfAbsent(name, absent -> {
            jdbc.sql("""
                INSERT INTO segment (directory_id, name, definition, revision, guard_over, published_version, created_at,
                  modified_at)
                VALUES (?, ?, '{}', 1, 0, 1, 0, 0)
                """).params(directory.id(), name).update();
            return jdbc.sql("SELECT id FROM segment WHERE directory_id = ? AND name = ?")
                    .params(directory.id(), name)
                    .query(Long.class)
                    .single();
        });
    }

    private int list(String name) {
        return lists.computeIfAbsent(name, directory::addList);
    }

    private void join(String group) {
        if (group.startsWith("CG_")) {
            jdbc.sql(
                            "INSERT INTO list_member (directory_id, list_id, number, unsubscribed, embedded, joined_at) VALUES (?, ?, ?, 0, NULL, 0)")
                    .params(directory.id(), list(group), CONTACT)
                    .update();
            return;
        }

        RoaringBitmap members = RoaringBitmap.bitmapOf((int) CONTACT - (1 << 16));
        ByteBuffer bytes = ByteBuffer.allocate(members.serializedSizeInBytes());
        members.serialize(bytes);
        jdbc.sql("INSERT INTO segment_block VALUES (?, ?, 1, 1, 1, 1)")
                .params(directory.id(), segment(group))
                .update();
        jdbc.sql("INSERT INTO segment_members VALUES (?, ?, 1, 1, ?)")
                .params(directory.id(), segment(group), bytes.array())
                .update();
    }

    private void happen(List<String> words, int key) {
        if (words.getFirst().equals("reserved")) {
            jdbc.sql("""
                INSERT INTO frequency_reservation
                  (directory_id, number, made_for, survey, channel, reserved_at, ends_at, known_until)
                VALUES (?, ?, ?, NULL, 'email', ?, ?, 0)
                """)
                    .params(
                            directory.id(),
                            CONTACT,
                            CONTACT,
                            FrequencyRulesTests.millis(words.get(1)),
                            FrequencyRulesTests.millis(words.get(2)))
                    .update();
            return;
        }

        jdbc.sql("""
            INSERT INTO touchpoint (directory_id, number, touchpoint_key, channel, kind, happened_at, survey, recorded_at)
            VALUES (?, ?, ?, 'web', 'shown', ?, ?, 0)
            """)
                .param(directory.id())
                .param(CONTACT)
                .param(ByteBuffer.allocate(16).putInt(key).array())
                .param(FrequencyRulesTests.millis(words.getFirst()))
                .param(words.size() > 1 ? words.get(1) : null)
                .update();
    }
}
