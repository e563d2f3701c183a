package io.muster.frequency.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.frequency.rules.FrequencyAnswer.RuleStanding;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The decision table of docs/frequency.md, line by line, and what explanations and periods are. */
class FrequencyRulesTests {

    /** One line of the table. */
    record Line(String title, List<String> cells) {

        @Override
        public String toString() {
            return title;
        }
    }

    /** What a line asks. */
    record Asked(FrequencyUse use, long at, @Nullable String survey) {}

    static Stream<Line> table() throws IOException {
        return Files.readAllLines(Path.of("docs", "frequency.md")).stream()
                .dropWhile(line -> !line.startsWith("| case |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line ->
                        Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
                .map(cells -> new Line(cells.get(1), cells));
    }

    @ParameterizedTest
    @MethodSource("table")
    void decidesAsTheTableSays(Line line) {
        FrequencyRules rules = rules(line.cells().get(2));
        List<String> groups = words(line.cells().get(3), " ");
        List<CountedTouchpoint> touchpoints = touchpoints(line.cells().get(4));
        Asked asked = asked(line.cells().get(5));
        FrequencyAnswer answer = rules.explain(asked.survey(), asked.use(), groups::contains, touchpoints, asked.at());
        long next = rules.nextEligible(asked.survey(), asked.use(), groups::contains, touchpoints);

        assertThat(text(answer)).isEqualTo(instantsOf(line.cells().get(6)));
        assertThat(asked.at() >= next && next != FrequencyRules.NEVER)
                .as("the one number says the same")
                .isEqualTo(answer.eligible());
    }

    @Test
    void theTableHasALineForEachCase() throws IOException {
        assertThat(table()).hasSizeGreaterThan(55).map(Line::title).doesNotHaveDuplicates();
    }

    @Test
    void explainsEachRuleThatApplies() {
        FrequencyRules rules = rules("A --max 2 --per 7d; B --gap 1d; C --gap 30d --segment SG_other");
        List<CountedTouchpoint> touchpoints =
                touchpoints("2026-11-01T00:00:00Z, 2026-11-05T00:00:00Z, 2026-11-06T00:00:00Z, 2026-10-01T00:00:00Z");
        FrequencyAnswer answer = rules.explain(
                null, FrequencyUse.INTERCEPT, group -> false, touchpoints, millis("2026-11-07T00:00:00Z"));

        assertThat(answer.rule()).contains("A");
        assertThat(answer.nextEligible()).isEqualTo(millis("2026-11-12T00:00:00Z"));
        assertThat(answer.rules()).map(RuleStanding::rule).containsExactly("A", "B");
        assertThat(answer.rules().getFirst().counted()).isEqualTo(3);
        assertThat(answer.rules().getFirst().touchpoints())
                .map(CountedTouchpoint::at)
                .containsExactly(
                        millis("2026-11-06T00:00:00Z"), millis("2026-11-05T00:00:00Z"), millis("2026-11-01T00:00:00Z"));
        assertThat(answer.rules().getLast())
                .as("a gap that is over holds nothing back")
                .isEqualTo(new RuleStanding("B", 0, FrequencyRules.ALWAYS, List.of()));
    }

    @Test
    void anExplanationOfASurveyCountsInItsOwnWindow() {
        FrequencyRules rules = rules("A --max 1 --per 30d; B --gap 7d --survey SV_x");
        List<CountedTouchpoint> touchpoints = touchpoints("2026-11-01T00:00:00Z SV_y, 2026-11-02T00:00:00Z SV_x");
        FrequencyAnswer answer = rules.explain(
                "SV_x", FrequencyUse.INTERCEPT, group -> false, touchpoints, millis("2026-11-03T00:00:00Z"));

        assertThat(answer.rules()).singleElement().satisfies(standing -> {
            assertThat(standing.rule()).isEqualTo("B");
            assertThat(standing.counted()).isOne();
            assertThat(standing.nextEligible()).isEqualTo(millis("2026-12-02T00:00:00Z"));
        });
    }

    @Test
    void namesTheSurveysThatNeedATimeOfTheirOwn() {
        FrequencyRules rules =
                rules("A --max 1 --per 1d; B --always --survey SV_x; C --gap 1d --survey sv_X; D --gap 1d --list CG_a"
                        + " --survey SV_z");

        assertThat(rules.surveys(FrequencyUse.INTERCEPT)).containsExactly("sv_x");
        assertThat(rules.surveys(FrequencyUse.MESSAGE)).containsExactly("sv_x", "sv_z");
        assertThat(rules("D --gap 1d --list CG_a").isUnlimited(FrequencyUse.INTERCEPT))
                .isTrue();
        assertThat(rules("D --gap 1d --list CG_a").isUnlimited(FrequencyUse.MESSAGE))
                .isFalse();
    }

    /** The one number equals counting in the window at every moment, whatever was touched and reserved. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void oneNumberSaysTheSameAsCounting(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            int times = 1 + random.nextInt(3);
            int window = 1 + random.nextInt(20);
            FrequencyRules rules = rules("A --max %d --per %ds".formatted(times, window));
            List<CountedTouchpoint> touchpoints = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                long at = random.nextInt(40) * 1_000L;
                touchpoints.add(
                        random.nextBoolean()
                                ? CountedTouchpoint.happened("t" + i, at, null)
                                : CountedTouchpoint.reserved("t" + i, at, null, at + random.nextInt(20) * 1_000L));
            }

            long next = rules.nextEligible(null, FrequencyUse.INTERCEPT, group -> false, touchpoints);
            for (long at = 0; at < 70_000; at += 500) {
                long moment = at;
                long counted = touchpoints.stream()
                        .filter(one -> one.until() > moment && one.at() > moment - window * 1_000L)
                        .count();
                assertThat(moment >= next)
                        .as("%s at %d of %s", rules.rules(), moment, touchpoints)
                        .isEqualTo(counted < times);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1s, 1000",
        "2m, 120000",
        "1h, 3600000",
        "1d, 86400000",
        "1w, 604800000",
        "1mo, 2592000000",
        "36500d, 3153600000000"
    })
    void readsPeriods(String text, long millis) {
        assertThat(Period.of(text)).isEqualTo(new Period(millis, text));
    }

    @ParameterizedTest
    @CsvSource({
        "0s, the shortest period is 1s",
        "36501d, the longest period is 36500d",
        "1y, it is not a whole number",
        "1.5h, it is not a whole number",
        "-1d, it is not a whole number",
        "1 d, it is not a whole number",
        "500ms, it is not a whole number",
        "d, it is not a whole number"
    })
    void refusesWhatIsNoPeriod(String text, String reason) {
        assertThatThrownBy(() -> Period.of(text))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("Cannot read the period '%s': %s", text, reason)
                .hasMessageEndingWith("Write for example 30d.");
    }

    @ParameterizedTest
    @CsvSource({
        "--max 1, its period is missing",
        "--per 1d, a period is given without a number",
        "--max -1 --per 1d, neither a whole number nor none",
        "--max 1000001 --per 1d, 'the number is not between 0 and 1,000,000'",
        "--always --survey SV_x --max 1 --per 1d, --always is used alone",
        "--always --survey SV_x --gap none, --always is used alone",
        "--always, --always is an exception for a survey",
        "--survey SV_x, it limits nothing",
        "--gap 1d --segment SG_a --list CG_a, it has a segment and a list"
    })
    void refusesRulesThatMeanNothing(String options, String reason) {
        assertThatThrownBy(() -> rules("A " + options))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(reason);
    }

    static FrequencyRules rules(String text) {
        return FrequencyRules.of(
                words(text, ";").stream().map(FrequencyRulesTests::rule).toList());
    }

    private static FrequencyRule rule(String text) {
        List<String> words = words(text, " ");
        Map<String, String> options = new HashMap<>();
        for (int i = 1; i < words.size(); i++) {
            String name = words.get(i);
            options.put(name, name.equals("--always") ? "" : words.get(++i));
        }

        return new FrequencyRule(
                words.getFirst(),
                options.get("--survey"),
                options.get("--segment"),
                options.get("--list"),
                options.containsKey("--always"),
                Maximum.of(options.get("--max"), options.get("--per")),
                Maximum.gap(options.get("--gap")));
    }

    static List<CountedTouchpoint> touchpoints(String text) {
        return words(text, ",").stream()
                .map(one -> words(one, " "))
                .map(words -> words.getFirst().equals("reserved")
                        ? CountedTouchpoint.reserved("r", millis(words.get(1)), null, millis(words.get(2)))
                        : CountedTouchpoint.happened(
                                "t", millis(words.getFirst()), words.size() > 1 ? words.get(1) : null))
                .toList();
    }

    static Asked asked(String text) {
        List<String> words = new ArrayList<>(words(text, " "));
        FrequencyUse use = words.remove("message") ? FrequencyUse.MESSAGE : FrequencyUse.INTERCEPT;
        return new Asked(use, millis(words.getFirst()), words.size() > 1 ? words.get(1) : null);
    }

    static String text(FrequencyAnswer answer) {
        if (answer.eligible()) {
            return "eligible";
        }

        String until = answer.nextEligible() == FrequencyRules.NEVER ? "never" : "until " + answer.nextEligible();
        return until + " by " + answer.rule().orElse("nobody");
    }

    static String instantsOf(String answer) {
        List<String> words = words(answer, " ");
        return words.size() == 4 ? "until %d by %s".formatted(millis(words.get(1)), words.get(3)) : answer;
    }

    static long millis(String text) {
        return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    }

    static List<String> words(String text, String between) {
        return Arrays.stream(text.split(between, -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
