package io.muster.segment.condition;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConditionsTests {

    private static final String EXAMPLE = """
            all:
              - {field: language, is: en}                          # a comment
              - {embedded: tier, in: [gold, platinum]}
              - {embedded: spend, as: number, gte: 100}
              - {embedded: renewal, as: date, withinNext: 30d}
              - {optedOut: false}
              - {list: CG_LIST, is: member}
              - {segment: SG_SEGMENT, isNot: member}
              - {transactions: {where: {field: amount, as: number, gt: 5}, withinLast: 90d}, count: {gte: 2}}
              - {touchpoints: {channel: [email, web], withinLast: 7d}, count: {is: 0}}
              - none:
                  - {field: email, endsWith: "@example.org"}
            """.replace("CG_LIST", io.muster.support.PublicId.LIST.of(7))
            .replace("SG_SEGMENT", io.muster.support.PublicId.SEGMENT.of(9));

    private static final String CANONICAL = """
            {"all":[{"field":"language","is":"en"},{"embedded":"tier","in":["gold","platinum"]},\
            {"embedded":"spend","as":"number","gte":100},{"embedded":"renewal","as":"date","withinNext":"30d"},\
            {"optedOut":false},{"list":"CG_LIST","is":"member"},{"segment":"SG_SEGMENT","isNot":"member"},\
            {"transactions":{"where":{"field":"amount","as":"number","gt":5},"withinLast":"90d"},"count":{"gte":2}},\
            {"touchpoints":{"channel":["email","web"],"withinLast":"7d"},"count":{"is":0}},\
            {"none":[{"field":"email","endsWith":"@example.org"}]}]}""".replace("CG_LIST", io.muster.support.PublicId.LIST.of(7))
            .replace("SG_SEGMENT", io.muster.support.PublicId.SEGMENT.of(9));

    @Test
    void readsYamlIntoTheOneJsonForm() {
        assertThat(Conditions.json(good(EXAMPLE))).isEqualTo(CANONICAL);
    }

    @Test
    void readsJsonAsItWritesIt() {
        assertThat(Conditions.json(good(CANONICAL))).isEqualTo(CANONICAL);
        assertThat(good(CANONICAL)).isEqualTo(good(EXAMPLE));
    }

    static Condition good(String text) {
        return switch (Conditions.parse(text)) {
            case ParsedCondition.Good good -> good.condition();
            case ParsedCondition.Broken broken -> throw new AssertionError(broken.problems());
        };
    }
}
