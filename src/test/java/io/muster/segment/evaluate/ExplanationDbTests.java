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
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ExplanationDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Instant AS_OF = Instant.parse("2026-11-22T08:15:30Z");
    private static final long NUMBER = 70_001;

    @BeforeAll
    static void write() throws SQLException {
        LiveDirectory directory = new LiveDirectory(database, 1);
        directory.write(List.of(
                LiveDirectory.contact(70_000).field("language", "de").build(),
                LiveDirectory.contact(NUMBER)
                        .field("language", "EN")
                        .embedded("Tier", "Gold")
                        .created(Instant.parse("2026-01-02T03:04:05Z"))
                        .onList(1)
                        .optedOutOf(2)
                        .transaction(directory.key(), AS_OF.minusSeconds(60), Map.of("amount", "2.50", "shop", "A"))
                        .transaction(directory.key(), AS_OF, Map.of("amount", "7.5", "shop", "B"))
                        .touchpoint(directory.key(), AS_OF, "web", "shown", Optional.empty())
                        .build()));
    }

    @Test
    void tellsOfEachConditionWhetherItHoldsAndTheValueSeen() throws SQLException {
        assertThat(explain("{field: language, is: en}"))
                .isEqualTo(test("{\"field\":\"language\",\"is\":\"en\"}", true, "EN"));
        assertThat(seen("{embedded: tier, is: silver}")).contains("Gold");
        assertThat(seen("{embedded: other, isEmpty: true}")).isEmpty();
        assertThat(seen("{field: created, after: 2026-01-01}")).contains("2026-01-02T03:04:05Z");
        assertThat(seen("{optedOut: true}")).contains("not opted out");
        assertThat(seen("{optedOut: true, list: " + TestDatabase.IDS.list(2) + "}"))
                .contains("opted out");
        assertThat(seen("{optedOut: false, list: " + TestDatabase.IDS.list(2) + "}"))
                .contains("opted out");
        assertThat(seen("{list: " + TestDatabase.IDS.list(1) + ", isNot: member}"))
                .contains("member");
        assertThat(seen("{list: " + TestDatabase.IDS.list(3) + ", isNot: member}"))
                .contains("not a member");
        assertThat(seen("{transactions: {}, count: {gte: 5}}")).contains("2");
        assertThat(seen("{transactions: {where: {field: shop, is: C}}, count: {gte: 5}}"))
                .contains("0");
        assertThat(seen("{transactions: {}, sum: {field: Amount, gte: 5}}")).contains("10");
        assertThat(seen("{transactions: {}, latest: {field: shop, is: A}}")).contains("B");
        assertThat(seen("{transactions: {}, latest: {field: color, is: A}}")).isEmpty();
        assertThat(seen("{touchpoints: {channel: web}, count: {is: 0}}")).contains("1");
    }

    @Test
    void goesIntoGroupsAndSegments() throws SQLException {
        Explanation explanation = explain("{all: [{none: [{embedded: tier, is: gold}]}, {segment: "
                + TestDatabase.IDS.segment(2) + ", is: member}]}");

        assertThat(explanation)
                .isEqualTo(group(
                        "all",
                        false,
                        List.of(
                                group(
                                        "none",
                                        false,
                                        List.of(test("{\"embedded\":\"tier\",\"is\":\"gold\"}", true, "Gold"))),
                                new Explanation(
                                        "{\"segment\":\"" + TestDatabase.IDS.segment(2) + "\",\"is\":\"member\"}",
                                        true,
                                        Optional.of("member"),
                                        List.of(test("{\"field\":\"language\",\"is\":\"en\"}", true, "EN"))))));
    }

    @Test
    void knowsNothingOfContactsThatDoNotExist() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            assertThat(pass("{optedOut: true}").explain(connection, 1, 5, TestDatabase.IDS))
                    .isEmpty();
        }
    }

    private static Explanation test(String text, boolean holds, String seen) {
        return new Explanation(text, holds, Optional.of(seen), List.of());
    }

    private static Explanation group(String text, boolean holds, List<Explanation> parts) {
        return new Explanation(text, holds, Optional.empty(), parts);
    }

    private static Optional<String> seen(String condition) throws SQLException {
        return explain(condition).seen();
    }

    private static Explanation explain(String condition) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return pass(condition)
                    .explain(connection, 1, NUMBER, TestDatabase.IDS)
                    .orElseThrow();
        }
    }

    private static Pass pass(String text) {
        SequencedMap<Long, Condition<ContactTest>> segments = new LinkedHashMap<>();
        segments.put(1L, condition(text));
        segments.put(2L, condition("{field: language, is: en}"));
        return Pass.compile(new Setup(1, ZoneOffset.UTC, AS_OF, PublishedMembers.NONE), segments);
    }

    private static Condition<ContactTest> condition(String text) {
        return switch (Conditions.parse(text, TestDatabase.IDS)) {
            case ParsedCondition.Good good -> good.condition();
            case ParsedCondition.Broken broken -> throw new AssertionError(broken.problems());
        };
    }
}
