package io.muster.segment.condition;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The published schema says what the reader does. */
class ConditionSchemaTests {

    private static final JsonNode SCHEMA = JsonMapper.shared().readTree(Conditions.schema());

    @Test
    void isPublishedAsItIs() throws IOException {
        Path fresh = Path.of("target/segment-condition.schema.json");
        Files.createDirectories(fresh.getParent());
        Files.writeString(fresh, Conditions.schema());

        assertThat(Path.of("docs/segment-condition.schema.json"))
                .as("the published schema; when the grammar changed on purpose, copy %s over it", fresh)
                .hasSameTextualContentAs(fresh);
    }

    @Test
    void knowsEveryOperatorOfTheDocs() throws IOException {
        String docs = Files.readString(Path.of("docs/segments.md"));

        for (ValueOperator operator : ValueOperator.values()) {
            assertThat(docs).contains("`" + operator.key());
        }

        for (TestedField field : TestedField.values()) {
            assertThat(docs).contains(field.key());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'field':'email','is':'x'}",
                "{'field':'email','as':'text','in':['x',5,true]}",
                "{'field':'created','withinLast':'5d'}",
                "{'field':'created','as':'date','before':'today'}",
                "{'field':'phone','as':'number','between':[1,'2.5']}",
                "{'embedded':'a','as':'date','is':'2026-11-22T08:15:30.5+01:00'}",
                "{'embedded':'a','isEmpty':true}",
                "{'all':[{'any':[{'none':[{'optedOut':false}]}]}]}",
                "{'optedOut':true,'list':'CG_LIST'}",
                "{'list':'CG_LIST','isNot':'member'}",
                "{'segment':'SG_SEGMENT','is':'member'}",
                "{'transactions':{},'any':true}",
                "{'transactions':{'where':{'all':[{'field':'a','as':'number','gt':5}]},'withinLast':'4w'},'count':{'in':[1]}}",
                "{'transactions':{},'sum':{'field':'a','lt':5}}",
                "{'transactions':{},'latest':{'field':'a','as':'date','after':'now'}}",
                "{'transactions':{'field':'a','withinLast':'4w'},'sum':{'lt':5}}",
                "{'transactions':{},'field':'a','latest':{'is':'x'}}",
                "{'transactions':{'field':'a'},'latest':{'as':'date','after':'now'}}",
                "{'touchpoints':{'channel':['email'],'kind':'shown','survey':'s','intercept':'i'},'count':{'is':0}}",
            })
    void acceptsWhatTheReaderAccepts(String text) {
        String json = json(text);

        assertThat(Conditions.parse(json, TestDatabase.IDS)).isInstanceOf(ParsedCondition.Good.class);
        assertThat(valid(JsonMapper.shared().readTree(json), SCHEMA)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "5",
                "{'field':'mail','is':'x'}",
                "{'field':'email'}",
                "{'field':'email','is':'x','isNot':'y'}",
                "{'field':'email','gt':5}",
                "{'field':'email','is':['x']}",
                "{'field':'created','contains':'x'}",
                "{'field':'created','as':'number','gt':5}",
                "{'embedded':'a','as':'number','is':'x'}",
                "{'embedded':'a','as':'date','is':'x'}",
                "{'embedded':'a','in':[]}",
                "{'embedded':'a','as':'number','between':[1]}",
                "{'embedded':'a','as':'date','withinLast':'5y'}",
                "{'embedded':'a','is':'b','color':'red'}",
                "{'embedded':'a','field':'email','is':'b'}",
                "{'all':[]}",
                "{'all':[{}]}",
                "{'all':[{'optedOut':true}],'any':[{'optedOut':true}]}",
                "{'optedOut':'yes'}",
                "{'list':'x','is':'member'}",
                "{'list':'CG_LIST','is':'x'}",
                "{'segment':'SG_SEGMENT'}",
                "{'transactions':{}}",
                "{'transactions':{},'count':5}",
                "{'transactions':{},'sum':{'gt':5}}",
                "{'transactions':{},'count':{'isEmpty':true}}",
                "{'transactions':{'where':{}},'any':true}",
                "{'transactions':{'field':'a'},'any':true}",
                "{'transactions':{'field':'a'},'sum':{'field':'a','lt':5}}",
                "{'transactions':{'field':'a'},'field':'a','sum':{'lt':5}}",
                "{'transactions':{},'field':'a','count':{'lt':5}}",
                "{'touchpoints':{'channel':[]},'any':true}",
                "{'touchpoints':{},'latest':{'field':'a','is':'b'}}",
            })
    void refusesWhatTheReaderRefuses(String text) {
        String json = json(text);

        assertThat(Conditions.parse(json, TestDatabase.IDS)).isInstanceOf(ParsedCondition.Broken.class);
        assertThat(valid(JsonMapper.shared().readTree(json), SCHEMA)).isFalse();
    }

    @Test
    void acceptsTheExampleOfTheGrammar() {
        String json = Conditions.json(ConditionsTests.good(ConditionsTests.EXAMPLE), TestDatabase.IDS);

        assertThat(valid(JsonMapper.shared().readTree(json), SCHEMA)).isTrue();
    }

    @Test
    void knowsEachOperatorWhereTheReaderDoes() {
        Map<ValueOperator.Follows, String> operands = Map.of(
                ValueOperator.Follows.LIST, "['5']",
                ValueOperator.Follows.PATTERN, "'x'",
                ValueOperator.Follows.SPAN, "'5d'",
                ValueOperator.Follows.TRUTH, "true");
        for (ValueOperator operator : ValueOperator.values()) {
            for (Form form : Form.values()) {
                String value = form == Form.DATE ? "'2026-11-22'" : "'5'";
                String operand = operands.getOrDefault(
                                operator.follows(),
                                operator.follows() == ValueOperator.Follows.PAIR
                                        ? "[" + value + "," + value + "]"
                                        : value)
                        .replace("'5'", value);
                String test = "'as':'" + form.key() + "','" + operator.key() + "':" + operand + "}";
                boolean suits = operator.suits(form);
                inStep("{'embedded':'a'," + test, suits);
                inStep("{'field':'email'," + test, suits);
                inStep("{'field':'created'," + test, suits && form == Form.DATE);
                inStep("{'transactions':{'where':{'field':'a'," + test + "},'any':true}", suits);
                inStep("{'transactions':{},'latest':{'field':'a'," + test + "}", suits);
                inStep("{'list':'CG_LIST'," + test, false);
                String plain = "'" + operator.key() + "':" + operand + "}";
                boolean ofAggregate = ValueOperator.OF_AGGREGATE.contains(operator) && form != Form.DATE;
                inStep("{'transactions':{},'count':{" + plain + "}", ofAggregate);
                inStep("{'transactions':{},'sum':{'field':'a'," + plain + "}", ofAggregate);
                inStep("{'touchpoints':{},'count':{" + plain + "}", ofAggregate);
            }
        }
    }

    /** The reader and the schema agree. */
    private static void inStep(String text, boolean good) {
        String json = json(text);

        assertThat(Conditions.parse(json, TestDatabase.IDS) instanceof ParsedCondition.Good)
                .as("reader: %s", json)
                .isEqualTo(good);
        assertThat(valid(JsonMapper.shared().readTree(json), SCHEMA))
                .as("schema: %s", json)
                .isEqualTo(good);
    }

    private static String json(String text) {
        return text.replace('\'', '"')
                .replace("CG_LIST", TestDatabase.IDS.list(7))
                .replace("SG_SEGMENT", TestDatabase.IDS.segment(9));
    }

    /** The part of JSON Schema that the schema uses. */
    private static boolean valid(JsonNode value, JsonNode schema) {
        if (schema.has("$ref")) {
            return valid(value, SCHEMA.at(schema.path("$ref").asString().substring(1)));
        }

        return type(value, schema)
                && (!schema.has("const") || schema.path("const").equals(value))
                && (!schema.has("enum") || items(schema.path("enum")).stream().anyMatch(one -> one.equals(value)))
                && (!schema.has("pattern")
                        || value.asString().matches(schema.path("pattern").asString()))
                && (!schema.has("oneOf")
                        || items(schema.path("oneOf")).stream()
                                        .filter(one -> valid(value, one))
                                        .count()
                                == 1)
                && (!schema.has("anyOf") || items(schema.path("anyOf")).stream().anyMatch(one -> valid(value, one)))
                && (!value.isObject() || object(value, schema))
                && (!value.isArray() || array(value, schema));
    }

    private static boolean type(JsonNode value, JsonNode schema) {
        List<JsonNode> types = schema.path("type").isArray()
                ? items(schema.path("type"))
                : schema.has("type") ? List.of(schema.path("type")) : List.of();
        return types.isEmpty()
                || types.stream().anyMatch(type -> switch (type.asString()) {
                    case "object" -> value.isObject();
                    case "array" -> value.isArray();
                    case "string" -> value.isString();
                    case "number" -> value.isNumber();
                    case "boolean" -> value.isBoolean();
                    default -> throw new IllegalStateException(type.asString());
                });
    }

    private static boolean object(JsonNode value, JsonNode schema) {
        return items(schema.path("required")).stream().allMatch(key -> value.has(key.asString()))
                && value.properties().stream()
                        .allMatch(entry -> schema.path("properties").has(entry.getKey())
                                ? valid(
                                        entry.getValue(),
                                        schema.path("properties").path(entry.getKey()))
                                : schema.path("additionalProperties").asBoolean(true));
    }

    private static boolean array(JsonNode value, JsonNode schema) {
        return value.size() >= schema.path("minItems").asInt(0)
                && value.size() <= schema.path("maxItems").asInt(Integer.MAX_VALUE)
                && (!schema.has("items") || items(value).stream().allMatch(item -> valid(item, schema.path("items"))));
    }

    private static List<JsonNode> items(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }
}
