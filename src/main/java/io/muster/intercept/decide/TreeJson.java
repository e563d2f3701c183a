package io.muster.intercept.decide;

import io.muster.intercept.decide.PageTest.Device;
import io.muster.intercept.decide.PageTest.UrlOperator;
import io.muster.intercept.decide.Tree.Group;
import io.muster.intercept.decide.Tree.Join;
import io.muster.intercept.decide.Tree.Leaf;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Targets and page conditions as JSON: groups {@code {"all": […]}}, {@code any} and {@code none}, tests
 * {@code {"segment": "SG_…", "is": "member"}}, {@code {"url": {"contains": "…"}}} and {@code {"device": "mobile"}}. What is
 * read was written here; an {@link IllegalArgumentException} otherwise.
 */
public final class TreeJson {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private TreeJson() {}

    /** A target. */
    public static JsonNode ofTarget(Tree<SegmentTest> target) {
        return write(
                target,
                test -> NODES.objectNode()
                        .put("segment", test.segment())
                        .put(test.member() ? "is" : "isNot", "member"));
    }

    /** The target of a JSON value. */
    public static Tree<SegmentTest> target(JsonNode json) {
        return read(json, test -> new SegmentTest(test.required("segment").stringValue(), test.has("is")));
    }

    /** The target of a JSON text. */
    public static Tree<SegmentTest> target(String json) {
        return target(JsonMapper.shared().readTree(json));
    }

    /** A page condition. */
    public static JsonNode ofPage(Tree<PageTest> page) {
        return write(page, TreeJson::write);
    }

    /** The page condition of a JSON value. */
    public static Tree<PageTest> page(JsonNode json) {
        return read(json, TreeJson::pageTest);
    }

    /** The page condition of a JSON text. */
    public static Tree<PageTest> page(String json) {
        return page(JsonMapper.shared().readTree(json));
    }

    private static JsonNode write(PageTest test) {
        ObjectNode json = NODES.objectNode();
        switch (test) {
            case PageTest.Url url -> json.putObject("url").put(url.operator().word(), url.value());
            case PageTest.OnDevice on -> json.put("device", on.device().word());
        }

        return json;
    }

    private static PageTest pageTest(JsonNode json) {
        if (json.has("device")) {
            return new PageTest.OnDevice(
                    Device.valueOf(json.required("device").stringValue().toUpperCase(Locale.ROOT)));
        }

        JsonNode url = json.required("url");
        UrlOperator operator = Arrays.stream(UrlOperator.values())
                .filter(one -> url.has(one.word()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("operator"));
        return new PageTest.Url(operator, url.required(operator.word()).stringValue());
    }

    private static <T> JsonNode write(Tree<T> tree, Function<T, JsonNode> ofTest) {
        return switch (tree) {
            case Leaf<T> leaf -> ofTest.apply(leaf.test());
            case Group<T> group -> {
                ObjectNode json = NODES.objectNode();
                ArrayNode array = json.putArray(word(group.join()));
                group.parts().forEach(part -> array.add(write(part, ofTest)));
                yield json;
            }
        };
    }

    private static <T> Tree<T> read(JsonNode json, Function<JsonNode, T> test) {
        for (Join join : Join.values()) {
            if (json.has(word(join))) {
                return new Group<>(
                        join,
                        json.required(word(join))
                                .asArray()
                                .valueStream()
                                .map(part -> read(part, test))
                                .toList());
            }
        }

        return new Leaf<>(test.apply(json));
    }

    private static String word(Join join) {
        return join.name().toLowerCase(Locale.ROOT);
    }
}
