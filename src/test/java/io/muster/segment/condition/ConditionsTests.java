package io.muster.segment.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.database.TestDatabase;
import io.muster.support.document.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionsTests {

    private static final String LIST = TestDatabase.IDS.list(7);
    private static final String SEGMENT = TestDatabase.IDS.segment(9);

    static final String EXAMPLE = ids("""
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
        """);

    private static final String CANONICAL = ids("""
        {"all":[{"field":"language","is":"en"},{"embedded":"tier","in":["gold","platinum"]},\
        {"embedded":"spend","as":"number","gte":100},{"embedded":"renewal","as":"date","withinNext":"30d"},\
        {"optedOut":false},{"list":"CG_LIST","is":"member"},{"segment":"SG_SEGMENT","isNot":"member"},\
        {"transactions":{"where":{"field":"amount","as":"number","gt":5},"withinLast":"90d"},"count":{"gte":2}},\
        {"touchpoints":{"channel":["email","web"],"withinLast":"7d"},"count":{"is":0}},\
        {"none":[{"field":"email","endsWith":"@example.org"}]}]}\
        """);

    private static String ids(String text) {
        return text.replace("CG_LIST", LIST).replace("SG_SEGMENT", SEGMENT);
    }

    @Test
    void readsYamlIntoTheOneJsonForm() {
        assertThat(Conditions.json(good(EXAMPLE), TestDatabase.IDS)).isEqualTo(CANONICAL);
    }

    @Test
    void readsJsonAsItWritesIt() {
        assertThat(Conditions.json(good(CANONICAL), TestDatabase.IDS)).isEqualTo(CANONICAL);
        assertThat(good(CANONICAL)).isEqualTo(good(EXAMPLE));
        assertThat(good("\uFEFF\t" + CANONICAL.replace(",", ",\n\t"))).isEqualTo(good(EXAMPLE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{field: created, lt: 2026-11-22T10:00:00.5+01:00} |"
                        + " {`field`:`created`,`before`:`2026-11-22T09:00:00.5Z`}",
                "{field: created, as: date, gt: today} | {`field`:`created`,`after`:`today`}",
                "{field: phone, as: number, is: 1.50} | {`field`:`phone`,`as`:`number`,`is`:1.5}",
                "{embedded: a, isEmpty: false} | {`embedded`:`a`,`isNotEmpty`:true}",
                "{embedded: NO, is: no} | {`embedded`:`NO`,`is`:`no`}",
                "{embedded: a, is: 007} | {`embedded`:`a`,`is`:`007`}",
                "{embedded: a, as: text, in: [1, true, 2026-01-01]} | {`embedded`:`a`,`in`:[`1`,`true`,`2026-01-01`]}",
                "{embedded: a, as: number, in: [1e2, -0.5, 1E+300]} |"
                        + " {`embedded`:`a`,`as`:`number`,`in`:[100,-0.5,1E+300]}",
                "{transactions: {}, any: true} | {`transactions`:{},`count`:{`gte`:1}}",
                "{touchpoints: {}, any: false} | {`touchpoints`:{},`count`:{`is`:0}}",
                "{touchpoints: {channel: Email, kind: thank you}, any: false} |"
                        + " {`touchpoints`:{`channel`:[`email`],`kind`:[`thank-you`]},`count`:{`is`:0}}",
                "{transactions: {withinLast: 4w}, sum: {field: a, gte: 1}} |"
                        + " {`transactions`:{`withinLast`:`4w`},`sum`:{`field`:`a`,`gte`:1}}",
                "{transactions: {}, sum: {gte: 1}, field: a} | {`transactions`:{},`sum`:{`field`:`a`,`gte`:1}}",
                "{transactions: {field: a}, latest: {is: x}} | {`transactions`:{},`latest`:{`field`:`a`,`is`:`x`}}",
                "{transactions: {where: {any: [{field: a, is: x}, {none: [{field: b, is: y}]}]}}, any: true} |"
                        + " {`transactions`:{`where`:{`any`:[{`field`:`a`,`is`:`x`},{`none`:[{`field`:`b`,`is`:`y`}]}]}},`count`:{`gte`:1}}",
            })
    void writesEachConditionInOneForm(String text, String json) {
        String expected = json.replace('`', '"');

        assertThat(Conditions.json(good(text), TestDatabase.IDS)).isEqualTo(expected);
        assertThat(Conditions.json(good(expected), TestDatabase.IDS)).isEqualTo(expected);
    }

    @Test
    void keepsTextAsItIs() {
        String text = "q\"b\\n\n\u0001 ü 李 𝒜";
        Condition<ContactTest> condition = new Condition.Test<>(new ContactTest.EmbeddedTest(
                "x", new ValueTest(Form.TEXT, ValueOperator.CONTAINS, List.of(new Operand.Text(text)))));

        assertThat(good(Conditions.json(condition, TestDatabase.IDS))).isEqualTo(condition);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | is empty. Write one condition",
                "`# nothing` | is empty. Write one condition",
                "{} | is an empty condition. Write one of field, embedded, optedOut, list, segment, transactions,"
                        + " touchpoints",
                "[] | holds a list but must be a condition",
                "gold | holds a single value but must be a condition",
                "{all: []} | all: is an empty group. Write at least one condition",
                "{any: {field: email, is: x}} | any: holds a group of keys but must be a list of conditions",
                "{all: [{field: email, is: x}], limit: 5} | limit: is beside all. A group has no other key",
                "{all: [5]} | all[0]: holds a single value but must be a condition",
                "{field: email} | has no operator. Write one of is, isNot, in",
                "{field: email, is: a, isNot: b} | has 2 operators: is, isNot. Write a test for each",
                "{field: email, embedded: a, is: b} | tests field, embedded at once. Write a test for each",
                "{field: mail, is: b} | field: holds “mail” but must be firstName, lastName, email",
                "{field: email, equals: b, is: x} | equals: is not a known key here. Use field, as",
                "{field: email, gt: 5} | gt: is not an operator for a text. Add as: number or as: date, or use one of"
                        + " is",
                "{field: email, withinLast: 5d} | withinLast: is not an operator for a text. Add as: date, or use one"
                        + " of is",
                "{embedded: a, as: number, contains: 5} | contains: is not an operator for a number. Use one of is",
                "{embedded: a, as: numeric, is: 5} | as: holds “numeric” but must be text, number or date",
                "{embedded: '', is: 5} | embedded: is blank. Write the name",
                "{embedded: a, is: } | is: holds nothing but must be a text",
                "{embedded: a, is: ' '} | is: is blank. To ask for missing values write isEmpty: true",
                "{embedded: a, is: [b]} | is: holds a list but must be a text",
                "{embedded: a, in: b} | in: holds a single value but must be a list",
                "{embedded: a, in: []} | in: is an empty list. Write at least one value",
                "{embedded: a, in: [b, {c: d}]} | in[1]: holds a group of keys but must be a text",
                "{embedded: a, contains: ''} | contains: is empty, and would be part of every value",
                "{embedded: a, isEmpty: maybe} | isEmpty: holds “maybe” but must be true or false",
                "{embedded: a, matches: '(a'} | matches: is not a regular expression of RE2: missing closing )",
                "{embedded: a, as: number, gt: 1.000,5} | 5: is not a known key here",
                "{embedded: a, as: number, gt: '1,5'} | gt: holds “1,5”, which is not a number",
                "{embedded: a, as: number, between: [1]} | between: must be a list of two values",
                "{embedded: a, as: number, between: [2, 1]} | between: begins with the greater value",
                "{embedded: a, as: date, between: [2026-02-01, 2026-01-01]} | between: begins with the greater value",
                "{embedded: a, as: date, is: tomorrow} | is: holds “tomorrow”, which is not a date",
                "{embedded: a, as: date, is: 2026-02-30} | is: holds “2026-02-30”, which is not a date",
                "{embedded: a, as: date, withinLast: 30} | withinLast: holds “30”, which is not a length of time",
                "{embedded: a, as: date, withinLast: 0d} | withinLast: holds “0d”, which is not a length of time",
                "{optedOut: yes} | optedOut: holds “yes” but must be true or false",
                "{optedOut: true, is: member} | is: is not a known key here. Use optedOut, list",
                "{list: Customers, is: member} | list: holds “Customers”, which is not the id of a mailing list",
                "{list: SG_000000000000000, is: member} | list: holds “SG_000000000000000”, which is not the id of a"
                        + " mailing list",
                "{transactions: {}, count: 2} | count: holds a single value but must be a group of keys such as {gte:"
                        + " 2}",
                "{transactions: {}} | does not say what is asked of them. Write one of any, count, sum, latest",
                "{transactions: {}, any: true, count: {is: 1}} | asks for any and count at once",
                "{transactions: {}, sum: {gt: 5}} | sum: does not say of which field. Write sum: {field: NAME",
                "{transactions: {}, sum: {field: a, gt: 5}, field: a} | sum: names a field more than once",
                "{transactions: {}, count: {field: a, gt: 5}} | field: is not a known key here. Write an operator",
                "{transactions: {}, count: {isEmpty: true}} | isEmpty: is not an operator for a number. Use one of is",
                "{transactions: {where: {is: x}}, any: true} | where: names no field of the transaction",
                "{transactions: {where: {all: []}}, any: true} | transactions.where.all: is an empty group",
                "{transactions: {since: 5d}, any: true} | since: is not a known key here. Use where, withinLast",
                "{touchpoints: {channel: []}, any: true} | channel: is an empty list",
                "{touchpoints: {}, latest: {field: a, is: b}} | latest: is not a known key here",
                "{field: email, field: phone, is: a} | field: is given twice (first on line 1)",
                "{field: &a email, is: *a} | has an anchor",
                "{field: !!str email, is: x} | has the tag",
                "{\"field\": \"email\" \"is\": 5} | is not readable as JSON",
                "{field: email, is: 'x | is not readable as YAML",
                "{\"embedded\": \"a\", \"is\": \"\\ud800\"} | is: holds half a character",
            })
    void refusesWhatIsNoCondition(String text, String reason) {
        assertThat(problems(text))
                .anySatisfy(problem -> assertThat(problem.text()).contains(reason));
    }

    @Test
    void reportsEveryProblemWithItsLineInOrder() {
        assertThat(problems("""
            all:
              - {field: mail, is: a}
              - any: []
              - embedded: tier
                in: []
                color: red
              - none:
                  - {list: x, is: member}
            """))
                .extracting(problem -> problem.place().line(), Problem::path)
                .containsExactly(
                        tuple(2, "all[0].field"),
                        tuple(3, "all[1].any"),
                        tuple(5, "all[2].in"),
                        tuple(6, "all[2].color"),
                        tuple(8, "all[3].none[0].list"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{all: [", "{\"all\": ["})
    void nestsDeepAndRefusesBeyondItInWords(String open) {
        String inner = open.startsWith("{\"") ? "{\"field\": \"email\", \"is\": \"x\"}" : "{field: email, is: x}";
        String deepest = open.repeat(500) + inner + "]}".repeat(500);

        String json = Conditions.json(good(deepest), TestDatabase.IDS);
        assertThat(Conditions.json(good(json), TestDatabase.IDS)).isEqualTo(json);
        assertThat(Conditions.uses(good(deepest)).segments()).isEmpty();
        assertThat(Conditions.dependsOnTime(good(deepest))).isFalse();
        assertThat(problems(open.repeat(501) + inner + "]}".repeat(501)))
                .extracting(Problem::reason)
                .containsExactly(
                        "is nested deeper than 500 groups. Make inner groups segments of their own and refer to"
                                + " them.");
        assertThat(problems(open.repeat(2_000) + inner + "]}".repeat(2_000))).hasSize(1);
        assertThat(problems(open.repeat((8 << 20) / open.length()))).hasSize(1);
        assertThat(problems(open.repeat(400) + "5" + "]}".repeat(400)))
                .extracting(Problem::path)
                .allSatisfy(path -> assertThat(path).startsWith("…").hasSizeLessThan(200));
    }

    @Test
    void namesWhatItUses() {
        Used used = Conditions.uses(
                good("""
                    any:
                      - {segment: %s, is: member}
                      - none: [{segment: %s, isNot: member}, {list: %s, is: member}]
                      - {optedOut: true, list: %s}
                      - {optedOut: true}
                    """.formatted(TestDatabase.IDS.segment(4), SEGMENT, LIST, TestDatabase.IDS.list(3))));

        assertThat(used.segments()).containsExactly(4L, 9L);
        assertThat(used.lists()).containsExactly(3, 7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{field: created, withinLast: 1d}",
                "{embedded: a, as: date, withinNext: 1d}",
                "{embedded: a, as: date, is: today}",
                "{embedded: a, as: date, notIn: [2026-01-01, now]}",
                "{embedded: a, as: date, between: [2026-01-01, now]}",
                "{none: [{any: [{embedded: a, as: date, after: today}]}]}",
                "{transactions: {withinLast: 1d}, any: true}",
                "{transactions: {where: {any: [{field: a, as: date, lt: now}]}}, any: true}",
                "{transactions: {}, latest: {field: a, as: date, withinLast: 1w}}",
                "{touchpoints: {withinLast: 1d}, any: true}",
            })
    void tellsWhatDependsOnTime(String text) {
        assertThat(Conditions.dependsOnTime(good(text))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{field: created, after: 2026-01-01}",
                "{embedded: a, is: today}",
                "{transactions: {where: {field: a, is: now}}, sum: {field: b, gt: 1}}",
                "{touchpoints: {channel: web}, any: true}",
                "{optedOut: true}",
            })
    void tellsWhatDoesNot(String text) {
        assertThat(Conditions.dependsOnTime(good(text))).isFalse();
    }

    @Test
    void readsTheExampleOfTheDocs() throws IOException {
        // The dots of ids stand for the rest of them.
        String docs = ids(Files.readString(Path.of("docs/segments.md"))
                .replace("CG_…", "CG_LIST")
                .replace("SG_…", "SG_SEGMENT"));

        assertThat(Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                        .matcher(docs)
                        .results()
                        .map(example -> Conditions.json(good(example.group(1)), TestDatabase.IDS)))
                .containsExactly(CANONICAL);
    }

    static Condition<ContactTest> good(String text) {
        return switch (Conditions.parse(text, TestDatabase.IDS)) {
            case ParsedCondition.Good good -> good.condition();
            case ParsedCondition.Broken broken -> throw new AssertionError(broken.problems());
        };
    }

    static List<Problem> problems(String text) {
        return switch (Conditions.parse(text, TestDatabase.IDS)) {
            case ParsedCondition.Good good -> throw new AssertionError(good.condition());
            case ParsedCondition.Broken broken -> broken.problems();
        };
    }
}
