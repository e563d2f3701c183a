package io.muster.segment.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.muster.database.TestDatabase;
import io.muster.segment.condition.Condition;
import io.muster.segment.condition.Conditions;
import io.muster.segment.condition.ContactTest;
import io.muster.segment.condition.ParsedCondition;
import io.muster.support.document.Problem;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.roaringbitmap.RoaringBitmap;

/** The table of semantics in {@code docs/segments.md}: each line is shown here under its name, on real rows. */
class SemanticsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Pattern LINE = Pattern.compile("(?m)^\\| `([a-z-]+)` \\| [A-Z`*]");
    private static final AtomicInteger DIRECTORIES = new AtomicInteger();

    static List<Rule> rules() {
        return Stream.of(GrammarRules.all(), TextRules.all(), NumberRules.all(), DateRules.all(), EventRules.all())
                .flatMap(List::stream)
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void holdsAsTheDocumentationSays(Rule rule) throws SQLException {
        for (Rule.Refusal refusal : rule.refusals()) {
            assertThat(problems(refusal.text())).as(refusal.text()).containsExactly(refusal.problem());
        }

        LiveDirectory directory = new LiveDirectory(database, DIRECTORIES.incrementAndGet());
        directory.write(List.copyOf(rule.contacts().values()));
        LinkedHashMap<Long, Condition<ContactTest>> segments = new LinkedHashMap<>();
        rule.segments().forEach((segment, text) -> segments.put(segment, condition(text)));
        long next = 1_000;
        for (Rule.Check check : rule.checks()) {
            Condition<ContactTest> condition = condition(check.condition());
            segments.put(next++, condition);
            segments.put(next++, new Condition.Group<>(Condition.Kind.NONE, List.of(condition)));
        }

        Map<Long, Set<String>> found = evaluate(rule, directory, segments);
        next = 1_000;
        for (Rule.Check check : rule.checks()) {
            SequencedMap<Long, Condition<ContactTest>> alone = new LinkedHashMap<>(segments);
            long segment = next++;
            alone.keySet().removeIf(other -> other >= 1_000 && other != segment);

            assertThat(found.get(segment)).as(check.condition()).isEqualTo(check.members());
            Set<String> others = new TreeSet<>(rule.contacts().keySet());
            others.removeAll(check.members());
            assertThat(found.get(next++)).as("none of %s", check.condition()).isEqualTo(others);
            // Less is read for one condition than for many.
            assertThat(evaluate(rule, directory, alone).get(segment))
                    .as("alone: %s", check.condition())
                    .isEqualTo(check.members());
        }
    }

    private static Map<Long, Set<String>> evaluate(
            Rule rule, LiveDirectory directory, SequencedMap<Long, Condition<ContactTest>> segments)
            throws SQLException {
        List<String> names = List.copyOf(rule.contacts().keySet());
        PublishedMembers published = (connection, segment, block) -> {
            RoaringBitmap bitmap = new RoaringBitmap();
            rule.published().getOrDefault(segment, Set.of()).forEach(name -> bitmap.add(names.indexOf(name) + 1));
            return bitmap;
        };
        Pass pass = Pass.compile(new Setup(directory.number(), rule.zone(), rule.asOf(), published), segments);
        Map<Long, Set<String>> found = new TreeMap<>();
        segments.keySet().forEach(segment -> found.put(segment, new TreeSet<>()));
        try (Connection connection = database.dataSource().getConnection()) {
            pass.evaluate(
                    connection,
                    0,
                    0,
                    block -> block.members()
                            .forEach((segment, members) -> members.forEach((int position) ->
                                    Objects.requireNonNull(found.get(segment)).add(names.get(position - 1)))));
        }

        return found;
    }

    @Test
    @DisplayName("cycles")
    void refusesSegmentsThatUseEachOtherInACircle() {
        LinkedHashMap<Long, Condition<ContactTest>> segments = new LinkedHashMap<>();
        segments.put(1L, new Condition.Group<>(Condition.Kind.ALL, List.of(member(2))));
        segments.put(2L, new Condition.Group<>(Condition.Kind.NONE, List.of(member(4), member(3))));
        segments.put(3L, new Condition.Group<>(Condition.Kind.ANY, List.of(member(2))));
        segments.put(4L, member(5));

        assertThatThrownBy(() -> Pass.compile(setup(1), segments))
                .isInstanceOfSatisfying(
                        SegmentCycleException.class,
                        cycle -> assertThat(cycle.cycle()).containsExactly(2L, 3L));
        LinkedHashMap<Long, Condition<ContactTest>> itself = new LinkedHashMap<>();
        itself.put(7L, member(7));
        assertThatThrownBy(() -> Pass.compile(setup(1), itself)).isInstanceOf(SegmentCycleException.class);
    }

    @Test
    @DisplayName("directory")
    void countsOnlyContactsOfTheDirectory() throws SQLException {
        int number = DIRECTORIES.incrementAndGet();
        LiveDirectory directory = new LiveDirectory(database, number);
        LiveDirectory other = new LiveDirectory(database, DIRECTORIES.incrementAndGet());
        directory.write(List.of(
                LiveDirectory.contact(1).build(),
                rich(LiveDirectory.contact(9), directory).build()));
        other.write(List.of(
                rich(LiveDirectory.contact(1), directory).build(),
                LiveDirectory.contact(5).build()));
        database.jdbc()
                .sql("DELETE FROM contact WHERE directory_id = ? AND number = 9")
                .param(number)
                .update();
        LinkedHashMap<Long, Condition<ContactTest>> segments = new LinkedHashMap<>();
        segments.put(1L, condition("{transactions: {}, any: true}"));
        segments.put(2L, condition("{touchpoints: {}, any: true}"));
        segments.put(3L, new Condition.Test<>(new ContactTest.ListTest(1, ContactTest.Membership.MEMBER)));
        segments.put(4L, condition("{embedded: v, is: x}"));
        segments.put(5L, condition("{optedOut: false}"));
        List<String> found = new ArrayList<>();
        try (Connection connection = database.dataSource().getConnection()) {
            Pass.compile(setup(number), segments)
                    .evaluate(
                            connection, 0, 1, block -> found.add(block.members().toString()));
        }

        assertThat(found).containsExactly("{1={}, 2={}, 3={}, 4={}, 5={1}}");
    }

    private static LiveDirectory.Builder rich(LiveDirectory.Builder contact, LiveDirectory keys) {
        return contact.embedded("v", "x")
                .onList(1)
                .transaction(keys.key(), Rule.AS_OF, Map.of("a", "1"))
                .touchpoint(keys.key(), Rule.AS_OF, "web", "shown", Optional.empty());
    }

    @Test
    @DisplayName("pattern-bounded")
    void noPatternHangsThePass() throws SQLException {
        int number = DIRECTORIES.incrementAndGet();
        LiveContact contact =
                LiveDirectory.contact(1).embedded("v", "a".repeat(1_023) + "b").build();
        new LiveDirectory(database, number).write(List.of(contact));
        LinkedHashMap<Long, Condition<ContactTest>> segments = new LinkedHashMap<>();
        for (String evil : List.of("(a+)+", "(a|aa)+", "(.*a){20}", "(a?){100}a{100}", "((a*)*)*c")) {
            segments.put(segments.size() + 1L, condition("{embedded: v, matches: '" + evil + "'}"));
        }

        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            try (Connection connection = database.dataSource().getConnection()) {
                Pass.compile(setup(number), segments)
                        .evaluate(
                                connection,
                                0,
                                0,
                                block -> assertThat(block.members().values()).allMatch(RoaringBitmap::isEmpty));
            }
        });
    }

    @Test
    void everyLineOfTheTableIsShown() throws IOException {
        Matcher matcher =
                LINE.matcher(Files.readString(Path.of("docs", "segments.md")).split("## Semantics", 2)[1]);
        Set<String> lines = new TreeSet<>();
        while (matcher.find()) {
            assertThat(lines.add(matcher.group(1)))
                    .as("once: %s", matcher.group(1))
                    .isTrue();
        }

        Set<String> shown = rules().stream().map(Rule::id).collect(Collectors.toCollection(TreeSet::new));
        for (Method method : SemanticsDbTests.class.getDeclaredMethods()) {
            DisplayName name = method.getAnnotation(DisplayName.class);
            if (name != null) {
                shown.add(name.value());
            }
        }

        assertThat(lines).hasSizeGreaterThan(40).isEqualTo(shown);
    }

    private static Setup setup(int directory) {
        return new Setup(directory, ZoneOffset.UTC, Rule.AS_OF, PublishedMembers.NONE);
    }

    private static Condition<ContactTest> member(long segment) {
        return new Condition.Test<>(new ContactTest.SegmentTest(segment, ContactTest.Membership.MEMBER));
    }

    private static Condition<ContactTest> condition(String text) {
        return switch (Conditions.parse(text, TestDatabase.IDS)) {
            case ParsedCondition.Good good -> good.condition();
            case ParsedCondition.Broken broken -> throw new AssertionError(text + " " + broken.problems());
        };
    }

    private static List<String> problems(String text) {
        return switch (Conditions.parse(text, TestDatabase.IDS)) {
            case ParsedCondition.Good good ->
                throw new AssertionError("Accepted: " + Conditions.json(good.condition(), TestDatabase.IDS));
            case ParsedCondition.Broken broken ->
                broken.problems().stream().map(Problem::text).toList();
        };
    }
}
