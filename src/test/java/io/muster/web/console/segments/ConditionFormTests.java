package io.muster.web.console.segments;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.segment.condition.Condition;
import io.muster.segment.condition.Conditions;
import io.muster.segment.condition.ContactTest;
import io.muster.segment.condition.ParsedCondition;
import io.muster.segment.evaluate.RandomConditions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Conditions go to the form of the builder, to YAML and into words, and come back as they were. */
class ConditionFormTests {

    private static final int SEVERAL = 300;

    private static Condition<ContactTest> parse(String text) {
        return ((ParsedCondition.Good) Conditions.parse(text, TestDatabase.IDS)).condition();
    }

    private static String json(String text) {
        return Conditions.json(parse(text), TestDatabase.IDS);
    }

    private static String words(String text) {
        return new ConditionWords(
                        Map.of(TestDatabase.IDS.list(7), "Staff", TestDatabase.IDS.segment(8), "Gold"),
                        TestDatabase.IDS)
                .of(parse(text));
    }

    @Test
    void anyConditionGoesToTheFormAndBack() {
        RandomConditions random = RandomConditions.seeded(20_261_130);
        for (int i = 0; i < SEVERAL; i++) {
            String json = json(random.condition(3));
            JsonNode form = ConditionForm.of(json);
            String back = ConditionForm.condition(form).toString();

            assertThat(json(back)).as("%s as %s", json, form).isEqualTo(json);
            assertThat(ConditionForm.of(json(back))).isEqualTo(form);
            // As a page sends it.
            assertThat(ConditionForm.condition(ConditionForm.read(form.toString())))
                    .isEqualTo(ConditionForm.condition(form));
        }
    }

    @Test
    void anyConditionGoesToYamlAndBack() {
        RandomConditions random = RandomConditions.seeded(20_261_201);
        for (int i = 0; i < SEVERAL; i++) {
            String json = json(random.condition(3));
            String yaml = ConditionYaml.of(ConditionForm.read(json));

            assertThat(json(yaml)).as(yaml).isEqualTo(json);
        }
    }

    @Test
    void aTestAloneStaysAlone() {
        String json = "{\"embedded\":\"tier\",\"is\":\"gold\"}";
        JsonNode form = ConditionForm.of(json);
        assertThat(form.path("match").asString()).isEqualTo("all");
        assertThat(ConditionForm.condition(form)).hasToString(json);
        assertThat(ConditionForm.condition(ConditionForm.of("{\"all\":[" + json + "]}")))
                .hasToString("{\"all\":[" + json + "]}");
    }

    @Test
    void whatIsNotFilledInIsAProblemWithItsPlace() {
        JsonNode condition = ConditionForm.condition(ConditionForm.read("""
                {"match": "all", "parts": [
                  {"subject": "embedded", "name": "tier", "operator": "is", "values": [""]},
                  {"match": "none", "parts": [{"subject": "list", "name": "", "operator": "is"}]},
                  {"subject": "touchpoints", "aggregate": "count", "operator": "is", "values": ["many"]}]}
                """));
        assertThat(Conditions.parse(condition.toString(), TestDatabase.IDS))
                .isInstanceOfSatisfying(
                        ParsedCondition.Broken.class,
                        broken -> assertThat(broken.problems())
                                .extracting(problem -> problem.path())
                                .containsExactly("all[0].is", "all[1].none[0].list", "all[2].count.is"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{embedded: tier, is: gold}|“tier” is “gold”",
                "{all: [{field: email, isNotEmpty: true}, {optedOut: false}]}|"
                        + "email is not empty, and did not opt out of the directory",
                "{all: [{any: [{field: language, is: de}, {field: language, is: en}]}, {none: [{field: phone, isEmpty: true}]}]}|"
                        + "(language is “de”, or language is “en”), and none of (phone is empty)",
                "{touchpoints: {channel: [web, app], withinLast: 30d}, count: {is: 0}}|"
                        + "the number of touchpoints of the channel web or app in the last 30 days is 0",
                "{transactions: {where: {field: amount, as: number, gt: 5}, withinLast: 1w}, sum: {field: amount, gte: 100}}|"
                        + "the sum of “amount” in transactions in the last 1 week where “amount” is more than 5 is at least 100",
                "{field: created, between: [2026-01-01, today]}|created is between 2026-01-01 and today",
                "{embedded: n, as: number, in: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]}|"
                        + "“n” is one of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more",
            })
    void saysWhatAConditionMeans(String condition, String words) {
        assertThat(words(condition)).isEqualTo(words);
    }

    @Test
    void namesListsAndSegmentsAndSaysWhatIsGone() {
        assertThat(words("{all: [{list: " + TestDatabase.IDS.list(7) + ", is: member}, {segment: "
                        + TestDatabase.IDS.segment(8) + ", isNot: member}, {segment: " + TestDatabase.IDS.segment(9)
                        + ", is: member}]}"))
                .isEqualTo("is on the list “Staff”, and is not in the segment “Gold”, and is in the segment "
                        + TestDatabase.IDS.segment(9) + ", which is gone");
    }

    @Test
    void yamlHasALineForEachTest() {
        assertThat(ConditionYaml.of(ConditionForm.read(json("""
                {all: [{embedded: "a: b", is: "null"}, {none: [{field: language, in: [de, "x y"]}]}]}
                """)))).isEqualTo("""
                all:
                  - {embedded: "a: b", is: "null"}
                  - none:
                      - {field: language, in: [de, "x y"]}
                """);
    }
}
